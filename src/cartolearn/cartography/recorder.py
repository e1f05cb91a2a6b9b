"""A Lightning callback that records a data map while any classifier trains."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from pytorch_lightning import Callback, LightningModule, Trainer
from pytorch_lightning.strategies import DDPStrategy, SingleDeviceStrategy
from pytorch_lightning.utilities import rank_zero_warn
from torch.utils.data import DataLoader, SequentialSampler

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.evaluation import Pass, one_pass
from cartolearn.text import named

SAME_PASS = 1e-3


class DataMapRecorder(Callback):
    """Evaluates the labelled set at the end of every epoch, with that epoch's parameters.

    The module has the two methods of ``cartography.evaluation.Mappable``. What is computed here
    never changes the training. Under DDP every process evaluates the whole set; the map of rank 0
    is the one to save. Checkpoints hold the epochs recorded so far.

    Args:
        batches: The labelled set in a fixed order, iterated once an epoch (twice in the first,
            where the order can't be told beforehand): a DataLoader without shuffling, or a list.
        ids: int [L], distinct row ids of the instances in that order.

    Raises:
        ValueError: The ids are no distinct whole numbers, or the batches have no fixed order.
    """

    def __init__(self, batches: Iterable[Any], ids: ArrayLike) -> None:
        self.batches = batches
        self.ids = _checked_ids(ids)
        _check_order(batches)
        self._passes: list[Pass] = []

    def setup(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:
        """Refuse what could not be recorded, before the training.

        Raises:
            ValueError: A strategy that spreads the model or keeps its memory to other processes,
                or a module without the two methods.
        """
        if stage != "fit":
            return
        _check_strategy(trainer)
        for method in ("class_probabilities", "gold_labels"):
            if not hasattr(pl_module, method):
                name = type(pl_module).__name__
                raise ValueError(f"a data map needs the method {method}(batch) in {name}")
        if trainer.current_epoch == 0:
            self._passes = []

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Record the epoch that a checkpoint was saved at the very end of, before this callback."""
        missing = trainer.current_epoch - len(self._passes)
        if missing > 1:
            rank_zero_warn(f"nothing recorded the first {missing - 1} epoch(s) for the data map")
        if missing > 0:
            self.on_train_epoch_end(trainer, pl_module)

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Record p(gold) and whether the prediction was right, for every instance.

        Raises:
            FloatingPointError: A probability is not finite; the message names row ids.
            ValueError: The module's answers are no probabilities or class indices, there are more
                or fewer instances than ids, or their order changes.
        """
        seen = one_pass(trainer, pl_module, self.batches)
        if len(seen.labels) != len(self.ids):
            raise ValueError(
                f"the batches hold {len(seen.labels)} instances, the ids {len(self.ids)}"
            )
        broken = ~np.isfinite(seen.gold)
        if broken.any():
            rows = named(self.ids[broken])
            raise FloatingPointError(
                f"p(y | x) of {rows} is not finite in epoch {len(self._passes)}"
            )
        if not self._passes and not _known_order(self.batches):
            again = one_pass(trainer, pl_module, self.batches)
            if not _same_order(seen, again) or np.abs(seen.gold - again.gold).max() > SAME_PASS:
                raise ValueError(
                    "the batches came in another order, or with other content, the second time;"
                    " a data map needs them without shuffling and without random augmentation"
                )
        if self._passes and not _same_order(seen, self._passes[0]):
            raise ValueError(
                "the gold labels are not those of the first epoch; is the set shuffled?"
            )
        self._passes.append(seen)

    def state_dict(self) -> dict[str, Any]:
        """Return the epochs recorded so far: tensors [E, L] and [L], for a checkpoint."""
        if not self._passes:
            return {}
        recorded = self.data_map()
        return {
            "ids": torch.from_numpy(recorded.ids),
            "labels": torch.from_numpy(recorded.labels),
            "gold_probabilities": torch.from_numpy(recorded.gold_probabilities),
            "correct": torch.from_numpy(recorded.correct),
        }

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over the epochs of a checkpoint.

        Raises:
            ValueError: They are of other ids.
        """
        if not state_dict:
            return
        if not np.array_equal(state_dict["ids"].numpy(), self.ids):
            raise ValueError("the checkpoint holds the data map of other ids")
        labels = state_dict["labels"].numpy()
        epochs = zip(state_dict["gold_probabilities"], state_dict["correct"], strict=True)
        self._passes = [Pass(labels, gold.numpy(), right.numpy()) for gold, right in epochs]

    def latest(self, epochs: int) -> list[NDArray[np.float32]]:
        """Return p(gold), float32 [L], of the last epochs, at most so many."""
        return [seen.gold for seen in self._passes[-epochs:]]

    def data_map(self) -> DataMap:
        """Return the map of the epochs recorded so far.

        Raises:
            ValueError: There is none yet.
        """
        if not self._passes:
            raise ValueError("no epoch has been recorded yet; train first")
        return DataMap(
            ids=self.ids,
            labels=self._passes[0].labels,
            gold_probabilities=np.stack([seen.gold for seen in self._passes]),
            correct=np.stack([seen.correct for seen in self._passes]),
        )


def _checked_ids(ids: ArrayLike) -> NDArray[np.int64]:
    rows = np.asarray(ids)
    if rows.ndim != 1 or not len(rows) or not np.issubdtype(rows.dtype, np.integer):
        raise ValueError(
            f"ids must be whole numbers [L], one an instance; got {rows.dtype} {list(rows.shape)}"
        )
    if int(rows.max()) > np.iinfo(np.int64).max:
        raise ValueError(f"ids must fit in int64; {rows.max()} does not")
    distinct, counts = np.unique(rows, return_counts=True)
    if len(distinct) < len(rows):
        raise ValueError(f"ids must differ, but {named(distinct[counts > 1])} occur more than once")
    return rows.astype(np.int64)


def _check_order(batches: Iterable[Any]) -> None:
    if isinstance(batches, Iterator):
        raise ValueError(  # noqa: TRY004
            "the batches can be iterated only once; give a list or a DataLoader"
        )
    if isinstance(batches, DataLoader) and any(_shuffles(part) for part in _samplers(batches)):
        raise ValueError("the DataLoader shuffles, so no row keeps its id; leave out shuffle=True")


def _samplers(loader: DataLoader[Any]) -> list[Any]:
    return [loader.sampler, getattr(loader.batch_sampler, "sampler", None)]


def _shuffles(sampler: Any) -> bool:
    """Tell whether it is one of PyTorch's random samplers, told by name or by its option."""
    return "Random" in type(sampler).__name__ or bool(getattr(sampler, "shuffle", False))


def _known_order(batches: Iterable[Any]) -> bool:
    """Tell whether nothing but the instances themselves could change from pass to pass."""
    if isinstance(batches, DataLoader):
        return all(
            part is None or isinstance(part, SequentialSampler) for part in _samplers(batches)
        )
    return isinstance(batches, list | tuple)


def _same_order(one: Pass, other: Pass) -> bool:
    return np.array_equal(one.labels, other.labels)


def _check_strategy(trainer: Trainer) -> None:
    strategy = trainer.strategy
    name = type(strategy).__name__
    if isinstance(strategy, DDPStrategy):
        if strategy.launcher is not None and "MultiProcessing" in type(strategy.launcher).__name__:
            raise ValueError(
                "a data map recorded by spawned or forked processes ends with them; train on one"
                " device, or as a script with strategy='ddp'"
            )
    elif not isinstance(strategy, SingleDeviceStrategy):
        raise ValueError(  # noqa: TRY004
            f"a data map is recorded on one device or under strategy='ddp'; {name} spreads the"
            " model, so that its methods cannot be called by themselves"
        )
