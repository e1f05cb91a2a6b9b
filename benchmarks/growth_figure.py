"""The figure of row ``growth``."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cartolearn.files import atomic_write


@dataclass(frozen=True)
class Growth:
    """Seconds and anonymous MB of one kind of work at several sizes."""

    name: str
    unit: str
    sizes: list[int]
    seconds: list[float]
    memory: list[float]

    @property
    def slope(self) -> float:
        """How the two largest sizes compare: 1 is linear, 2 quadratic, in seconds."""
        (n0, n1), (t0, t1) = self.sizes[-2:], self.seconds[-2:]
        return float(np.log(t1 / t0) / np.log(n1 / n0))


def draw(grown: list[Growth], path: Path) -> None:
    """Draw seconds and memory against size on logarithmic axes, with a line of slope 1."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10, 6.4), layout="constrained")
    panels = figure.subplots(2, 3, sharex="col")
    columns = [grown[:1], grown[1:2], grown[2:]]
    for column, group in enumerate(columns):
        for kind, marker, colour in zip(
            group, "osD", ("#0072B2", "#D55E00", "#009E73"), strict=False
        ):
            style = {"marker": marker, "color": colour, "label": kind.name}
            panels[0, column].loglog(kind.sizes, kind.seconds, **style)
            panels[1, column].loglog(kind.sizes, np.maximum(kind.memory, 1), **style)
            last = kind.seconds[-1] / kind.sizes[-1]
            panels[0, column].loglog(
                kind.sizes, [last * n for n in kind.sizes], ":", color=colour, alpha=0.7
            )
        panels[0, column].set(title=group[0].name if column < 2 else "embeddings")
        panels[1, column].set(xlabel=group[0].unit)
        panels[0, column].legend(title="dotted: linear", fontsize="small")
    panels[0, 0].set(ylabel="seconds")
    panels[1, 0].set(ylabel="anonymous memory beyond the input, MB (1 or less as 1)")
    with atomic_write(path) as temporary:
        figure.savefig(temporary, format="png", dpi=130)
