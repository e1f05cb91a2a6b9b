"""The report's figures, one a file; each is drawn from a group of comparable runs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.densities import densities
from cartolearn.cartography.map_figures import full_map, seed_map
from cartolearn.cartography.style import save, themed
from cartolearn.report.figures.batches import batch_statistics
from cartolearn.report.figures.binary import binary_classifiers, lead_by_classifier
from cartolearn.report.figures.curves import learning_curves
from cartolearn.report.figures.heatmaps import aso_heatmap, overlap_heatmap
from cartolearn.report.figures.successor import successor_curves
from cartolearn.report.figures.threshold import threshold_ablation
from cartolearn.report.groups import Group
from cartolearn.report.tables.accuracy import PAPER
from cartolearn.report.tables.aso import ScoreSet

Job = tuple[Group, Path, str, ScoreSet]


def draw_figures(groups: Sequence[tuple[Group, Path]], scores: ScoreSet) -> Iterator[Path]:
    """Write every figure that the runs give something for, on all cores; yield the paths.

    Args:
        groups: Each group with the folder its figures go to.
        scores: What goes into ASO.
    """
    import seaborn as sns  # noqa: F401  (here, so that forked processes need not each)

    jobs = [(group, folder, name, scores) for group, folder in groups for name in FIGURES]
    with ProcessPoolExecutor() as pool:
        for paths in pool.map(_draw, jobs):
            yield from paths


def _draw(job: Job) -> list[Path]:
    group, folder, name, scores = job
    with themed():
        figure = FIGURES[name](group, scores)
        return [] if figure is None else save(figure, folder, name)


def _full(draw: Callable[[DataMap, str], Any], group: Group) -> Any:
    if not group.full:
        return None
    run = next(iter(group.full.values()))
    return draw(DataMap.load(run.map_path), f"{group.title}, all training data, seed {run.seed}")


def _seed_map(group: Group) -> Any:
    by_seed = group.runs.get("cal") or next(iter(group.runs.values()))
    run = next(iter(by_seed.values()))
    threshold = float(run.config.get("strategy", {}).get("correctness_threshold", PAPER))
    data_map = DataMap.load(run.map_path(0))
    return seed_map(data_map, f"{group.title}, seed set of seed {run.seed}", threshold)


FIGURES: Mapping[str, Callable[[Group, ScoreSet], Any]] = {
    "figure_1_full_map": lambda group, _: _full(full_map, group),
    "figure_5_6_densities": lambda group, _: _full(densities, group),
    "figure_2_seed_map": lambda group, _: _seed_map(group),
    "figure_3_learning_curves": lambda group, _: learning_curves(group),
    "figure_4_batch_statistics": lambda group, _: batch_statistics(group),
    "figure_7_threshold": lambda group, _: threshold_ablation(group),
    "figure_8_overlap": lambda group, _: overlap_heatmap(group),
    "figure_9_aso": aso_heatmap,
    "figure_10_binary_classifiers": lambda group, _: binary_classifiers(group),
    "figure_11_lead_by_classifier": lambda group, _: lead_by_classifier(group),
    "figure_12_successor": lambda group, _: successor_curves(group),
}
