"""What would give a map of nonsense is refused, at once or in the first epoch."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, TensorDataset, WeightedRandomSampler

from cartolearn.cartography.recorder import DataMapRecorder
from tests.cartography.training import PlainModule, some_data, train

DATA = some_data()
FIXED: Any = DataLoader(DATA, batch_size=4)


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        ([0, 1, 2, 2, 5, 5], "rows 2, 5 occur more than once"),
        ([0.0, 1.0], "whole numbers"),
        (["a", "b"], "whole numbers"),
        ([[0, 1]], "whole numbers"),
        ([], "whole numbers"),
        (np.array([1, 2**63], dtype=np.uint64), "fit in int64; 9223372036854775808 does not"),
    ],
)
def test_ids_that_cannot_name_rows_are_refused_at_once(ids: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        DataMapRecorder(FIXED, ids)


@pytest.mark.parametrize("n", [10, 20])
def test_as_many_ids_as_instances(n: int) -> None:
    with pytest.raises(ValueError, match=f"11 instances, the ids {n}"):
        train(1, DATA, DataMapRecorder(FIXED, np.arange(n)))


@pytest.mark.parametrize(
    "loader",
    [
        DataLoader(DATA, batch_size=4, shuffle=True),
        DataLoader(DATA, batch_size=4, sampler=WeightedRandomSampler([1.0] * 11, 11)),
    ],
)
def test_a_shuffled_loader_is_refused_at_once(loader: Any) -> None:
    with pytest.raises(ValueError, match="shuffles"):
        DataMapRecorder(loader, np.arange(11))


def test_batches_that_can_be_iterated_only_once_are_refused() -> None:
    with pytest.raises(ValueError, match="only once"):
        DataMapRecorder(iter(FIXED), np.arange(11))


class Shifting(IterableDataset[Any]):
    """The same rows in another order each time, which no sampler tells."""

    def __init__(self, changes: int, data: TensorDataset = DATA) -> None:
        self.passes, self.changes, self.data = 0, changes, data

    def __iter__(self) -> Iterator[Any]:
        x, y = self.data.tensors
        shift = self.passes if self.passes >= self.changes else 0
        self.passes += 1
        return iter(zip(x.roll(shift, 0), y.roll(shift), strict=True))


def test_an_order_that_changes_is_noticed_in_the_first_epoch() -> None:
    loader: Any = DataLoader(Shifting(changes=1), batch_size=4)
    with pytest.raises(ValueError, match="another order"):
        train(1, DATA, DataMapRecorder(loader, np.arange(11)))


def test_an_order_that_changes_is_noticed_where_texts_are_alike() -> None:
    x, y = DATA.tensors
    alike = TensorDataset(x * 0.1, torch.zeros_like(y))
    loader: Any = DataLoader(Shifting(changes=1, data=alike), batch_size=4)
    with pytest.raises(ValueError, match="another order"):
        train(1, DATA, DataMapRecorder(loader, np.arange(11)))


def test_an_order_that_changes_later_is_noticed_too() -> None:
    loader: Any = DataLoader(Shifting(changes=4), batch_size=4)
    train(3, DATA, DataMapRecorder(loader, np.arange(11)))
    loader = DataLoader(Shifting(changes=4), batch_size=4)
    with pytest.raises(ValueError, match="not those of the first epoch"):
        train(4, DATA, DataMapRecorder(loader, np.arange(11)))


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda logits: logits, "logits"),
        (lambda logits: logits.abs(), "sum to"),
        (lambda logits: logits.log_softmax(-1), "log-probabilities"),
        (lambda logits: logits.softmax(0), "over the batch"),
        (lambda logits: logits.softmax(-1)[:, 0], "one column a class"),
        (lambda logits: logits[:, :1].sigmoid(), "two for a binary model"),
        (lambda logits: logits.softmax(-1).numpy(), "returned ndarray; a data map needs a tensor"),
    ],
)
def test_what_are_no_probabilities_is_refused(made: Callable[[Tensor], Any], words: str) -> None:
    class Module(PlainModule):
        def class_probabilities(self, batch: Any) -> Tensor:
            return made(self.net(batch[0]))

    with pytest.raises(ValueError, match=words):
        train(1, DATA, DataMapRecorder(FIXED, np.arange(11)), module=Module)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (lambda y: y + 1, "no class of 3; classes count from 0"),
        (lambda y: y - 1, "returned -1"),
        (lambda y: y.float(), "class indices"),
        (lambda y: torch.nn.functional.one_hot(y, 3), "class indices"),
        (lambda y: y[:1], "class indices"),
        (lambda y: y.tolist(), "gold_labels returned list; a data map needs a tensor"),
    ],
)
def test_what_are_no_class_indices_is_refused(made: Callable[[Tensor], Any], words: str) -> None:
    class Module(PlainModule):
        def gold_labels(self, batch: Any) -> Tensor:
            return made(batch[1])

    with pytest.raises(ValueError, match=words):
        train(1, DATA, DataMapRecorder(FIXED, np.arange(11)), module=Module)


def test_a_probability_that_is_not_finite_names_its_row() -> None:
    x, y = DATA.tensors
    broken: Any = DataLoader(TensorDataset(x.index_fill(0, torch.tensor([6]), torch.nan), y), 4)
    with pytest.raises(FloatingPointError, match="of row 106 is not finite in epoch 0"):
        train(1, DATA, DataMapRecorder(broken, np.arange(11) + 100))


def test_a_module_without_the_convention_is_refused_before_training() -> None:
    class Module(PlainModule):
        gold_labels = property()

        def training_step(self, *_: Any) -> Tensor:
            raise AssertionError("training began")

    with pytest.raises(ValueError, match=r"the method gold_labels\(batch\) in Module"):
        train(1, DATA, DataMapRecorder(FIXED, np.arange(11)), module=Module)


def test_a_map_without_an_epoch_is_refused() -> None:
    with pytest.raises(ValueError, match="no epoch"):
        DataMapRecorder(FIXED, np.arange(11)).data_map()
