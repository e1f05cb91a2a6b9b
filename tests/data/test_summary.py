import dataclasses

import numpy as np
import pytest

from cartolearn.data.dataset import Dataset
from cartolearn.data.summary import beside, fingerprint, summarise


def dataset(texts: list[str], labels: list[int], train: list[int], test: list[int]) -> Dataset:
    names = ("art", "law", "sport")
    arrays = (np.array(values, dtype=np.int64) for values in (train, test))
    return Dataset("csv", texts, np.array(labels, dtype=np.int64), names, *arrays)


DATA = dataset(
    ["a", "b", "a", "a", "b", " ", "", "c", "c"],
    [0, 1, 0, 0, 1, 0, 0, 1, 0],
    [0, 1, 2, 4, 5, 7],
    [3, 6, 8],
)


def test_counts_against_a_naive_count() -> None:
    summary = summarise(DATA)
    train = [DATA.texts[i] for i in DATA.train_ids]
    assert summary.train_rows == 6
    assert summary.test_rows == 3
    assert summary.train_counts == {"art": 3, "law": 3, "sport": 0}
    assert summary.duplicates == sum(t in train[:i] for i, t in enumerate(train)) == 2
    assert summary.overlap == sum(DATA.texts[i] in train for i in DATA.test_ids) == 2
    assert summary.empty == 2


def test_accuracy_stands_beside_the_commonest_class_and_f1_beside_its_classes() -> None:
    rare = dataset(list("abcdefgh"), [0, 0, 0, 1, 0, 0, 1, 0], [0, 1, 2, 3], [4, 5, 6, 7])
    assert str(beside(rare)) == (
        "to say the commonest class always is right in 0.750; macro-F1 is over 2 of 3 classes"
        " that have test texts, and others where they were predicted"
    )
    every = dataclasses.replace(rare, label_names=("art", "law"))
    assert str(beside(every)).endswith("macro-F1 is over all 2 classes")
    with pytest.raises(ValueError, match="no test rows"):
        beside(dataclasses.replace(rare, test_ids=np.array([], dtype=np.int64)))


def test_texts_with_several_labels_are_counted_once_each() -> None:
    data = dataset(list("aabbbcc"), [0, 1, 2, 1, 0, 1, 1], [0, 1, 2, 3, 4, 5, 6], [])
    assert summarise(data).duplicates == 4
    assert summarise(data).conflicts == 2
    # A label that only a test row has is no conflict within the training rows.
    assert summarise(dataset(list("aa"), [0, 1], [0], [1])).conflicts == 0


def test_control_and_direction_marks_in_class_names_are_spelled_out() -> None:
    data = dataclasses.replace(DATA, label_names=("a\x1b[2J\n", "\u202eb", "é"))
    assert r"a\x1b[2J\n 3, \u202eb 3, é 0" in str(summarise(data))


def test_one_paragraph_for_the_log() -> None:
    assert str(summarise(DATA)) == (
        "csv: 6 training and 3 test rows, 3 classes (in train: art 3, law 3, sport 0); "
        "2 duplicate training texts, 0 with several labels; 2 test texts occur in train, "
        "2 texts are empty"
    )


def test_many_classes_are_not_all_listed() -> None:
    names = tuple(f"class{i}" for i in range(10_000))
    data = dataclasses.replace(DATA, label_names=names)
    assert len(str(summarise(data))) < 600
    assert "10,000 classes" in str(summarise(data))


def test_the_fingerprint_is_the_same_for_equal_content() -> None:
    copy = dataset(list(DATA.texts), DATA.labels.tolist(), [0, 1, 2, 4, 5, 7], [3, 6, 8])
    assert fingerprint(copy) == fingerprint(DATA)
    assert len(fingerprint(DATA)) == 64


def test_the_fingerprint_does_not_depend_on_memory_layout() -> None:
    strided = np.repeat(DATA.labels, 2)[::2]
    assert fingerprint(dataclasses.replace(DATA, labels=strided)) == fingerprint(DATA)


@pytest.mark.parametrize(
    "change",
    [
        {"texts": ["ab", "", *DATA.texts[2:]]},
        {"texts": DATA.texts[::-1]},
        {"labels": 1 - DATA.labels},
        {"label_names": ("ar", "tlaw", "sport")},
        {"train_ids": DATA.train_ids[:-1], "test_ids": np.array([3, 6, 7, 8])},
        {"train_ids": np.array([0, 1, 2, 4, 5, 7, 3]), "test_ids": np.array([6, 8])},
    ],
)
def test_the_fingerprint_sees_every_change(change: dict[str, object]) -> None:
    assert fingerprint(dataclasses.replace(DATA, **change)) != fingerprint(DATA)  # type: ignore[arg-type]
