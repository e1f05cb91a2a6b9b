"""What all figures share: colours that colour-blind readers can tell apart, and saving."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cartolearn.files import atomic_write
from cartolearn.report.groups import BASELINE, Group

DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "<", ">")
BASELINE_STYLE = {"color": "#555555", "linestyle": ":", "marker": "x"}


@contextmanager
def themed() -> Iterator[None]:
    """Draw in seaborn's white grid style, without changing it for anybody else."""
    import seaborn as sns

    with sns.axes_style("whitegrid"), sns.plotting_context("notebook", font_scale=0.8):
        yield


def line_styles(strategies: list[str]) -> dict[str, dict[str, Any]]:
    """Colour, dashes and marker of each strategy; the same for the same list of strategies."""
    import seaborn as sns

    colours = sns.color_palette("colorblind", 10)
    others = sorted(strategy for strategy in strategies if strategy != BASELINE)
    styles: dict[str, dict[str, Any]] = {
        strategy: {
            "color": colours[k % len(colours)],
            "linestyle": DASHES[k % len(DASHES)],
            "marker": MARKERS[k % len(MARKERS)],
        }
        for k, strategy in enumerate(others)
    }
    return styles | {BASELINE: BASELINE_STYLE}


def new_figure(width: float, height: float) -> Any:
    """An empty figure of that many inches."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def spread(group: Group) -> str:
    """What a figure's points and bands are, for its title."""
    seeds = max(map(len, group.runs.values()))
    return "one seed" if seeds == 1 else f"{seeds} seeds, mean and 95 % interval"


def save(figure: Any, folder: Path, name: str) -> list[Path]:
    """Write ``figure`` as PNG and PDF; return the paths."""
    paths = []
    for ending in ("png", "pdf"):
        path = folder / f"{name}.{ending}"
        with atomic_write(path) as temporary:
            figure.savefig(temporary, format=ending, dpi=150)
        figure.set_layout_engine("none")  # the second format keeps the first one's layout
        paths.append(path)
    return paths
