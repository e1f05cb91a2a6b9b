"""When a run looks for garbage: Python's own pace is for small programs."""

import atexit
import gc

NEW_OBJECTS = 50_000


def search_seldom() -> None:
    """Have this process look for garbage after so many new objects, and not at its end.

    The imports of torch and Lightning make a million objects that stay; looked through at every
    700, as Python does it, they cost a run of one batch a fifth of its time. What a process leaves
    at its end goes with it. For runs, whose rounds are searched besides (``loop.memory``), and
    single trainings; what trains many models and has no rounds would keep their memory longer.
    """
    gc.set_threshold(NEW_OBJECTS)
    atexit.register(gc.freeze)
