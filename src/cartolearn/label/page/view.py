"""The page itself: the text and its keys on one side, the pictures on the other."""

import time
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments, KeyEventArguments

from cartolearn.cartography.regions import REGIONS
from cartolearn.label.files.sheet import reason
from cartolearn.label.page.charts import curve_options, map_options
from cartolearn.label.page.look import dressed
from cartolearn.label.page.regions import named, polygon
from cartolearn.label.page.session import Session

KEYS = 9
SECONDS = 0.4
DOUBLE = 0.3  # seconds within which the same answer again is a double press


class View:
    """One browser tab on a session."""

    def __init__(self, session: Session) -> None:
        self.session, self.shown = session, -1
        self.row: int | None = None
        self.drawn: tuple[Any, Any] | None = None
        self.last: tuple[str, float] = ("", 0.0)
        dressed()
        ui.keyboard(on_key=self._key, ignore=["input", "select", "textarea"])
        with ui.element("div").classes("w-full grid grid-cols-1 lg:grid-cols-2 gap-4"):
            self._left()
            self._right()
        ui.timer(SECONDS, self.refresh)
        self.refresh()

    def _left(self) -> None:
        with ui.card().classes("w-full min-w-0"):
            self.progress = ui.label().classes("text-sm text-gray-800").mark("progress")
            self.bar = ui.linear_progress(show_value=False).props("aria-label=progress")
            self.reason = ui.label().classes("text-sm text-gray-800 italic").mark("reason")
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
                ui.link("Review what was labelled", "/review").classes("self-center")
            self.note = ui.label().classes("text-sm text-gray-800").props("role=status")
        self.classes: list[str] = []

    def _right(self) -> None:
        with ui.card().classes("w-full min-w-0"):
            self.curve = ui.echart(curve_options(None)).classes("w-full h-64")
            self.map = ui.echart(map_options(None)).classes("w-full h-80")
            self.map.on("chart:brushEnd", self._marked, ["areas"])
            with ui.element("div").classes("flex flex-wrap gap-2 w-full items-center"):
                self._button("m", "Mark a region to label next", self._lasso)
                self.part = ui.select(
                    list(REGIONS), label="or choose a part", on_change=self._chosen
                ).classes("w-64")
            self.advice = ui.label().classes("text-sm text-gray-800")

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
        self._show_progress()
        self.told.visible = bool(session.state.told)
        self.guideline.text = session.state.told
        if self.drawn != (session.maps, session.status):
            self._draw()

    def _show_text(self) -> None:
        session, pick = self.session, self.session.current
        self.row = pick.id if pick else None
        if pick is None:
            done = "Every text is labelled." if session.exhausted else "Choosing texts ..."
            self.text.text, self.reason.text = done, ""
        else:
            self.text.text = session.features.project.texts[pick.id]
            self.reason.text = f"Text {pick.id}: {reason(pick)}"
        if self.classes != session.state.classes:
            self.classes = list(session.state.classes)
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

    def _show_progress(self) -> None:
        session, texts = self.session, len(self.session.features.project.texts)
        batch = session.features.project.options.labelling.batch_size
        self.progress.text = (
            f"{session.answered} answered now, {len(session.state.labels):,} of {texts:,}"
            f" labelled, {len(session.queue)} waiting"
        )
        self.bar.value = (session.answered % batch) / batch
        working = f"In the background: {session.working}." if session.working else ""
        self.note.text = " ".join(filter(None, [working, session.message]))

    def _draw(self) -> None:
        session = self.session
        self.drawn = session.maps, session.status
        for chart, options in (
            (self.curve, curve_options(session.status)),
            (self.map, map_options(session.maps, session.features.project.texts)),
        ):
            chart.options.clear()
            chart.options.update(options)
            chart.update()
        known = session.status
        self.advice.text = f"As of {known.labels:,} labels: {known.advice}" if known else ""

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
        elif key == "m":
            self._lasso()
        elif key == "/":
            self.typed.run_method("focus")

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

    def _lasso(self) -> None:
        cursor = {"brushType": "polygon", "brushMode": "single"}
        action = {"type": "takeGlobalCursor", "key": "brush", "brushOption": cursor}
        self.map.run_chart_method("dispatchAction", action)
        self.note.text = "Draw around a region of the data map."

    def _marked(self, event: GenericEventArguments) -> None:
        areas = event.args.get("areas") or []
        if areas and len(areas[0]["coordRange"]) >= 3:
            self._label_next(self.session.inside(polygon(areas[0]["coordRange"])))

    def _chosen(self) -> None:
        if self.part.value:
            self._label_next(self.session.inside(named(self.part.value)))
            self.part.value = None
            self._leave_fields()

    def _label_next(self, ids: list[int]) -> None:
        if not ids:
            self.session.message = "No text without a label lies there."
        elif self.session.working:
            self.session.message = "Still working on the last request; try again in a moment."
        else:
            self.session.message = f"{len(ids):,} texts lie there; the next ones come from them."
            self.session.start(ids)
        self.session.version += 1
        self.refresh()
