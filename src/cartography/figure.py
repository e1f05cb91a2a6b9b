"""Drawing a data map as Swayamdipta et al. (2020) do."""

from pathlib import Path

import numpy as np

from src.cartography.data_map import DataMap
from src.files import atomic_write

MARKERS = ("X", "v", "s", "D", "^", "o")


def draw_data_map(
    data_map: DataMap, path: Path, title: str, threshold: float | None = None
) -> None:
    """Draw variability (x) against confidence (y), correctness in colour and shape, as a PNG.

    Args:
        data_map: What to draw.
        path: Where to write.
        title: Above the picture.
        threshold: With it, instances with correctness at or below it get a dark edge.
    """
    from matplotlib.figure import Figure

    bins = np.minimum((data_map.correctness * len(MARKERS)).astype(int), len(MARKERS) - 1)
    figure = Figure(figsize=(6.4, 5.2), layout="constrained")
    axes = figure.subplots()
    size = float(np.clip(30_000 / max(1, len(data_map.ids)), 2, 28))
    for group, marker in enumerate(MARKERS):
        inside = bins == group
        low = threshold is not None and (group + 1) / len(MARKERS) <= threshold + 1e-9
        axes.scatter(
            data_map.variability[inside],
            data_map.confidence[inside],
            c=np.full(int(inside.sum()), (group + 0.5) / len(MARKERS)),
            cmap="cividis", vmin=0, vmax=1, marker=marker, s=size, alpha=0.7,
            linewidths=0.6 if low else 0, edgecolors="black",
            label=f"{group / len(MARKERS):.2f} to {(group + 1) / len(MARKERS):.2f}",
            rasterized=True,
        )  # fmt: skip
    axes.set(
        xlabel="variability (standard deviation of p(gold) over the epochs)",
        ylabel="confidence (mean of p(gold) over the epochs)",
        title=title,
        xlim=(0, None),
        ylim=(0, 1),
    )
    axes.legend(title="correctness", loc="best", fontsize="small")
    with atomic_write(path, sync=False) as temporary:
        figure.savefig(temporary, format="png", dpi=150)
