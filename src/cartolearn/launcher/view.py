"""One view of a sweep: jobs done, running, failed, and the time left."""

import time
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Column, Table
from rich.text import Text

from cartolearn.terminal import Terminal
from cartolearn.text import duration


class View:
    """Live on a terminal; elsewhere one line for each job that ends.

    Args:
        total: number of jobs of the sweep.
        skipped: how many of them were done before it started.
        slots: how many run side by side.

    """

    def __init__(self, total: int, skipped: int, slots: int):
        self.total, self.skipped, self.slots = total, skipped, slots
        self.done, self.failed = skipped, 0
        self.seconds: list[float] = []
        self.running: dict[str, float] = {}
        self.console = Terminal(soft_wrap=True)
        self.live = Live(get_renderable=self.render, console=self.console, refresh_per_second=2)

    def __enter__(self) -> "View":
        if self.console.is_terminal:
            self.live.start()
        elif self.done < self.total:
            self.console.print(self.state())
        return self

    def __exit__(self, *_: object) -> None:
        if self.console.is_terminal:
            self.live.stop()

    def started(self, name: str) -> None:
        """Count a job that begins."""
        self.running[name] = time.monotonic()

    def ended(self, name: str, error: str | None) -> None:
        """Count a job that ends; ``error`` is one line, None if it succeeded."""
        seconds = time.monotonic() - self.running.pop(name)
        self.seconds.append(seconds)
        self.done, self.failed = self.done + (error is None), self.failed + (error is not None)
        if error is not None or not self.console.is_terminal:
            word = "done" if error is None else "FAILED"
            self.console.print(f"{word} {name} in {duration(seconds)}. {self.state()}")

    def state(self) -> str:
        """Return the counts and the time left as one line."""
        line = f"{self.done} of {self.total} done"
        line += f" ({self.skipped} before)" if self.skipped else ""
        return f"{line}, {len(self.running)} running, {self.failed} failed, {self.time_left()}"

    def time_left(self) -> str:
        """Estimate from the jobs that ended: their mean, times what is left, over the slots."""
        left = self.total - self.done - self.failed
        if not left or not self.seconds:
            return "time left unknown" if left else "no job left"
        mean, now = sum(self.seconds) / len(self.seconds), time.monotonic()
        spent = sum(min(now - start, mean) for start in self.running.values())
        work = (mean * left - spent) / min(self.slots, left)
        return f"about {duration(work)} left"

    def render(self) -> RenderableType:
        """Return the live view."""
        now = time.monotonic()
        ended = self.done + self.failed
        bar = ProgressBar(total=self.total, completed=ended, width=40)
        rows = [Text(f"  {duration(now - t):>9}  {name}") for name, t in self.running.items()]
        return Group(bar, Text(self.state()), *rows)

    def summary(self, failures: Sequence[tuple[str, str, str]]) -> None:
        """Print the failed jobs: (name, error's first line, command that repeats it alone)."""
        self.console.print(self.state())
        if not failures:
            return
        columns = (Column("job", overflow="fold"), Column("error", overflow="fold"))
        table = Table(*columns, title="Failed", title_justify="left", show_lines=True)
        for name, error, _ in failures:
            table.add_row(name, error)
        self.console.print(table)
        self.console.print("Repeat one alone:")
        for _, _, command in failures:
            self.console.print(Text(f"  {command}"))
        self.console.print("Or run the sweep again: it runs only what is missing.")
