"""A dataset class of the user's own: the one of the docs works, and mistakes are named."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cartolearn.data.dataset import Dataset, loaded
from cartolearn.errors import InputError
from tests.command import run

PAGE = Path(__file__).parents[2] / "docs" / "tables.md"
SMALL = [
    "embedding=tfidf_svd", "embedding.dimensions=4", "loop.seed_set_size=6", "loop.rounds=1",
    "loop.query_size=3", "trainer.max_epochs=1", "logger=none", "hydra.run.dir=out",
]  # fmt: skip


def test_the_dataset_of_the_docs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    page = PAGE.read_text(encoding="utf-8")
    blocks = dict(re.findall(r"`([\w/]+\.\w+)`:\n\n```\w+\n(.*?)```", page, re.DOTALL))
    for path in ("folders.py", "conf/dataset/folders.yaml"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(blocks[path], encoding="utf-8")
    for number in range(60):
        part, label = ("train", "test")[number % 5 == 0], "abc"[number % 3]
        place = tmp_path / "texts" / part / label / f"{number}.txt"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"word {label} number {number} and some {label}{label}")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("CAL_CACHE_DIR", str(tmp_path / "cache"))
    own = ["--config-dir", "conf", "allow_targets=[folders]", "dataset=folders"]
    done = run(capfd, *own, "dataset.root=texts", *SMALL)
    assert done.code == 0, done.err
    assert "folders: 48 training and 12 test rows, 3 classes (in train: a 16, b 16, c 16)" in (
        done.out + done.err
    )


def good() -> dict[str, Any]:
    return {
        "name": "mine", "texts": ["x", "y", "z", "w"], "labels": np.array([0, 1, 2, 0]),
        "label_names": ("a", "b", "c"), "train_ids": np.array([0, 1, 3]),
        "test_ids": np.array([2]),
    }  # fmt: skip


@dataclass(frozen=True)
class Source:
    found: Any

    def load(self) -> Any:
        return self.found


@pytest.mark.parametrize(
    ("part", "value", "problem"),
    [
        ("texts", ["x", "y", 3, "w"], r"texts\[2\] is int, not text"),
        ("texts", "xyzw", "texts is no list"),
        ("texts", ["x", "y", "z", "w", "v"], "there are 5 texts and 4 labels"),
        ("label_names", ("a", "b", "a"), "label_names holds a name twice"),
        ("labels", [0, 1, 2, 0], "labels is no one-dimensional NumPy array of int64"),
        ("labels", np.array(["a", "b", "c", "a"]), "labels is no one-dimensional NumPy array"),
        ("labels", np.array([0, 1, 3, 0]), "labels holds 3; it may hold 0 to 2"),
        ("labels", np.array([0, -1, 2, 0]), "labels holds -1"),
        ("train_ids", np.array([0, 4]), "train_ids holds 4; it may hold 0 to 3"),
        ("train_ids", np.array([1, 0]), "train_ids is not ascending, or holds an id twice"),
        ("train_ids", np.array([1, 1]), "train_ids is not ascending, or holds an id twice"),
        ("train_ids", np.array([], dtype=np.int64), "train_ids is empty"),
        ("test_ids", np.array([], dtype=np.int64), "test_ids is empty"),
        ("test_ids", np.array([2, 3]), "1 rows are in train_ids and in test_ids, such as 3"),
    ],
)
def test_what_a_class_returns_is_checked(part: str, value: Any, problem: str) -> None:
    with pytest.raises(InputError, match=rf"Source\.load\(\): {problem}"):
        loaded(Source(Dataset(**{**good(), part: value})))


def test_what_is_fine_comes_back_as_it_is() -> None:
    dataset = Dataset(**good())
    assert loaded(Source(dataset)) is dataset


def test_a_class_that_returns_no_dataset() -> None:
    with pytest.raises(InputError, match=r"Source\.load\(\) returns NoneType"):
        loaded(Source(None))
    with pytest.raises(InputError, match=r"builtins\.dict is no dataset: it has no method load"):
        loaded({})
