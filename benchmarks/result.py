"""One line of the benchmark's table, and its file."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

from cartolearn.files import write_text


@dataclass(frozen=True)
class Result:
    """What was measured, against what, and what it should be.

    Attributes:
        row: The line's name.
        what: What was measured, in words.
        ours: This project's figure, in ``unit``.
        reference: What it is held against, in ``unit``.
        unit: ``ms``, ``s`` or ``MB``.
        target: The bound on ``judged``; None for a line that only informs.
        judged: Whether the target is about the ratio or about ``ours`` itself.
        side: Whether the target is an upper or a lower bound.
        repetitions: How many measurements each median is of.
        clock: Elapsed time, or the CPU time of the process, on a machine that others use.
        load: The machine's 1-minute load just before.
        notes: What else was seen, in words.
    """

    row: str
    what: str
    ours: float
    reference: float
    unit: str
    target: float | None = None
    judged: Literal["ratio", "ours"] = "ratio"
    side: Literal["at most", "at least"] = "at most"
    repetitions: int = 1
    clock: Literal["elapsed", "CPU"] = "elapsed"
    load: float = 0.0
    notes: list[str] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Ours over the reference; for a lower bound the reference over ours, the share reached."""
        if self.side == "at least":
            return self.reference / self.ours
        return self.ours / self.reference

    @property
    def value(self) -> float:
        """What the target is about."""
        return self.ratio if self.judged == "ratio" else self.ours

    @property
    def verdict(self) -> str:
        """Whether the target is met; empty without one."""
        if self.target is None:
            return ""
        met = self.value <= self.target if self.side == "at most" else self.value >= self.target
        return "met" if met else "MISSED"

    @property
    def target_text(self) -> str:
        """The target in words."""
        if self.target is None:
            return ""
        unit = f" {self.unit}" if self.judged == "ours" else ""
        return f"{self.side} {self.target:g}{unit}"


def load_results(path: Path) -> dict[str, Result]:
    """Return the results that a file holds, by row."""
    if not path.exists():
        return {}
    kept = json.loads(path.read_text(encoding="utf-8"))["results"]
    return {one["row"]: Result(**{k: v for k, v in one.items() if k in FIELDS}) for one in kept}


def save_results(path: Path, results: dict[str, Result], machine: dict[str, str]) -> None:
    """Write the results with what is derived from them, and the machine they are from."""
    rows = [asdict(one) | {"ratio": one.ratio, "verdict": one.verdict} for one in results.values()]
    write_text(path, json.dumps({"machine": machine, "results": rows}, indent=1) + "\n")


FIELDS = Result.__dataclass_fields__
