"""Everything labelled, to be looked through and changed."""

from collections.abc import Collection, Sequence
from typing import Any, Protocol

from nicegui import ui

from cartolearn.label.page.found import Wanted
from cartolearn.label.page.look import dressed

COLUMNS = ("id", "label", "by", "at", "note", "said", "text")
ALL = "(all)"


class Reviewed(Protocol):
    """What a review asks of the person's session.

    Attributes:
        settles: Whether texts can be settled over what people say.
    """

    settles: bool

    @property
    def classes(self) -> Sequence[str]:
        """Names of the classes."""

    @property
    def people(self) -> list[str]:
        """Everybody who labelled anything."""

    def reviewed(self, wanted: Wanted) -> tuple[list[dict[str, Any]], int]:
        """Return the rows to show, and of how many."""

    def relabel(self, rows: Collection[int], name: str, *, settle: bool = False) -> None:
        """Give texts another label, or settle them with it."""


class Review:
    """One browser tab on what was labelled."""

    def __init__(self, session: Reviewed) -> None:
        self.session = session
        dressed()
        ui.link("Back to labelling", "/")
        with ui.element("div").classes("flex flex-wrap gap-4 w-full items-center"):
            self.words = ui.input("Search the texts", on_change=self.refresh).props("clearable")
            self.name = self._choice("Class", list(session.classes))
            self.by = self._choice("Labelled by", session.people)
            self.differing = ui.checkbox("Only where people differ", on_change=self.refresh)
        self.table = ui.table(
            columns=[
                {"name": c, "label": c, "field": c, "sortable": True, "align": "left"}
                for c in COLUMNS
            ],
            rows=[],
            row_key="id",
            selection="multiple",
            pagination=20,
        ).classes("w-full").props("wrap-cells dense")  # fmt: skip
        with ui.element("div").classes("flex flex-wrap gap-4 w-full items-center"):
            self.new = ui.select(list(session.classes), label="New label").classes("w-64")
            ui.button("Give it to the chosen texts", on_click=self._relabel).props("no-caps")
            if session.settles:
                ui.button("Settle the chosen texts with it", on_click=self._settle).props(
                    "no-caps outline"
                )
        self.note = ui.label().classes("text-sm text-gray-800").props("role=status")
        self.refresh()

    def _choice(self, label: str, names: list[str]) -> Any:
        return ui.select([ALL, *names], value=ALL, label=label, on_change=self.refresh).classes(
            "w-48"
        )

    def refresh(self) -> None:
        """Show what the filters let through."""
        wanted = Wanted(
            None if self.name.value == ALL else self.name.value,
            None if self.by.value == ALL else self.by.value,
            bool(self.differing.value),
            self.words.value or "",
        )
        rows, count = self.session.reviewed(wanted)
        self.table.rows = rows
        self.note.text = f"{len(rows):,} of {count:,} labelled texts"

    def _relabel(self) -> None:
        self._give(settle=False)

    def _settle(self) -> None:
        self._give(settle=True)

    def _give(self, *, settle: bool) -> None:
        chosen = [row["id"] for row in self.table.selected]
        if not chosen or not self.new.value:
            self.note.text = "Choose texts in the table, and a label."
            return
        self.session.relabel(chosen, self.new.value, settle=settle)
        self.table.selected = []
        self.refresh()
        self.note.text = f"{len(chosen)} texts are {self.new.value} now. {self.note.text}"
