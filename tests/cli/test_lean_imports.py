import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def python(program: str, *paths: Path) -> str:
    """Run a program in a fresh process; return what it printed."""
    start = f"import sys; sys.path[:0] = {[str(path) for path in (*paths, ROOT)]}\n"
    done = subprocess.run(
        [sys.executable, "-c", start + program], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_training_is_imported_without_scipy_signal_which_then_is_the_real_one() -> None:
    program = """
from cartolearn.lean_imports import import_training
import_training()
import gc, torchmetrics
assert "scipy.stats" not in sys.modules
assert "cartolearn.loop.execute" in sys.modules and gc.isenabled()
import scipy.signal
print(scipy.signal.convolve([1, 2], [1, 1]).tolist(), hasattr(scipy.signal, "hamming"))
"""
    assert python(program) == "[1, 3, 2] False"


def test_a_torchmetrics_that_uses_scipy_signal_gets_the_real_one(tmp_path: Path) -> None:
    (tmp_path / "torchmetrics.py").write_text(
        "import scipy.signal\nresult = scipy.signal.convolve([1, 2], [1, 1]).tolist()\n"
    )
    program = """
from cartolearn import lean_imports
lean_imports._import_torchmetrics()
import torchmetrics, scipy.signal
print(torchmetrics.result, scipy.signal.__name__, "scipy.stats" in sys.modules)
"""
    assert python(program, tmp_path) == "[1, 3, 2] scipy.signal True"


def test_training_is_imported_without_matplotlib_which_then_is_the_real_one() -> None:
    program = """
from cartolearn.lean_imports import import_training
import_training()
assert not [name for name in sys.modules if name.startswith("matplotlib")]
import torch, torchmetrics
print(torchmetrics.MeanMetric()(torch.tensor([1.0, 3.0])).item())
import matplotlib.pyplot as plt
figure = plt.figure()
print(type(figure).__name__, plt.__file__ is not None)
"""
    assert python(program).split() == ["2.0", "Figure", "True"]


def test_a_matplotlib_that_is_there_already_stays() -> None:
    program = """
import matplotlib.axes
from cartolearn.lean_imports import import_training
import_training()
from torchmetrics.utilities import plot
print(plot._AX_TYPE is matplotlib.axes.Axes, "matplotlib.pyplot" in sys.modules)
"""
    assert python(program) == "True True"
