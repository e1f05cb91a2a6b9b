"""When a command looks for garbage: Python's own pace is for small programs."""

import atexit
import gc

NEW_OBJECTS = 50_000


def search_seldom() -> None:
    """Have this process look for garbage after so many new objects, and not at its end.

    The imports of torch and Lightning make a million objects that stay; 700 at a time, as Python
    does it, they are searched for longer than a short command works. What a process leaves at its
    end goes with it. A run's rounds are searched besides (``loop.memory``).
    """
    gc.set_threshold(NEW_OBJECTS)
    atexit.register(gc.freeze)
