"""Everything labelled, to be looked through and changed."""

from typing import Any

from nicegui import ui

from cartolearn.label.page.found import Wanted, people, reviewed
from cartolearn.label.page.look import dressed
from cartolearn.label.page.session import Session

COLUMNS = ("id", "label", "by", "at", "note", "said", "text")
ALL = "(all)"


class Review:
    """One browser tab on what was labelled."""

    def __init__(self, session: Session) -> None:
        self.session = session
        dressed()
        ui.link("Back to labelling", "/")
        state = session.state
        with ui.element("div").classes("flex flex-wrap gap-4 w-full items-center"):
            self.words = ui.input("Search the texts", on_change=self.refresh).props("clearable")
            self.name = self._choice("Class", state.classes)
            self.by = self._choice("Labelled by", people(state))
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
            self.new = ui.select(list(state.classes), label="New label").classes("w-64")
            ui.button("Give it to the chosen texts", on_click=self._relabel).props("no-caps")
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
        session = self.session
        session.features.project.catch_up(session.state)
        wanted = Wanted(
            None if self.name.value == ALL else self.name.value,
            None if self.by.value == ALL else self.by.value,
            bool(self.differing.value),
            self.words.value or "",
        )
        rows = reviewed(session.state, session.features.project.texts, wanted)
        self.table.rows = rows
        self.note.text = f"{len(rows):,} of {len(session.state.labels):,} labelled texts"

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
