"""Where a person gives texts their classes: the text, keys, any class by typing, undo."""

import time
from collections.abc import Sequence
from typing import Any, Protocol

from nicegui import ui
from nicegui.events import KeyEventArguments

from cartolearn.label.page.look import dressed

KEYS = 9
SECONDS = 0.4
DOUBLE = 0.3  # seconds within which the same answer again is a double press


class Asked(Protocol):
    """A text that is asked for."""

    @property
    def id(self) -> int:
        """Its id."""


class Sitting(Protocol):
    """What a desk asks of the person's session."""

    message: str
    working: str

    @property
    def version(self) -> int:
        """Grows whenever something changes that the page shows."""

    @property
    def current(self) -> Asked | None:
        """The text to answer now."""

    @property
    def classes(self) -> Sequence[str]:
        """Names of the classes."""

    @property
    def told(self) -> str:
        """What annotators are told."""

    @property
    def progress(self) -> tuple[str, float]:
        """How far the person got, in words and as a share of the batch."""

    @property
    def nothing(self) -> str:
        """What to show where there is no text."""

    def text_of(self, asked: Any) -> str:
        """Return a text."""

    def why(self, asked: Any) -> str:
        """Return what to say of it."""

    def label(self, row: int | None, name: str) -> None:
        """Give a text a class, if it is the current one."""

    def skip(self, row: int | None) -> None:
        """Pass a text over, if it is the current one."""

    def undo(self) -> None:
        """Take the last answer back."""

    def due(self) -> bool:
        """Tell whether it is time to choose more texts."""

    def start(self) -> None:
        """Choose them in the background."""


class Desk:
    """One browser tab on a session."""

    def __init__(self, session: Sitting) -> None:
        self.session, self.shown = session, -1
        self.row: int | None = None
        self.last: tuple[str, float] = ("", 0.0)
        self.classes: list[str] = []
        dressed("Texts")
        ui.keyboard(on_key=self._key, ignore=["input", "select", "textarea"])
        self._parts()
        ui.timer(SECONDS, self.refresh)
        self.refresh()

    def _parts(self) -> None:
        """Lay out the page."""
        self._desk()

    def _desk(self) -> None:
        with ui.card().classes("w-full min-w-0"):
            self.progress = ui.label().classes("text-sm text-gray-800")
            self.bar = ui.linear_progress(show_value=False).props("aria-label=progress")
            self.reason = ui.label().classes("asked text-sm text-gray-800 italic")
            self.text = ui.label().classes("text w-full").props("role=main aria-live=polite")
            self.told = ui.expansion("Guideline").classes("w-full")
            with self.told:
                self.guideline = ui.label().classes("told text-sm")
            self.buttons = ui.element("div").classes("flex flex-wrap gap-2 w-full")
            self.typed = ui.input("Type a class, Enter gives it ( / )").classes("w-full")
            self.typed.on("keydown.enter", self._type_ahead)
            self.typed.on("keydown.escape", self._leave_fields)
            with ui.element("div").classes("flex flex-wrap gap-2 w-full"):
                self._button("u", "Undo", self._undo)
                self._button("s", "Skip", self._skip)
                self._more_buttons()
            self.note = ui.label().classes("text-sm text-gray-800").props("role=status")

    def _more_buttons(self) -> None:
        """Add buttons beside undo and skip."""

    def _button(self, key: str, name: str, does: Any) -> None:
        with ui.button(on_click=does).props("outline no-caps"):
            ui.label(key).classes("key")
            ui.label(name)

    def refresh(self) -> None:
        """Show what changed, and have more texts chosen when it is time."""
        session = self.session
        if session.due():
            session.start()
        if self.shown == session.version:
            return
        self.shown = session.version
        self._show_text()
        self.progress.text, self.bar.value = session.progress
        working = f"In the background: {session.working}." if session.working else ""
        self.note.text = " ".join(filter(None, [working, session.message]))
        self.told.visible = bool(session.told)
        self.guideline.text = session.told
        self._show_more()

    def _show_more(self) -> None:
        """Show what else changed."""

    def _show_text(self) -> None:
        session, asked = self.session, self.session.current
        self.row = asked.id if asked else None
        self.text.text = session.text_of(asked) if asked else session.nothing
        self.reason.text = session.why(asked) if asked else ""
        if self.classes != list(session.classes):
            self.classes = list(session.classes)
            self._make_buttons()
            self.typed.set_autocomplete(self.classes)

    def _make_buttons(self) -> None:
        self.buttons.clear()
        with self.buttons:
            for number, name in enumerate(self.classes, 1):
                with ui.button(on_click=lambda _, n=name: self._label(n)).props("no-caps"):
                    if number <= KEYS:
                        ui.label(str(number)).classes("key")
                    ui.label(name)
        if not self.classes:
            self.note.text = "There are no classes yet; name some with: classes PROJECT NAME ..."

    def _key(self, event: KeyEventArguments) -> None:
        if not event.action.keydown or event.action.repeat:
            return
        if event.modifiers.ctrl or event.modifiers.alt or event.modifiers.meta:
            return
        key = str(event.key)
        if key.isdigit() and 1 <= int(key) <= min(KEYS, len(self.classes)):
            self._label(self.classes[int(key) - 1])
        elif key in ("u", "Backspace"):
            self._undo()
        elif key == "s":
            self._skip()
        elif key == "/":
            self.typed.run_method("focus")
        else:
            self._other_key(key)

    def _other_key(self, key: str) -> None:
        """Do what a key says that all pages do not share."""

    def _type_ahead(self) -> None:
        """Give the class that was typed, or the only one that begins so."""
        typed = (self.typed.value or "").strip().casefold()
        names = [n for n in self.classes if n.casefold() == typed]
        names = names or [n for n in self.classes if typed and n.casefold().startswith(typed)]
        if len(names) == 1:
            self.typed.value = ""
            self._label(names[0])
        elif typed:
            those = ", ".join(names) or "no class"
            self.note.text = f"{those} begins so; type more of it." if names else "No such class."

    def _leave_fields(self) -> None:
        """Give the keys back to the page."""
        ui.run_javascript("document.activeElement.blur()")

    def _label(self, name: str) -> None:
        now = time.monotonic()
        if self.last[0] == name and now - self.last[1] < DOUBLE:
            return
        self.last = name, now
        self.session.label(self.row, name)
        self.refresh()

    def _skip(self) -> None:
        self.session.skip(self.row)
        self.refresh()

    def _undo(self) -> None:
        self.session.undo()
        self.refresh()
