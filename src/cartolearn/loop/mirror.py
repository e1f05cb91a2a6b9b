"""What may follow a run from outside; the loop knows no tracker."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    from cartolearn.config.check import Plan
    from cartolearn.data.dataset import Dataset
    from cartolearn.loop.record import Record

Status = Literal["success", "failed"]


class Mirror(Protocol):
    """Is told of every round of a run, and of its end."""

    def log(self, records: Sequence["Record"]) -> None:
        """Take in the last of the records; those before it are known."""
        ...

    def finish(self, summary: Mapping[str, float | None], labelled: int) -> None:
        """Take in what is known only of the whole run."""
        ...

    def close(self, status: Status) -> None:
        """Release everything."""
        ...


OpenMirror: TypeAlias = "Callable[[Plan, Path, Mapping[str, str], Dataset], Mirror]"
