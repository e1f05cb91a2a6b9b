"""The page's two kinds of plots: learning curves, and data maps whose points the script knows."""

from typing import Any

import numpy as np
import pandas as pd

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.figure import MARKERS, correctness_group, correctness_range
from cartolearn.cartography.regions import REGIONS, regions
from cartolearn.report.groups import Group
from cartolearn.runs.full_data import FullRun
from cartolearn.runs.run import read_columns
from cartolearn.statistics.intervals import mean_intervals

# Colours that colour-blind readers can tell apart (Okabe and Ito).
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#7F7F00", "#999999")
SYMBOLS = ("x", "triangle-down", "square", "diamond", "triangle-up", "circle")
MANY = 20_000


def curves_figure(group: Group) -> Any:
    """Return mean and interval of every strategy by number of labels; one click hides both."""
    import plotly.express as px

    curves = {}
    for strategy in group.strategies:
        labelled, accuracy = group.curves(strategy)
        sides = dict(zip(("accuracy", "low", "high"), mean_intervals(accuracy), strict=True))
        seeds = f"{len(accuracy)} seed{'s' if len(accuracy) > 1 else ''}"
        curves[f"{strategy} ({seeds})"] = pd.DataFrame({"labels": labelled, **sides})
    frame = pd.concat(curves, names=["strategy"]).reset_index(level=0)
    figure = px.line(
        frame, x="labels", y="accuracy", color="strategy", symbol="strategy", line_dash="strategy",
        hover_data=["low", "high"], color_discrete_sequence=COLOURS, markers=True,
        labels={"labels": f"labels (of {group.dataset.train:,} training texts)",
                "accuracy": f"accuracy on {group.dataset.test:,} test texts"},
    )  # fmt: skip
    for line in list(figure.data):
        one = curves[line.name]
        if one.low.notna().all():
            figure.add_scatter(
                x=[*one.labels, *one.labels[::-1]], y=[*one.high, *one.low[::-1]], fill="toself",
                mode="none", fillcolor=line.line.color, opacity=0.13, hoverinfo="skip",
                legendgroup=line.legendgroup, showlegend=False, name=line.name,
            )  # fmt: skip
    full = group.full_accuracy()
    if full is not None:
        figure.add_hline(full, line_dash="dash", annotation_text=f"all training data {full:.3f}")
    return figure.update_layout(template="plotly_white", height=460, margin={"t": 30, "r": 10})


def maps_data(group: Group) -> list[dict[str, Any]]:
    """Return the maps of all training data, and of the last round of each strategy."""
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
    """Return a map's plot, and columns of what the script tells of each point, by its row.

    Args:
        title: For the choice of maps.
        data_map: What to draw.
        predicted: Class indices int64 [L] of the last epoch, if known.
    """
    region = regions(data_map.confidence, data_map.variability)
    return {
        "title": title,
        "figure": map_figure(data_map).to_dict(),
        "predicted": predicted,
        "id": data_map.ids,
        "label": data_map.labels,
        "confidence": data_map.confidence.round(5),
        "variability": data_map.variability.round(5),
        "correctness": data_map.correctness.round(5),
        "region": np.array(REGIONS)[region],
        "path": data_map.gold_probabilities.T.round(3),
        "correct": data_map.correct.T.astype(int),
    }


def map_figure(data_map: DataMap) -> Any:
    """Return variability against confidence, correctness in colour and shape; no hover box."""
    import plotly.express as px

    ranges = [correctness_range(k) for k in range(len(MARKERS))]
    frame = pd.DataFrame({
        "variability": data_map.variability,
        "confidence": data_map.confidence,
        "correctness": np.array(ranges)[correctness_group(data_map.correctness)],
        "row": np.arange(len(data_map.ids)),
    })  # fmt: skip
    many = len(frame) > MANY
    figure = px.scatter(
        frame, x="variability", y="confidence", color="correctness", symbol="correctness",
        custom_data=["row"], opacity=0.45 if many else 0.75, render_mode="webgl",
        category_orders={"correctness": ranges}, range_y=(-0.02, 1.02),
        color_discrete_sequence=px.colors.sample_colorscale("viridis", len(ranges), 0, 0.95),
        symbol_sequence=["circle"] if many else SYMBOLS,
        labels={"variability": "variability (standard deviation of p(label))",
                "confidence": "confidence (mean p(label))"},
    )  # fmt: skip
    figure.update_traces(
        hoverinfo="none", hovertemplate=None, marker_size=3 if many else 7,
        unselected_marker_opacity=0.04,
    )  # fmt: skip
    return figure.update_layout(
        template="plotly_white", dragmode="pan", margin={"t": 40, "r": 10},
        legend_itemsizing="constant",
    )  # fmt: skip


def predictions(full: FullRun) -> Any:
    """Return class indices that ``cartolearn map`` kept, in the map's order, or None."""
    if not full.texts_path.is_file():
        return None
    predicted = read_columns(full.texts_path, ["predicted"])["predicted"].to_pylist()
    return pd.Categorical(predicted, categories=list(full.dataset.classes)).codes.astype(int)
