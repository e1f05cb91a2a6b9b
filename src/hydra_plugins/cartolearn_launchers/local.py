"""The sweep on this machine; asked again, it goes on where it stopped.

Imports are paid once, by a fork server. A job whose folder marks it as finished is not started; if
the folder holds the job's ``config.yaml`` too, the two must agree.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hydra.errors import HydraException
from omegaconf import MISSING

from cartolearn.launcher.base import SweepLauncher
from cartolearn.launcher.interrupt import interruptions, leave
from cartolearn.launcher.options import checked
from cartolearn.launcher.plan import Job
from cartolearn.launcher.results import Outcome
from cartolearn.launcher.slots import run_on_slots
from cartolearn.launcher.worker import start_server, threads
from cartolearn.system import cores

if TYPE_CHECKING:
    from cartolearn.launcher.view import View


@dataclass
class LocalLauncherConf:
    """The options; conf/hydra/launcher/local.yaml says what each one does."""

    jobs: int | None = MISSING
    gpus: list[str] = MISSING
    per_gpu: int = MISSING
    threads: int = MISSING
    dry_run: bool = MISSING


class LocalLauncher(SweepLauncher):
    """Runs the jobs of a sweep side by side on this machine."""

    def __init__(self, **options: object):
        self.options = checked(LocalLauncherConf, options)
        self.slots, self.dry_run = slots(self.options), self.options.dry_run

    def side_by_side(self) -> int:
        """Return the number of slots."""
        return len(self.slots)

    def run(self, jobs: list[Job], view: "View") -> dict[str, Outcome]:
        """Run the jobs on the slots; return how each one ended, by its name."""
        few = threads(self.options.threads)
        start_server(self.call, few)
        slots = [few | slot for slot in self.slots]
        with interruptions() as interrupted, view:
            outcomes = run_on_slots(jobs, slots, self.call, view, interrupted)
        if interrupted.is_set():
            leave(view)
        return outcomes


def slots(options: LocalLauncherConf) -> list[dict[str, str]]:
    """Return the environment of each slot: a GPU's name, or nothing for a CPU core.

    Raises:
        HydraException: An option is out of range.

    """
    for name in ("jobs", "per_gpu", "threads"):
        number = getattr(options, name)
        if number is not None and number < 1:
            raise HydraException(f"hydra.launcher.{name} is {number}: give 1 or more.")
    if options.gpus:
        shares = [gpu for _ in range(options.per_gpu) for gpu in options.gpus]
        return [{"CUDA_VISIBLE_DEVICES": str(gpu)} for gpu in shares][: options.jobs]
    return [{}] * (options.jobs or max(1, cores() // options.threads))
