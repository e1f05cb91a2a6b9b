"""The pace at which a run looks for garbage."""

import subprocess
import sys

SCRIPT = """
import gc, weakref
from cartolearn.garbage import search_seldom
class Knot:
    def __init__(self, number):
        self.itself, self.more = self, [[] for _ in range(number)]
search_seldom()
few = weakref.ref(Knot(2_000))
print(few() is None)
many = [weakref.ref(Knot(2_000)) for _ in range(100)]
print(sum(knot() is not None for knot in many) < 50)
"""


def test_a_run_looks_seldom_and_still_finds_its_garbage() -> None:
    words = [sys.executable, "-c", SCRIPT]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
