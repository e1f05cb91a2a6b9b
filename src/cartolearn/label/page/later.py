"""A value that takes a while: computed in a thread, and again once what it is of has changed."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from cartolearn.errors import InputError

Value = TypeVar("Value")


class Later(Generic[Value]):
    """Something to be shown when it is there.

    Attributes:
        value: As of the last time; None before.
        problem: Why it could not be computed, if so.
        working: Whether it is being computed.
        version: Grows whenever one of these changes.
    """

    def __init__(
        self, of: Callable[[], object], make: Callable[[], Value], turn: threading.Lock
    ) -> None:
        """Remember what to compute.

        Args:
            of: Returns what the value depends on, to be compared.
            make: Computes it.
            turn: Held meanwhile, so that one thing is computed at a time.
        """
        self.value: Value | None = None
        self.problem, self.working, self.version = "", False, 0
        self._of, self._make, self._turn = of, make, turn
        self._known: object = None
        self._lock = threading.Lock()

    @property
    def fresh(self) -> bool:
        """Whether nothing changed since it was computed."""
        return self._known is not None and self._known == self._of()

    def start(self) -> None:
        """Compute it in the background, unless that goes on or would bring nothing new."""
        with self._lock:
            if self.working or self.fresh:
                return
            self.working, self.problem = True, ""
            self.version += 1
        threading.Thread(target=self.work, daemon=True).start()

    def work(self) -> None:
        """Compute it now."""
        try:
            with self._turn:
                known = self._of()
                self.value = self._make()
                self._known = known
        except (InputError, FloatingPointError, ChildProcessError) as error:
            self.problem = str(error)
        finally:
            self.working = False
            self.version += 1
