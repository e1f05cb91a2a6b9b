"""The sweep as tasks of a Ray cluster: a local one that is started for it, or one by address."""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hydra.errors import HydraException
from omegaconf import MISSING

from cartolearn.launcher.base import SweepLauncher
from cartolearn.launcher.options import checked
from cartolearn.launcher.plan import Job
from cartolearn.launcher.remote import Batch, batches, follow
from cartolearn.launcher.results import Outcome
from cartolearn.launcher.worker import threads

if TYPE_CHECKING:
    from cartolearn.launcher.view import View


@dataclass
class RayLauncherConf:
    """The options; conf/hydra/launcher/ray.yaml says what each one does."""

    address: str | None = MISSING
    cpus: float = MISSING
    gpus: float = MISSING
    threads: int = MISSING
    retries: int = MISSING
    init: dict[str, Any] = MISSING
    dry_run: bool = MISSING


class RayLauncher(SweepLauncher):
    """Runs the jobs of a sweep on Ray."""

    def __init__(self, **options: Any):
        self.options = checked(RayLauncherConf, options)
        self.dry_run = self.options.dry_run

    def side_by_side(self) -> int:
        """Return how many jobs the cluster takes at once."""
        import ray

        self.connect()
        there: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call, unused-ignore]
        options = self.options
        by_cpu = there.get("CPU", 1) / options.cpus if options.cpus else float("inf")
        by_gpu = there.get("GPU", 0) / options.gpus if options.gpus else float("inf")
        return max(1, int(min(by_cpu, by_gpu, 10_000)))

    def connect(self) -> None:
        """Start Ray on this machine, or connect to the one at the address.

        Raises:
            HydraException: Nothing answers there.

        """
        import ray

        address = self.options.address
        if ray.is_initialized():
            return
        try:
            ray.init(address=address or "local", log_to_driver=False, **self.options.init)
        except ConnectionError as error:
            raise HydraException(f"There is no Ray at {address}: {error}") from error

    def run(self, jobs: list[Job], view: "View") -> dict[str, Outcome]:
        """Hand the jobs to Ray and wait for them; return how each ended, by its name."""
        import ray

        self.connect()
        call = ray.remote(
            num_cpus=self.options.cpus,
            num_gpus=self.options.gpus,
            max_retries=self.options.retries,
            max_calls=1,  # a process of its own for every job
            runtime_env={"env_vars": threads(self.options.threads) | python_path()},
        )(_run)
        tasks = [Task(batch, call.remote(batch)) for batch in batches(jobs, 1, self.call)]
        return follow(tasks, view)


def python_path() -> dict[str, str]:
    """Return the environment in which the jobs find the code as this process does."""
    paths = [os.getcwd(), os.environ.get("PYTHONPATH", "")]  # noqa: PTH109 (a string is wanted)
    return {"PYTHONPATH": os.pathsep.join(path for path in paths if path)}


def _run(batch: Batch) -> list[Outcome]:
    return batch()


class Task:
    """A batch that Ray has."""

    def __init__(self, batch: Batch, reference: Any):
        self.batch, self.reference = batch, reference

    def outcomes(self) -> list[Outcome] | None:
        """Return how its jobs ended, or None while they have not."""
        import ray

        ready, _ = ray.wait([self.reference], timeout=0)
        if not ready:
            return None
        try:
            outcomes: list[Outcome] = ray.get(self.reference)
        except ray.exceptions.RayError as error:
            text = f"{type(error).__name__}: {str(error).strip().splitlines()[-1]}"
            return [Outcome(error=text)] * len(self.batch.jobs)
        return outcomes

    def cancel(self) -> None:
        """End its process."""
        import ray

        ray.cancel(self.reference, force=True)
