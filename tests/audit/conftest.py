"""A small audit: texts that their words give away, labels of which some are wrong, a checker."""

import csv
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from cartolearn.commands.audit import main
from tests.label.conftest import toy_texts

SMALL = ("embedding=tfidf_svd", "embedding.dimensions=20", "trainer.max_epochs=3", "audit.folds=2")
SIZE = 240
Run = Callable[..., int]


def run(*words: object) -> int:
    """Call the command line."""
    return main([str(word) for word in words])


def planted(gold: list[str], share: float, seed: int) -> list[str]:
    """Return labels of which a share is wrong."""
    random = np.random.default_rng(seed)
    names = sorted(set(gold))
    wrong = set(random.choice(len(gold), round(share * len(gold)), replace=False).tolist())
    others = {name: [x for x in names if x != name] for name in names}
    return [str(random.choice(others[x])) if i in wrong else x for i, x in enumerate(gold)]


def write_csv(path: Path, columns: Mapping[str, list[str]]) -> Path:
    """Write columns as a CSV."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))
    return path


def read_csv(path: Path) -> list[dict[str, str]]:
    """Read a CSV."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def answer(sheet: Path, truth: list[str]) -> list[int]:
    """Fill in a sheet as a checker who is always right; return its ids."""
    rows = read_csv(sheet)
    ids = [int(row["id"].removesuffix("-again")) for row in rows]
    for row, number in zip(rows, ids, strict=True):
        row["label"] = truth[number]
    write_csv(sheet, {name: [row[name] for row in rows] for name in rows[0]})
    return ids


@pytest.fixture(scope="session")
def gold() -> list[str]:
    """The true classes."""
    return toy_texts(SIZE)[1]


@pytest.fixture(scope="session")
def machine(gold: list[str]) -> list[str]:
    """The labels that are audited."""
    return planted(gold, 0.2, 0)


@pytest.fixture
def labelled(tmp_path: Path, gold: list[str], machine: list[str]) -> Path:
    """A file of texts with labels of two sources; the second leaves a gap."""
    other = planted(gold, 0.05, 1)
    other[7] = ""
    columns = {"nr": [f"t{i}" for i in range(SIZE)], "body": toy_texts(SIZE)[0]}
    return write_csv(tmp_path / "labelled.csv", columns | {"topic": machine, "second": other})


@pytest.fixture
def audit(labelled: Path, tmp_path: Path) -> Path:
    """An audit of it."""
    folder = tmp_path / "audit"
    columns = ("--text", "body", "--label", "topic", "--label", "second", "--id", "nr")
    sources = ("--source", "gpt", "--source", "crowd")
    assert run("init", labelled, "--out", folder, *columns, *sources, *SMALL) == 0
    return folder
