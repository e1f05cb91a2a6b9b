"""The page on which labels are checked: the labelling page's desk, without its pictures."""

from nicegui import ui

from cartolearn.audit.page.session import CheckSession
from cartolearn.label.page.desk import Desk


class CheckView(Desk):
    """One browser tab on a session of checks."""

    session: CheckSession

    def _parts(self) -> None:
        with ui.element("div").classes("w-full max-w-3xl mx-auto"):
            self._desk()

    def _more_buttons(self) -> None:
        with ui.button(on_click=self._right).props("no-caps") as self.is_right:
            ui.label("r").classes("key")
            ui.label("Right as it was")
        self.more = ui.button(on_click=self._more).props("no-caps")
        self.more.text = f"Give me {self.session.count} more"

    def _show_more(self) -> None:
        check = self.session.current
        self.is_right.visible = check is not None and check.given is not None
        self.more.visible = check is None and not self.session.working

    def _other_key(self, key: str) -> None:
        if key == "r":
            self._right()

    def _right(self) -> None:
        self.session.right(self.row)
        self.refresh()

    def _more(self) -> None:
        self.session.start()
        self.refresh()
