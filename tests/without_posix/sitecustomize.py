"""Takes away, at the start of every Python process, what Windows does not have."""

import multiprocessing
import os
from multiprocessing import context

for name in ("pread", "killpg", "setsid", "getuid", "nice", "sched_getaffinity"):
    delattr(os, name)
del context._concrete_contexts["forkserver"]  # type: ignore[attr-defined]
multiprocessing.get_all_start_methods = lambda: ["spawn"]
