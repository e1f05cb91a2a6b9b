"""What ``status`` says, as a page: the verdict, what it rests on, and every table."""

from nicegui import ui

from cartolearn.account import Account, Grid, Report
from cartolearn.label.page.later import Later
from cartolearn.label.page.look import dressed

SECONDS = 1.0


class StatusPage:
    """One browser tab on the figures; they are measured anew when the tab is opened."""

    def __init__(self, report: Later[Report]) -> None:
        self.report, self.shown = report, -1
        dressed("Status")
        with ui.element("div").classes("w-full max-w-4xl mx-auto flex flex-col gap-4"):
            self.note = ui.label().classes("text-sm text-gray-800").props("role=status")
            self.verdict = ui.card().classes("w-full min-w-0")
            self.figures = ui.card().classes("w-full min-w-0")
        ui.timer(SECONDS, self.refresh)
        report.start()
        self.refresh()

    def refresh(self) -> None:
        """Show what is known by now."""
        if self.shown == self.report.version:
            return
        self.shown = self.report.version
        known = self.report.value
        before = " Below is what was measured before." if known else ""
        self.note.text = (
            f"Measuring; this takes some seconds.{before}"
            if self.report.working
            else self.report.problem or "Measured with the labels there are now."
        )
        for card, heading, account in (
            (self.verdict, "Verdict", known.verdict if known else []),
            (self.figures, "Figures", known.figures if known else []),
        ):
            card.visible = bool(account)
            card.clear()
            with card:
                ui.label(heading).classes("text-lg").props("role=heading aria-level=2")
                show(account)


def show(account: Account) -> None:
    """Show sentences and tables where elements are being made."""
    for part in account:
        if isinstance(part, Grid):
            _table(part)
        else:
            ui.label(part).classes("told")


def _table(grid: Grid) -> None:
    """Show a table that scrolls by itself where it is wider than the page."""
    name = grid.name.replace('"', "'")
    around = ui.element("div").classes("w-full overflow-x-auto")
    with around.props(f'tabindex=0 role=region aria-label="{name}"'):
        with ui.element("table").classes("grid-of-words"):
            with ui.element("thead"), ui.element("tr"):
                for column in grid.columns:
                    with ui.element("th").props("scope=col"):
                        ui.label(column)
            with ui.element("tbody"):
                for row in grid.rows:
                    _row(row)


def _row(row: tuple[str, ...]) -> None:
    with ui.element("tr"):
        for number, cell in enumerate(row):
            kind = ui.element("td") if number else ui.element("th").props("scope=row")
            with kind:
                ui.label(cell)
