"""The data map's statistics, against sums written out, and its file."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cartolearn.cartography.data_map import DataMap
from cartolearn.errors import InputError


def make(gold: np.ndarray, correct: np.ndarray) -> DataMap:
    instances = gold.shape[1]
    return DataMap(
        ids=np.arange(instances) * 7 + 3,
        labels=np.arange(instances) % 3,
        gold_probabilities=gold.astype(np.float32),
        correct=correct.astype(bool),
    )


def test_statistics_by_hand() -> None:
    gold = np.array([[0.1, 1.0, 0.0], [0.3, 1.0, 0.0], [0.5, 1.0, 1.0], [0.7, 1.0, 1.0]])
    data_map = make(gold, np.array([[0, 1, 0], [0, 1, 0], [1, 1, 1], [1, 1, 0]]))
    assert data_map.confidence == pytest.approx([0.4, 1.0, 0.5])
    assert data_map.variability == pytest.approx([np.sqrt(0.05), 0.0, 0.5])
    assert data_map.correctness == pytest.approx([0.5, 1.0, 0.25])


@given(
    gold=arrays(np.float32, (5, 4), elements=st.floats(0, 1, width=32)),
    correct=arrays(np.bool_, (5, 4)),
)
@settings(max_examples=50, deadline=None)
def test_statistics_follow_the_equations(gold: np.ndarray, correct: np.ndarray) -> None:
    data_map = make(gold, correct)
    for i in range(4):
        mean = sum(float(p) for p in gold[:, i]) / 5
        spread = (sum((float(p) - mean) ** 2 for p in gold[:, i]) / 5) ** 0.5
        assert data_map.confidence[i] == pytest.approx(mean, abs=1e-6)
        assert data_map.variability[i] == pytest.approx(spread, abs=1e-6)
        assert data_map.correctness[i] == pytest.approx(sum(correct[:, i]) / 5)


@pytest.mark.parametrize(("epochs", "instances"), [(1, 1), (10, 3), (0, 0)])
def test_a_file_brings_back_the_same_map(tmp_path: Path, epochs: int, instances: int) -> None:
    random = np.random.default_rng(0)
    gold = random.random((epochs, instances)).astype(np.float32)
    data_map = make(gold, gold > 0.5)
    data_map.save(tmp_path / "map.parquet")
    again = DataMap.load(tmp_path / "map.parquet")
    assert (again.ids == data_map.ids).all()
    assert (again.labels == data_map.labels).all()
    assert again.gold_probabilities.dtype == np.float32
    assert again.gold_probabilities.size == data_map.gold_probabilities.size
    assert (again.gold_probabilities == data_map.gold_probabilities).all()
    assert (again.correct == data_map.correct).all()


def test_the_file_has_the_documented_columns(tmp_path: Path) -> None:
    from pyarrow import parquet

    make(np.full((2, 3), 0.5), np.zeros((2, 3))).save(tmp_path / "map.parquet")
    table = parquet.read_table(tmp_path / "map.parquet")
    assert table.column_names == [
        "id", "label", "confidence", "variability", "correctness", "p_gold", "correct",
    ]  # fmt: skip
    assert table["p_gold"].to_pylist() == [[0.5, 0.5]] * 3


def test_a_torn_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "map.parquet"
    make(np.full((2, 3), 0.5), np.zeros((2, 3))).save(path)
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(InputError, match=r"map\.parquet"):
        DataMap.load(path)
    with pytest.raises(InputError, match="missing"):
        DataMap.load(tmp_path / "missing.parquet")
