"""The weights of every epoch of a training, for the dynamics of rows without labels."""

from pytorch_lightning import Callback, LightningModule, Trainer
from torch import Tensor

Weights = dict[str, Tensor]


class EpochWeights(Callback):
    """Keeps a copy of what is trained as it is at the end of every epoch, in ``weights``."""

    def __init__(self) -> None:
        self.weights: list[Weights] = []

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Copy the parameters."""
        del trainer
        named = pl_module.named_parameters()
        self.weights.append({n: w.detach().clone() for n, w in named if w.requires_grad})
