"""What all figures of the project share: an empty canvas, a theme, and saving."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cartolearn.cartography.lettering import plain_text, write_figure
from cartolearn.files import atomic_write


@contextmanager
def themed() -> Iterator[None]:
    """Draw in seaborn's white grid style, without changing it for anybody else."""
    import seaborn as sns

    style, context = sns.axes_style("whitegrid"), sns.plotting_context("notebook", font_scale=0.8)
    with style, context, plain_text():
        yield


def new_figure(width: float, height: float) -> Any:
    """Return an empty figure of that many inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def save(figure: Any, folder: Path, name: str) -> list[Path]:
    """Write ``figure`` as PNG and PDF; return the paths."""
    paths = []
    for ending in ("png", "pdf"):
        path = folder / f"{name}.{ending}"
        with atomic_write(path) as temporary:
            write_figure(figure, temporary, ending)
        figure.set_layout_engine("none")  # the second format keeps the first one's layout
        paths.append(path)
    return paths
