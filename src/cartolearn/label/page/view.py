"""The page itself: the text and its keys on one side, the pictures on the other."""

from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from cartolearn.cartography.regions import REGIONS
from cartolearn.label.page.charts import curve_options, map_options
from cartolearn.label.page.desk import Desk
from cartolearn.label.page.regions import named, polygon
from cartolearn.label.page.results import Drawn, Measured
from cartolearn.label.page.session import Session


def _chart(options: dict[str, Any], name: str) -> ui.echart:
    """Make a chart with a name for who cannot see it; its figures are on the page Status."""
    chart = ui.echart(options).classes("w-full")
    return chart.props(f'role=img aria-label="{name}; the figures are on the page Status"')


def _redraw(chart: ui.echart, options: dict[str, Any]) -> None:
    chart.options.clear()
    chart.options.update(options)
    chart.update()


class View(Desk):
    """One browser tab on a labelling session."""

    session: Session

    def _parts(self) -> None:
        self.drawn: Drawn | None = None
        self.measured: Measured | None = None
        with ui.element("div").classes("w-full grid grid-cols-1 lg:grid-cols-2 gap-4"):
            self._desk()
            self._pictures()

    def _pictures(self) -> None:
        with ui.card().classes("w-full min-w-0"):
            self.curve = _chart(curve_options(None), "Accuracy against labels").classes("h-64")
            self.map = _chart(map_options(None), "Data map").classes("h-96")
            self.map.on("chart:brushEnd", self._marked, ["areas"])
            with ui.element("div").classes("flex flex-wrap gap-2 w-full items-center"):
                self._button("m", "Mark a region to label next", self._lasso)
                self.part = ui.select(
                    list(REGIONS), label="or choose a part", on_change=self._chosen
                ).classes("w-64")
            self.advice = ui.label().classes("text-sm text-gray-800")

    def _show_more(self) -> None:
        behind = self.session.behind
        if behind.drawn and behind.drawn is not self.drawn:
            self.drawn = behind.drawn
            _redraw(self.map, behind.drawn.chart)
        if behind.measured and behind.measured is not self.measured:
            self.measured = known = behind.measured
            _redraw(self.curve, known.chart)
            self.advice.text = f"As of {known.labels:,} labels: {known.advice}"

    def _other_key(self, key: str) -> None:
        if key == "m":
            self._lasso()

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
            self.session.say("No text without a label lies there.")
        elif self.session.working:
            self.session.say("Still working on the last request; try again in a moment.")
        else:
            self.session.say(f"{len(ids):,} texts lie there; the next ones come from them.")
            self.session.start(ids)
        self.refresh()
