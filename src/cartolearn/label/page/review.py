"""Everything labelled, to be looked through and changed."""

from collections.abc import Collection, Sequence
from typing import Any, Protocol

from nicegui import ui

from cartolearn.errors import InputError
from cartolearn.label.page.found import Shown, Wanted
from cartolearn.label.page.later import Later
from cartolearn.label.page.look import dressed

COLUMNS = ("id", "label", "rather", "text", "by", "at", "note", "said")
NAMED = {  # what the boxes to choose by are called, in JavaScript
    "header-selection": "'Choose all on this page'",
    "body-selection": "'Choose text ' + props.row.id",
}
ALL = "(all)"
SECONDS = 0.5


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

    @property
    def looked(self) -> Later[Any] | None:
        """What models say of the labels, where they can be asked."""

    def reviewed(self, wanted: Wanted) -> Shown:
        """Return what to show."""

    def relabel(self, rows: Collection[int], name: str, *, settle: bool = False) -> None:
        """Give texts another label, or settle them with it."""


class Review:
    """One browser tab on what was labelled."""

    def __init__(self, session: Reviewed) -> None:
        self.session = session
        self.looked, self.shown = session.looked, -1
        dressed("Review")
        self._filters()
        self._actions()
        self.note = ui.label().classes("text-sm text-gray-800").props("role=status")
        names = COLUMNS if self.looked else tuple(c for c in COLUMNS if c != "rather")
        self.table = ui.table(
            columns=[_column(name) for name in names],
            rows=[],
            row_key="id",
            selection="multiple",
            pagination=20,
        )
        self.table.classes("w-full").props("wrap-cells dense")
        for slot, name in NAMED.items():
            self.table.add_slot(
                slot, f'<q-checkbox dense v-model="props.selected" :aria-label="{name}" />'
            )
        self.refresh()

    def _actions(self) -> None:
        with ui.element("div").classes("flex flex-wrap gap-4 w-full items-center"):
            self.new = ui.select(list(self.session.classes), label="New label").classes("w-48")
            ui.button("Give it to the chosen texts", on_click=self._relabel).props("no-caps")
            if self.session.settles:
                ui.button("Settle the chosen texts with it", on_click=self._settle).props(
                    "no-caps outline"
                )

    def _filters(self) -> None:
        with ui.element("div").classes("flex flex-wrap gap-4 w-full items-center"):
            self.words = ui.input("Search the texts", on_change=self.refresh).props(
                "clearable debounce=300"
            )
            self.name = self._choice("Class", list(self.session.classes))
            self.by = self._choice("Labelled by", self.session.people)
            self.differing = ui.checkbox("Only where people differ", on_change=self.refresh)
            self.suspect = ui.checkbox("Only suspects", on_change=self.refresh)
            self.doubtful = ui.checkbox("Only where models are in doubt", on_change=self.refresh)
        if self.looked:
            ui.timer(SECONDS, self._refresh_looked)
        else:
            self.suspect.visible = self.doubtful.visible = False

    def _choice(self, label: str, names: list[str]) -> Any:
        return ui.select([ALL, *names], value=ALL, label=label, on_change=self.refresh).classes(
            "w-48"
        )

    def _refresh_looked(self) -> None:
        """Show what models say, once they have said it."""
        if self.looked and self.shown != self.looked.version and self._asked():
            self.refresh()

    def _asked(self) -> bool:
        return bool(self.suspect.value or self.doubtful.value)

    def refresh(self) -> None:
        """Show what the filters let through."""
        wanted = Wanted(
            None if self.name.value == ALL else self.name.value,
            None if self.by.value == ALL else self.by.value,
            bool(self.differing.value),
            bool(self.suspect.value),
            bool(self.doubtful.value),
            self.words.value or "",
        )
        if self.looked and self._asked():
            self.looked.start()
        try:
            shown = self.session.reviewed(wanted)
        except InputError as error:
            self.note.text = str(error)
            return
        self.table.rows = shown.rows
        cut = f"; {len(shown.rows):,} are shown" if len(shown.rows) < shown.wanted else ""
        told = f"{shown.wanted:,} of {shown.labelled:,} labelled texts{cut}."
        self.note.text = f"{told} {self._working()}"

    def _working(self) -> str:
        """Say whether models are being asked, where that was wanted."""
        if not self.looked or not self._asked():
            return ""
        self.shown = self.looked.version
        if self.looked.working:
            return "Models that do not learn these labels are being asked; this takes some seconds."
        return self.looked.problem

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


def _column(name: str) -> dict[str, Any]:
    """Return a column as the table wants it; the text has room on a phone, too."""
    style = {"text": "min-width: 11rem", "at": "white-space: nowrap"}.get(name, "")
    return {
        "name": name,
        "label": name,
        "field": name,
        "sortable": True,
        "align": "left",
        "style": style,
        "headerStyle": "white-space: nowrap",
    }
