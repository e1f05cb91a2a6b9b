"""The report's figures, one a file; each is drawn from a group of comparable runs."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from cartolearn.cartography.data_map import DataMap
from cartolearn.report.figures.batches import batch_statistics
from cartolearn.report.figures.curves import learning_curves
from cartolearn.report.figures.densities import densities
from cartolearn.report.figures.heatmaps import aso_heatmap, overlap_heatmap
from cartolearn.report.figures.maps import full_map, seed_map
from cartolearn.report.figures.style import save, themed
from cartolearn.report.figures.threshold import threshold_ablation
from cartolearn.report.groups import Group
from cartolearn.report.parallel import in_parallel
from cartolearn.report.tables.aso import ScoreSet
from cartolearn.report.tables.threshold import PAPER

Draw = Callable[[], Any]


def draw_figures(groups: Sequence[tuple[Group, Path]], scores: ScoreSet) -> Iterator[Path]:
    """Write every figure that the runs give something for; yield the paths.

    Args:
        groups: Each group with the folder its figures go to.
        scores: What goes into ASO.
    """
    jobs = [
        (draw, folder, name)
        for group, folder in groups
        for name, draw in group_figures(group, scores).items()
    ]
    for paths in in_parallel(_draw, jobs):
        yield from paths


def _draw(job: tuple[Draw, Path, str]) -> list[Path]:
    draw, folder, name = job
    with themed():
        figure = draw()
        return [] if figure is None else save(figure, folder, name)


def group_figures(group: Group, scores: ScoreSet) -> dict[str, Draw]:
    """What draws each figure, by file name."""
    return {
        **_full_figures(group),
        "figure_2_seed_map": lambda: _seed_map(group),
        "figure_3_learning_curves": lambda: learning_curves(group),
        "figure_4_batch_statistics": lambda: batch_statistics(group),
        "figure_7_threshold": lambda: threshold_ablation(group),
        "figure_8_overlap": lambda: overlap_heatmap(group),
        "figure_9_aso": lambda: aso_heatmap(group, scores),
    }


def _full_figures(group: Group) -> dict[str, Draw]:
    if not group.full:
        return {}
    run = next(iter(group.full.values()))
    data_map = DataMap.load(run.map_path)
    title = f"{group.title}, all training data, seed {run.seed}"
    return {
        "figure_1_full_map": lambda: full_map(data_map, title),
        "figure_5_6_densities": lambda: densities(data_map, title),
    }


def _seed_map(group: Group) -> Any:
    by_seed = group.runs.get("cal") or next(iter(group.runs.values()))
    run = next(iter(by_seed.values()))
    threshold = float(run.config.get("strategy", {}).get("correctness_threshold", PAPER))
    data_map = DataMap.load(run.map_path(0))
    return seed_map(data_map, f"{group.title}, seed set of seed {run.seed}", threshold)
