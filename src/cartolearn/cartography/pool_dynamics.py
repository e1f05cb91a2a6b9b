"""The data map of rows without labels, against the model's own final prediction.

The weights of every epoch are kept (a megabyte each for the paper's model), and the pool is passed
through all of them afterwards, chunk by chunk: nothing of size epochs x pool x classes is held.
"""

from dataclasses import dataclass

import numpy as np
import torch
from pytorch_lightning import Callback, LightningModule, Trainer
from torch import Tensor
from torch.func import functional_call

from cartolearn.cartography.data_map import DataMap
from cartolearn.models.classifier import Classifier
from cartolearn.models.predict import CHUNK_ROWS, chunks, refuse_nan

Weights = dict[str, Tensor]


class EpochWeights(Callback):
    """Keeps a copy of the parameters as they are at the end of every epoch, in ``weights``."""

    def __init__(self) -> None:
        self.weights: list[Weights] = []

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Copy the parameters."""
        del trainer
        self.weights.append(
            {name: value.detach().clone() for name, value in pl_module.named_parameters()}
        )


@dataclass(frozen=True, eq=False)
class PoolDynamics:
    """What E epochs of training say about N rows without labels.

    Attributes:
        data_map: As for labelled rows, with the final epoch's prediction for the gold label.
        mean_probabilities: float64 [N, C], p(y | x) averaged over the epochs.
        flips: int64 [N], how often the prediction changed from one epoch to the next (0 to E - 1).
    """

    data_map: DataMap
    mean_probabilities: Tensor
    flips: Tensor


@torch.no_grad()
def pool_dynamics(
    classifier: Classifier,
    weights: list[Weights],
    features: Tensor,
    ids: Tensor,
    rows: int = CHUNK_ROWS,
    skip: int = 0,
) -> PoolDynamics:
    """Return the dynamics of rows ``ids``, int64 [N], of ``features`` [R, d].

    Args:
        classifier: The classifier that has been trained; its own weights are not used.
        weights: Those of each epoch, first to last.
        features: float32, indexed by row id; may be memory-mapped.
        ids: The rows, e.g. the pool.
        rows: Rows in a chunk; the result does not depend on it.
        skip: How many first epochs to leave out; the last one always stays.

    Raises:
        FloatingPointError: A probability is NaN; the message names row ids.

    Cost: one pass for each of E epochs; memory O(N (E + C)).
    """
    epochs = weights[min(skip, len(weights) - 1) :]
    shape = len(epochs), len(ids)
    final = np.empty(len(ids), dtype=np.int64)
    path = np.empty(shape, dtype=np.float32)
    agrees = np.empty(shape, dtype=np.bool_)
    mean = torch.empty(len(ids), classifier.head.out_features, dtype=torch.float64)
    flips = torch.empty(len(ids), dtype=torch.int64)
    classifier.eval()
    for place, chunk in chunks(ids, rows):
        x = features[chunk].to(classifier.device)
        p = torch.stack([functional_call(classifier, w, x).softmax(dim=1).cpu() for w in epochs])
        refuse_nan(p, chunk)
        predicted = p.argmax(dim=2)
        final[place] = predicted[-1].numpy()
        index = predicted[-1].expand(len(epochs), -1)[:, :, None]
        path[:, place] = p.gather(2, index)[:, :, 0].numpy()
        agrees[:, place] = (predicted == predicted[-1]).numpy()
        mean[place] = p.mean(dim=0, dtype=torch.float64)
        flips[place] = (predicted[1:] != predicted[:-1]).sum(dim=0)
    return PoolDynamics(DataMap(ids.numpy(), final, path, agrees), mean, flips)
