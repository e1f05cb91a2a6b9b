"""What every launcher of a sweep does: compose, preview, skip what is done, run, list failures."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from hydra.core.utils import JobReturn, configure_log, setup_globals
from hydra.errors import HydraException
from hydra.plugins.launcher import Launcher
from hydra.types import HydraContext, TaskFunction
from omegaconf import DictConfig

from cartolearn.launcher.plan import ComposedOnce, Job, compose, refuse_changed
from cartolearn.launcher.repeat import repeat_command
from cartolearn.launcher.results import Outcome, result
from cartolearn.launcher.worker import Call, reference

if TYPE_CHECKING:
    from cartolearn.launcher.view import View


class SweepLauncher(Launcher):
    """A launcher that can be asked again and then runs what is missing.

    A subclass says how many jobs run side by side (``side_by_side``) and runs them (``run``).
    """

    dry_run: bool

    def setup(
        self, *, hydra_context: HydraContext, task_function: TaskFunction, config: DictConfig
    ) -> None:
        """Take what Hydra hands over before the first batch of jobs."""
        self.config = config
        self.call = Call(reference(task_function), replace(hydra_context))
        # The sweeper holds the same context and composes all jobs before it launches any.
        self.loader = ComposedOnce(hydra_context.config_loader)
        hydra_context.config_loader = self.loader  # type: ignore[assignment]

    def launch(
        self, job_overrides: Sequence[Sequence[str]], initial_job_idx: int
    ) -> Sequence[JobReturn]:
        """Run the jobs and return their results in the order given.

        Raises:
            HydraException: There is none: what is swept over is empty.
            SystemExit: 130 after Ctrl-C, when every job has been stopped; 0 after a dry run.

        """
        from cartolearn.launcher.preview import dry_run
        from cartolearn.launcher.view import View

        if not job_overrides:
            raise HydraException(
                "the sweep has no job: a range, a list or a glob of its options holds nothing"
            )
        setup_globals()
        configure_log(self.config.hydra.hydra_logging, self.config.hydra.verbose)
        jobs = compose(self.loader, self.config, job_overrides, initial_job_idx)
        if self.dry_run:
            dry_run(jobs, self.side_by_side())
            raise SystemExit(0)
        refuse_changed(jobs)
        missing = list({job.name: job for job in jobs if not job.done}.values())
        done = len({job.name for job in jobs if job.done})
        view = View(done + len(missing), done, self.side_by_side() if missing else 1)
        outcomes = self.run(missing, view) if missing else {}
        ends = [(job.name, outcomes[job.name].error, repeat_command(job)) for job in missing]
        view.summary([(name, error, again) for name, error, again in ends if error])
        return [result(job, outcomes.get(job.name)) for job in jobs]

    @abstractmethod
    def side_by_side(self) -> int:
        """Return how many jobs run at once."""

    @abstractmethod
    def run(self, jobs: list[Job], view: "View") -> Mapping[str, Outcome]:
        """Run the jobs; return how each one ended, by its name."""
