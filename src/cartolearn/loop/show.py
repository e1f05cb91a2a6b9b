"""What a person sees of a run: a progress bar while it goes on, a short table at its end."""

import csv
import logging
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar
from rich.table import Table

from cartolearn.data.summary import Beside
from cartolearn.loop.record import SUCCESSOR, Record
from cartolearn.plain_data import read_json
from cartolearn.terminal import Terminal

log = logging.getLogger(__name__)

ROWS_SHOWN = 8
WIDTH = 30
SECONDS = ("seconds", "successor_seconds")
WRITTEN = ("rounds.csv", "selections.parquet", "data_maps/", "learning_curve.png", "data_map.png")


class Progress:
    """A bar over the rounds on a terminal and in a notebook; elsewhere a line a round is logged."""

    def __init__(self, total: int, done: int) -> None:
        self.console = Terminal(stderr=True)
        self.bar = Bar(
            TextColumn("round"),
            MofNCompleteColumn(),
            BarColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.description}"),
            console=self.console,
            disable=not self.console.is_terminal,
        )
        self.task = self.bar.add_task("", total=total, completed=done)
        self.cell: Any = None  # a notebook's place for the bar

    def __enter__(self) -> Self:
        self.bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.bar.stop()

    def advance(self, record: Record) -> None:
        """Show a round that is done."""
        row = record.row
        text = f"{record.labelled} labels, accuracy {row['accuracy']:.3f}"
        if SUCCESSOR in row:
            text += f", successor {row[SUCCESSOR]:.3f}"
        self.bar.update(self.task, advance=1, description=text)
        if self.console.is_jupyter:
            self._show_in_notebook(text)
        level = logging.DEBUG if self.console.is_terminal else logging.INFO
        log.log(level, "round %d: %s, %.1f s", row["round"], text, row["seconds"])

    def _show_in_notebook(self, text: str) -> None:
        """Draw the bar as text that takes the place of the one before; no widgets are needed."""
        import IPython.display

        (task,) = self.bar.tasks
        full = round(WIDTH * task.completed / (task.total or 1))
        line = f"round {task.completed:.0f}/{task.total:.0f} {'█' * full}{'░' * (WIDTH - full)}"
        shown = {"text/plain": f"{line} {text}"}
        if self.cell is None:
            display: Any = IPython.display.display  # which has no types
            self.cell = display(shown, raw=True, display_id=True)
        else:
            self.cell.update(shown, raw=True)


def show_result(folder: Path) -> None:
    """Print a few rounds of a finished run and where its files are."""
    with (folder / "rounds.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    second = ["successor"] if SUCCESSOR in rows[0] else []
    table = Table("labels", "accuracy", "macro-F1", *second, "seconds")
    step = max(1, -(-(len(rows) - 1) // (ROWS_SHOWN - 1)))
    for row in [*rows[:-1:step], rows[-1]]:
        table.add_row(
            row["labelled"],
            f"{float(row['accuracy']):.3f}",
            f"{float(row['macro_f1']):.3f}",
            *(f"{float(row[SUCCESSOR]):.3f}" if row[SUCCESSOR] else "" for _ in second),
            f"{float(row['seconds']):.1f}",
        )
    console = Terminal()
    console.print(table)
    if told := _beside(folder):
        console.print(told, soft_wrap=True)
    batches = len(rows) - 1
    total = sum(float(row[name] or 0) for row in rows for name in row if name in SECONDS)
    console.print(
        f"{batches} batch{'' if batches == 1 else 'es'} in {total:.0f} s. Written to {folder}:",
        soft_wrap=True,
    )
    for name in WRITTEN:
        console.print(f"  {folder / name}", soft_wrap=True)


def _beside(folder: Path) -> str:
    """Return what the figures of a finished run are to be read beside; "" of older runs."""
    summary, facts = (read_json(folder / name) for name in ("finished.json", "run.json"))
    if "majority_accuracy" not in summary:
        return ""
    classes = len(facts["dataset"]["classes"])
    told = str(Beside(summary["majority_accuracy"], summary["tested_classes"], classes))
    return f"{told[0].upper()}{told[1:]}."
