"""How a job ended, and the form in which Hydra's sweepers take that."""

from dataclasses import dataclass
from typing import Any

from hydra.core.utils import JobReturn, JobStatus
from omegaconf import OmegaConf

from cartolearn.config.failed import JobFailed
from cartolearn.launcher.plan import Job, task_config

# What a finished run keeps of what its sweep is told.
VALUE = "validation_aulc"


@dataclass(frozen=True)
class Outcome:
    """How a job ended: ``error`` is one line, None if it succeeded with ``value``."""

    value: Any = None
    error: str | None = None


def result(job: Job, outcome: Outcome | None) -> JobReturn:
    """Return the job's value, or an exception that says what went wrong.

    Args:
        job: the job.
        outcome: how it ended, or None if it was done before the sweep started.

    """
    outcome = outcome or Outcome(_value_on_disk(job))
    failed = outcome.error is not None
    returned = JobReturn(
        overrides=list(job.overrides),
        cfg=task_config(job.config),
        hydra_cfg=OmegaConf.masked_copy(job.config, ["hydra"]),
        working_dir=str(job.folder),
        task_name=job.config.hydra.job.name,
        status=JobStatus.FAILED if failed else JobStatus.COMPLETED,
    )
    error = JobFailed(f"{job.name}: {outcome.error}")
    returned.return_value = error if failed else outcome.value
    return returned


def _value_on_disk(job: Job) -> Any:
    """Return what a finished run returned; None if its folder does not keep it."""
    return (job.done_content or {}).get(VALUE)
