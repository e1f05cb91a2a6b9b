"""The sweep as an array of SLURM jobs, submitted with submitit.

A job that is pre-empted or runs out of time is put back into the queue and calls the same task
function in the same folder, which goes on from what it finds there.
"""

import shutil
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
from cartolearn.text import one_line

if TYPE_CHECKING:
    from cartolearn.launcher.view import View

SECONDS_BETWEEN_SACCT = 30


@dataclass
class SlurmLauncherConf:
    """The options; conf/hydra/launcher/slurm.yaml says what each one does."""

    partition: str | None = MISSING
    account: str | None = MISSING
    qos: str | None = MISSING
    constraint: str | None = MISSING
    gpus: int = MISSING
    packed: int = MISSING
    cpus: int = MISSING
    memory_gb: float = MISSING
    minutes: int = MISSING
    parallel: int = MISSING
    requeues: int = MISSING
    threads: int = MISSING
    setup: list[str] = MISSING
    sbatch: dict[str, Any] = MISSING
    folder: str = MISSING
    dry_run: bool = MISSING


class SlurmLauncher(SweepLauncher):
    """Runs the jobs of a sweep on a SLURM cluster."""

    def __init__(self, **options: Any):
        self.options = checked(SlurmLauncherConf, options)
        self.dry_run = self.options.dry_run

    def side_by_side(self) -> int:
        """Return how many jobs may run at once, if the cluster has room for them."""
        return self.options.parallel * self.options.packed

    def run(self, jobs: list[Job], view: "View") -> dict[str, Outcome]:
        """Submit the jobs as one array and wait for them; return how each ended, by its name.

        Raises:
            HydraException: This machine cannot submit to a cluster, or the cluster refuses.
        """
        tasks = [Resumable(batch) for batch in batches(jobs, self.options.packed, self.call)]
        if not shutil.which("sbatch"):
            raise HydraException(
                "hydra/launcher=slurm: there is no sbatch on this machine; start the sweep where"
                " the cluster takes jobs, or leave the launcher out to run them here"
            )
        submitted = self._submitted(tasks)
        submitted[0].watcher._delay_s = SECONDS_BETWEEN_SACCT  # noqa: SLF001 (600 by default)
        return follow([Submitted(*pair) for pair in zip(tasks, submitted, strict=True)], view)

    def _submitted(self, tasks: list["Resumable"]) -> list[Any]:
        from submitit.core.utils import FailedJobError

        executor = self.executor()
        try:
            with executor.batch():
                return [executor.submit(task) for task in tasks]
        except FailedJobError as error:
            raise HydraException(f"SLURM took no job: {one_line(error)}") from error

    def executor(self) -> Any:
        """Return submitit's executor with the options given to sbatch."""
        import submitit

        options = self.options
        executor = submitit.SlurmExecutor(options.folder, max_num_timeout=options.requeues)
        exports = [f"export {name}={value}" for name, value in threads(options.threads).items()]
        executor.update_parameters(
            job_name=self.config.hydra.job.name,
            time=options.minutes,
            cpus_per_task=options.cpus * options.packed,
            mem=f"{round(options.memory_gb * 1024)}M",
            array_parallelism=options.parallel,
            setup=[*exports, *options.setup],
            **({"gpus_per_node": options.gpus} if options.gpus else {}),
            **{key: value for key in PLACE if (value := getattr(options, key))},
            additional_parameters={"requeue": True, **options.sbatch},
        )
        return executor


PLACE = ("partition", "account", "qos", "constraint")


class Resumable:
    """A batch that submitit may put back into the queue."""

    def __init__(self, batch: Batch):
        self.batch = batch

    def __call__(self) -> list[Outcome]:
        """Run the batch on the node."""
        return self.batch()

    def checkpoint(self) -> Any:
        """Return what is to run when the queue comes round again: the same."""
        import submitit

        return submitit.helpers.DelayedSubmission(self)


class Submitted:
    """A batch in the queue."""

    def __init__(self, task: Resumable, submitted: Any):
        self.batch, self.submitted = task.batch, submitted

    def outcomes(self) -> list[Outcome] | None:
        """Return how its jobs ended, or None while they have not."""
        from submitit.core.utils import UncompletedJobError

        if not self.submitted.done():
            return None
        try:
            error = self.submitted.exception()
        except UncompletedJobError as lost:
            error = lost
        if error is None:
            outcomes: list[Outcome] = self.submitted.result()
            return outcomes
        end = f"SLURM job {self.submitted.job_id} ended as {self.submitted.state}"
        text = f"{end}; its log is {self.submitted.paths.stderr}"
        return [Outcome(error=text)] * len(self.batch.jobs)

    def cancel(self) -> None:
        """Cancel it."""
        self.submitted.cancel(check=False)
