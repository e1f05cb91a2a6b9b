"""The two pictures that every run leaves: its learning curve and its last data map."""

from collections.abc import Sequence
from pathlib import Path

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.figure import draw_data_map
from cartolearn.cartography.lettering import plain_text, write_figure
from cartolearn.data.dataset import Dataset
from cartolearn.data.summary import beside
from cartolearn.files import atomic_write
from cartolearn.loop.record import SUCCESSOR, Record


def draw_pictures(
    folder: Path, records: Sequence[Record], data_map: DataMap, dataset: Dataset
) -> None:
    """Write ``learning_curve.png`` and ``data_map.png``."""
    _draw_learning_curve(folder / "learning_curve.png", records, dataset)
    title = f"{dataset.name}: data map of the {len(data_map.ids)} labelled texts"
    draw_data_map(data_map, folder / "data_map.png", title)


def _draw_learning_curve(path: Path, records: Sequence[Record], dataset: Dataset) -> None:
    from matplotlib.figure import Figure

    with plain_text():
        figure = Figure(figsize=(6.4, 4.2), layout="constrained")
        axes = figure.subplots()
        labelled = [record.labelled for record in records]
        for column, name, style in (("accuracy", "accuracy", "-"), ("macro_f1", "macro-F1", "--")):
            axes.plot(labelled, [record.row[column] for record in records], style, label=name)
        axes.axhline(beside(dataset).majority, ls=":", color="0.4", label="commonest class always")
        second = [record for record in records if SUCCESSOR in record.row]
        if second:
            accuracy = [record.row[SUCCESSOR] for record in second]
            axes.plot(
                [record.labelled for record in second], accuracy, "o-.", label="successor, accuracy"
            )
        axes.set(
            xlabel="labelled texts",
            ylabel="share of test texts / F1",
            title=f"{dataset.name}: {len(dataset.test_ids)} test texts, one run",
        )
        axes.grid(alpha=0.3)
        axes.legend()
    with atomic_write(path, sync=False) as temporary:
        write_figure(figure, temporary, "png")
