"""The data maps that the page offers: all training data, and the last round of each strategy."""

from typing import Any

import numpy as np

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.regions import regions
from cartolearn.report.groups import Group
from cartolearn.report.html.data import packed
from cartolearn.runs.full_data import FullRun
from cartolearn.runs.run import read_columns


def maps_data(group: Group) -> list[dict[str, Any]]:
    """One entry a map: statistics as float32, the path over the epochs in 1/255 steps."""
    maps = []
    for full in list(group.full.values())[:1]:
        title = f"all training data, seed {full.seed}"
        maps.append(map_data(title, DataMap.load(full.map_path), predictions(full)))
    for strategy in group.compared:
        run = next(iter(group.runs[strategy].values()))
        last = len(run.accuracy) - 1
        title = f"{strategy}, seed {run.seed}, after round {last}"
        maps.append(map_data(title, DataMap.load(run.map_path(last)), None))
    return maps


def map_data(title: str, data_map: DataMap, predicted: Any) -> dict[str, Any]:
    """Pack one map; ``predicted`` are class indices int64 [L] of the last epoch, if known."""
    confidence, variability = data_map.confidence, data_map.variability
    return {
        "title": title,
        "epochs": len(data_map.gold_probabilities),
        "id": packed(data_map.ids, "i4"),
        "label": packed(data_map.labels, "i4"),
        "confidence": packed(confidence, "f4"),
        "variability": packed(variability, "f4"),
        "correctness": packed(data_map.correctness, "f4"),
        "region": packed(regions(confidence, variability), "u1"),
        "path": packed(np.rint(data_map.gold_probabilities.T * 255), "u1"),
        "correct": packed(data_map.correct.T, "u1"),
        "predicted": None if predicted is None else packed(predicted, "i4"),
    }


def predictions(full: FullRun) -> Any:
    """Class indices that ``cartolearn map`` kept of the last epoch, in the map's order, or None."""
    if not full.texts_path.is_file():
        return None
    names = {name: k for k, name in enumerate(full.dataset.classes)}
    predicted = read_columns(full.texts_path, ["predicted"])["predicted"].to_pylist()
    return np.array([names[name] for name in predicted])
