"""The weights of every epoch of a training, for the dynamics of rows without labels."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pytorch_lightning import Callback, LightningModule, Trainer

from cartolearn.models.protocol import Weights

LARGE = 16 * 2**20  # bytes of an epoch's weights; more lie on disk


class EpochWeights(Callback):
    """Keeps a copy of what a training changes, at the end of every epoch, in ``weights``.

    That is the trained parameters and the stored buffers, such as the running statistics of batch
    normalisation.
    """

    def __init__(self) -> None:
        self.weights: Any = []

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Copy them."""
        del trainer
        stored = pl_module.state_dict()
        trained = {n: w.detach() for n, w in pl_module.named_parameters() if w.requires_grad}
        trained |= {name: buffer for name, buffer in pl_module.named_buffers() if name in stored}
        if not self.weights and sum(w.nbytes for w in trained.values()) > LARGE:
            self.weights = OnDisk()
        self.weights.append({name: weight.clone() for name, weight in trained.items()})


class OnDisk(Sequence[Weights]):
    """The weights of each epoch in a file of their own, mapped into memory when they are read.

    The files go when nobody refers to this any more.
    """

    def __init__(self) -> None:
        self.folder = TemporaryDirectory(prefix="cartolearn-epochs-")
        self.paths: list[Path] = []

    def append(self, weights: Weights) -> None:
        """Write an epoch's weights."""
        from safetensors.torch import save_file

        self.paths.append(Path(self.folder.name) / f"{len(self.paths):04d}.safetensors")
        save_file({name: w.cpu().contiguous() for name, w in weights.items()}, self.paths[-1])

    def __len__(self) -> int:
        return len(self.paths)

    def __getitem__(self, place: Any) -> Any:
        from safetensors.torch import load_file

        if isinstance(place, slice):
            return [load_file(path) for path in self.paths[place]]
        return load_file(self.paths[place])
