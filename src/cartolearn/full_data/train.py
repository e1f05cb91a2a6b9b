"""One training on all training texts: its accuracy, data map and figures 1, 2, 5 and 6."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from omegaconf import DictConfig

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.densities import densities
from cartolearn.cartography.map_figures import full_map, seed_map
from cartolearn.cartography.style import save, themed
from cartolearn.config.check import Plan, check
from cartolearn.config.saved import dump_config
from cartolearn.data.dataset import Dataset, loaded
from cartolearn.data.summary import beside
from cartolearn.files import atomic_write, write_text
from cartolearn.loop.active_learning import evaluated, refuse_small
from cartolearn.loop.provenance import provenance
from cartolearn.loop.reading import learner_of
from cartolearn.loop.seed_set import draw
from cartolearn.models.learner import Learner
from cartolearn.runs.full_data import FILE, MAP_FILE, TEXTS_FILE
from cartolearn.terminal import Terminal

SEED_MAP_FILE = "seed_map.parquet"


def train_full(
    config: DictConfig, folder: Path, choices: dict[str, str], overrides: list[str]
) -> None:
    """Train on all training texts as a round would, and write what the report reads.

    The seed set of the same seed is trained on too, for Figure 2.

    Raises:
        InputError: The config or the data cannot be used; nothing is written then.
    """
    plan = check(config)
    torch.set_num_threads(plan.acquisition.trainer.threads)
    dataset = loaded(plan.dataset)
    known = provenance(plan, dataset, choices, overrides)
    learner, _ = learner_of(plan.acquisition, plan, dataset)
    refuse_small(dataset, plan.loop)
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / "config.yaml", dump_config(plan.config))
    write_text(folder / "run.json", json.dumps(known, indent=2) + "\n")
    full = train_all(dataset, learner, folder)
    seeds = train_seed_set(dataset, learner, plan, folder)
    draw_all(full, seeds, dataset.name, plan, folder)


def train_all(dataset: Dataset, learner: Learner, folder: Path) -> DataMap:
    """Train on all training rows; write map, texts with predictions, and last the accuracy."""
    ids = dataset.train_ids
    start = time.perf_counter()
    with told(f"training on {len(ids):,} texts, {learner.settings.max_epochs} epochs"):
        trained = learner.train(ids, dataset.labels[ids])
    seconds = time.perf_counter() - start
    metrics = evaluated(trained, dataset, dataset.test_ids)
    predicted = trained.probabilities(torch.from_numpy(ids)).argmax(dim=1)
    trained.data_map.save(folder / MAP_FILE)
    write_texts(dataset, ids, predicted.numpy(), folder / TEXTS_FILE)
    values = {"accuracy": metrics.accuracy, "macro_f1": metrics.macro_f1, "seconds": seconds}
    write_text(folder / FILE, json.dumps({**values, "labelled": len(ids)}, indent=2) + "\n")
    say(
        f"{dataset.name}: accuracy {metrics.accuracy:.3f}, macro-F1 {metrics.macro_f1:.3f}"
        f" on {len(dataset.test_ids):,} test texts, {seconds:.1f} s; {beside(dataset)}"
    )
    return trained.data_map


def train_seed_set(dataset: Dataset, learner: Learner, plan: Plan, folder: Path) -> DataMap:
    """Train on the seed set that a run of this seed starts with; write its map."""
    loop = plan.loop
    ids = draw(
        dataset.train_ids, dataset.labels, loop.seed_set_size, loop.seed_set, learner.seed,
        "seed set",
    )  # fmt: skip
    data_map = learner.train(ids, dataset.labels[ids]).data_map
    data_map.save(folder / SEED_MAP_FILE)
    return data_map


def write_texts(dataset: Dataset, ids: NDArray[Any], predicted: NDArray[Any], path: Path) -> None:
    """Write id, text, label and predicted label, in the order of the data map."""
    import pyarrow as pa
    from pyarrow import parquet

    names, labels = dataset.label_names, dataset.labels
    columns = {
        "id": ids,
        "text": [dataset.texts[i] for i in ids.tolist()],
        "label": [names[labels[i]] for i in ids.tolist()],
        "predicted": [names[k] for k in predicted.tolist()],
    }
    with atomic_write(path) as temporary:
        parquet.write_table(pa.table(columns), temporary)


def draw_all(full: DataMap, seeds: DataMap, name: str, plan: Plan, folder: Path) -> None:
    """Draw figures 1, 2, 5 and 6."""
    strategy: Mapping[str, Any] = plan.config["strategy"]
    threshold = float(strategy.get("correctness_threshold", 0.2))
    everything = f"{name}, all training data, seed {plan.settings.seed}"
    part = f"{name}, seed set of seed {plan.settings.seed}"
    with told("drawing"), themed():
        for figure, file in (
            (full_map(full, everything), "figure_1_full_map"),
            (seed_map(seeds, part, threshold), "figure_2_seed_map"),
            (densities(full, everything), "figure_5_6_densities"),
        ):
            save(figure, folder, file)
    say(f"written to {folder}")


@contextmanager
def told(what: str) -> Iterator[None]:
    """Show on the terminal what is going on, with the seconds it has taken."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Terminal(stderr=True), transient=True) as progress:
        progress.add_task(what)
        yield


def say(text: str) -> None:
    """Print a line as it is."""
    from rich import print as show
    from rich.text import Text

    show(Text(text))
