"""What the rows that run the command need: its words, and the data beside it for the bare loop."""

import csv
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.settings import Settings
from tests.reliability.small_run import write_texts

PAPER = ("trec", "agnews")


def datasets(settings: Settings) -> tuple[str, ...]:
    """Return the paper's datasets where they are, or a toy that needs no data."""
    if settings.quick or settings.data_dir is None:
        return ("toy",)
    return PAPER


def command(
    settings: Settings, dataset: str, strategy: str, *options: str, logger: str = "none"
) -> list[str]:
    """Return Python's arguments for a run; its folder comes with ``options``."""
    if dataset == "toy":
        texts = settings.work / "toy.csv"
        if not texts.exists():
            write_texts(texts)
        chosen = ["dataset=csv", f"dataset.train='{texts}'", "dataset.text=body",
                  "dataset.label=topic", "loop.seed_set_size=20"]  # fmt: skip
    else:
        chosen = [f"dataset={dataset}", f"paths.data_dir='{settings.data_dir}'"]
    cache = f"paths.cache_dir='{settings.work / 'cache'}'"
    words = ["-m", "src.run", *chosen, f"strategy={strategy}", f"logger={logger}", cache]
    return [*words, *options]


def single(
    settings: Settings, dataset: str, strategy: str, *options: str, logger: str = "none"
) -> list[str]:
    """Return the arguments of one run in a folder that is started anew."""
    folder = settings.work / "runs" / f"{dataset}-{strategy}"
    where = [f"hydra.run.dir='{folder}'", "overwrite=true"]
    return command(settings, dataset, strategy, *where, *options, logger=logger)


def prepared(settings: Settings, dataset: str) -> list[str]:
    """Have the features cached; write what the bare loop reads; return its two files."""
    from cartolearn.data.tabular import Tabular
    from cartolearn.embeddings.cache import features_of
    from cartolearn.embeddings.fasttext import FastText
    from cartolearn.embeddings.wordllama import WordLlama

    cache = str(settings.work / "cache")
    if dataset == "toy":
        texts = settings.work / "toy.csv"
        loader: Any = Tabular(
            train=str(write_texts(texts)), text="body", label="topic", test=None, test_share=0.2,
            split_seed=0, empty_texts="error",
        )  # fmt: skip
        embedding: Any = WordLlama(max_tokens=200, pooling="sum")
    else:
        loader = _official(dataset, settings.data_dir, cache)
        embedding = FastText(
            path=None, data_dir=str(settings.data_dir), cache_dir=cache,
            max_tokens=42 if dataset == "trec" else 200, pooling="sum", padding="none",
            dimensions=None,
        )  # fmt: skip
    read = loader.load()
    rows = settings.work / f"{dataset}.npy"
    np.save(rows, features_of(read, embedding, cache)[:].numpy())
    arrays = settings.work / f"{dataset}.npz"
    np.savez(arrays, labels=read.labels, train_ids=read.train_ids, test_ids=read.test_ids)
    return [str(arrays), str(rows)]


def _official(dataset: str, data_dir: Path | None, cache: str) -> Any:
    from cartolearn.data.agnews import AGNews
    from cartolearn.data.trec import Trec

    if dataset == "trec":
        return Trec(data_dir=str(data_dir), cache_dir=cache)
    return AGNews(data_dir=str(data_dir), cache_dir=cache, columns="description")


def picks(folder: Path) -> list[list[int]]:
    """Return the ids that a run picked, batch by batch, best first."""
    from pyarrow import parquet

    table = parquet.read_table(folder / "selections.parquet").to_pydict()
    batches: dict[int, list[int]] = {}
    for number, identity in zip(table["round"], table["id"], strict=True):
        batches.setdefault(number, []).append(identity)
    return list(batches.values())


def accuracies(folder: Path) -> list[float]:
    """Return the accuracy of every round of a run."""
    with (folder / "rounds.csv").open(encoding="utf-8") as file:
        return [float(row["accuracy"]) for row in csv.DictReader(file)]
