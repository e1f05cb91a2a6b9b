"""Mistakes in classes of one's own are one line that says whose code it was."""

import re
import sys
from pathlib import Path

import pytest

from tests.command import run
from tests.reliability.small_run import write_texts

MINE = """
import numpy as np
import torch
from cartolearn import Query, ScoreStrategy, Strategy
from tests.models.own_model import TwoLayers

class Scored(ScoreStrategy):
    def score(self, seen, generator):
        return len(seen.pool_ids)

class Raises(ScoreStrategy):
    def score(self, seen, generator):
        return {}["no\\x1b[31m"]

class Short(ScoreStrategy):
    def score(self, seen, generator):
        return torch.zeros(len(seen.pool_ids) - 1)

class Greedy(ScoreStrategy):
    def score(self, seen):
        return torch.zeros(len(seen.pool_ids))

class Chosen(Strategy):
    def picker(self, seen, generator):
        return lambda candidates, n: self.made(seen.pool_ids.numpy()[:n].copy(), np.zeros(n))

class Outside(Chosen):
    def made(self, ids, scores):
        ids[0] = 10**7
        return Query(ids, scores)

class Twice(Chosen):
    def made(self, ids, scores):
        ids[0] = ids[1]
        return Query(ids, scores)

class Few(Chosen):
    def made(self, ids, scores):
        return Query(ids[1:], scores)

class Floats(Chosen):
    def made(self, ids, scores):
        return Query(ids.astype(float), scores)

class Pair(Chosen):
    def made(self, ids, scores):
        return ids, scores

class NoStrategy:
    pass

class Data:
    def load(self, folder):
        return folder

class Empty:
    def load(self):
        return self.rows

class Model(TwoLayers):
    def configure_optimizers(self):
        return 3

class Two(TwoLayers):
    def configure_optimizers(self):
        return [super().configure_optimizers(), super().configure_optimizers()]

class Plain:
    represent = classify = class_probabilities = gold_labels = dropout_passes = None
"""
STRATEGIES = {
    "Scored": r"mine\.Scored\.score returned int for \d+ instances; it returns a tensor \[",
    "Raises": r"Raises\.score \(mine\.py, line 13\): KeyError: 'no\\x1b\[31m'; run\.log has the",
    "Short": r"mine\.Short\.score returned the shape \[\d+\] for \d+ instances",
    "Greedy": r"mine\.Greedy\.score is called with observations, a generator: too many positional",
    "Outside": r"mine\.Outside chose no batch: not in the pool: row 10000000",
    "Twice": r"mine\.Twice chose no batch: an id is there twice",
    "Few": r"mine\.Few chose no batch: its ids are no NumPy array \[10\]",
    "Floats": r"mine\.Floats chose no batch: its ids are float64, and int64 is asked for",
    "Pair": r"mine\.Pair chose no batch: tuple came back, no Query",
    "NoStrategy": r"mine\.NoStrategy has no method select, which the loop asks for; docs/",
    "Nope": r"strategy\._target_ names mine\.Nope, which is not there: ",
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with classes and texts of somebody's own, in which the command is typed."""
    (tmp_path / "mine.py").write_text(MINE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "mine", raising=False)
    write_texts(tmp_path / "texts.csv", rows=90)
    return tmp_path


def named(home: Path, group: str, target: str) -> str:
    """Write a config that names a class, and return the word that allows it."""
    folder = home / "conf" / group
    folder.mkdir(parents=True)
    (folder / "own.yaml").write_text(f"_target_: {target}\n")
    return f"allow_targets=[{target.partition('.')[0]}]"


def told(capfd: pytest.CaptureFixture[str], *words: str) -> str:
    texts = (
        []
        if "dataset=own" in words
        else ["dataset=csv", "dataset.train=texts.csv", "dataset.text=body", "dataset.label=topic"]
    )
    done = run(
        capfd, "--config-dir=conf", *texts, "embedding=tfidf_svd", "loop.rounds=1",
        "embedding.dimensions=4", "loop.seed_set_size=20", "loop.query_size=10", "logger=none",
        "trainer.max_epochs=1", "paths.cache_dir=cache", "hydra.run.dir=run", *words,
    )  # fmt: skip
    assert done.code == 2, done.err
    assert "Traceback" not in done.err
    last: str = done.err.splitlines()[-1]
    assert last.startswith("error: ")
    return last


@pytest.mark.parametrize("name", STRATEGIES)
def test_a_strategy(name: str, home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    line = told(capfd, named(home, "strategy", f"mine.{name}"), "strategy=own")
    assert re.search(STRATEGIES[name], line), line
    log = home / "run" / "run.log"
    assert ("Traceback" in log.read_text() if log.exists() else False) == (name == "Raises")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Data", "mine.Data.load is called with nothing: missing a required argument: 'folder'"),
        ("Empty", "Empty.load (mine.py, line 58): AttributeError: 'Empty' object has no attribute"),
    ],
)
def test_a_dataset(name: str, problem: str, home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    line = told(capfd, named(home, "dataset", f"mine.{name}"), "dataset=own")
    assert problem in line


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("Model", "Lightning refuses what a class of mine returns or does: Misconfiguration"),
        ("Two", "Lightning refuses what a class of mine returns or does: RuntimeError: Training"),
        ("Plain", "names mine.Plain, which Lightning cannot train: it is no LightningModule"),
    ],
)
def test_what_lightning_refuses(
    name: str, problem: str, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert problem in told(capfd, named(home, "model", f"mine.{name}"), "model=own")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "import nosuch",
            "and other (other.py, line 1) cannot be imported: ModuleNotFoundError: No",
        ),
        ("def f(:", "and other cannot be imported: SyntaxError: invalid syntax (other.py, line 1)"),
        ("1 / 0", "and other (other.py, line 1) cannot be imported: ZeroDivisionError: division"),
        (None, "which is not there: No module named 'other'"),
    ],
)
def test_a_module_that_cannot_be_imported(
    text: str | None, problem: str, home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    if text is not None:
        (home / "other.py").write_text(text)
    assert problem in told(capfd, named(home, "strategy", "other.Mine"), "strategy=own")


def test_packages_that_are_no_list(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    named(home, "strategy", "mine.Raises")
    line = told(capfd, "allow_targets=mine")
    assert "allow_targets=mine is no list: give allow_targets=[mine]" in line
