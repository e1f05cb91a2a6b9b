"""The end of a sweep in which a job failed."""

from hydra.errors import CompactHydraException


class JobFailed(CompactHydraException):
    """A job of a sweep failed; the launcher has listed it already."""
