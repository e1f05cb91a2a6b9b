"""A pretrained encoder fine-tuned on labels, which a model then reads like a frozen one."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from cartolearn.generators import derived_seed, generator, seeded
from cartolearn.models.encoder import fresh, hidden, load, mean_of_tokens, most_tokens
from cartolearn.models.losses import BadLossError
from cartolearn.models.ragged import Ragged
from cartolearn.models.tokens import cut
from cartolearn.models.training import fit
from cartolearn.models.transformer import Transformer
from cartolearn.text_models.tuning import KIND, Tuning


@dataclass(frozen=True, eq=False)
class Tuned:
    """A fine-tuned encoder; a text's vector is the mean of its tokens' last states."""

    module: nn.Module
    tokenizer: Any
    max_tokens: int

    @property
    def about(self) -> dict[str, Any]:
        """The kind and its options."""
        return {"kind": KIND, "max_tokens": self.max_tokens}

    @torch.no_grad()
    def vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 [N, h]."""
        rows = _read(self.tokenizer, list(texts), self.max_tokens)
        found = torch.empty(len(rows), int(self.module.config.hidden_size))  # type: ignore[union-attr, arg-type]
        for places, ids in rows.chunks(torch.arange(len(rows))):
            batch = rows[ids]
            there = batch >= 0
            states = hidden(self.module, there, input_ids=batch.clamp(min=0))
            found[places] = mean_of_tokens(states, there)
        vectors: NDArray[np.float32] = found.numpy()
        return vectors

    def copy_to(self, folder: Path) -> None:
        """Write configuration, weights (safetensors) and tokenizer as transformers reads them."""
        module: Any = self.module
        module.save_pretrained(folder)
        self.tokenizer.save_pretrained(folder)


def tuned_in(folder: Path, max_tokens: int) -> Tuned:
    """Return the encoder that ``Tuned.copy_to`` has written; ``InputError`` if it cannot be had."""
    module, tokenizer = fresh(str(folder), None)
    return Tuned(module, tokenizer, max_tokens)


def fine_tune(
    texts: Sequence[str], labels: NDArray[np.int64], n_classes: int, how: Tuning, seed: int
) -> Tuned:
    """Fine-tune all layers of an encoder, with a linear head that is not kept.

    Args:
        texts: n texts.
        labels: int64 [n].
        n_classes: Number of classes C.
        how: The encoder, and how it is trained.
        seed: Draws the head's weights, dropout and the order of the texts.

    Raises:
        InputError: The encoder cannot be had.
        FloatingPointError: A loss is not finite.
    """
    pretrained, tokenizer = load(how.encoder, how.revision)
    most = most_tokens(pretrained, how.max_tokens)
    y = torch.from_numpy(labels)
    with seeded(derived_seed(seed, "init", "transformer")):
        model = Transformer(
            n_classes=n_classes,
            labels=y,
            encoder=how.encoder,
            revision=how.revision,
            learning_rate=how.learning_rate,
        )
    draws = generator(seed, "batches", "transformer")
    with seeded(derived_seed(seed, "dropout", "transformer")):
        try:
            fit(model, _read(tokenizer, list(texts), most), y, how.epochs, how.batch_size, draws)
        except BadLossError as error:
            raise FloatingPointError(f"{error}; lower transformer.learning_rate") from error
    return Tuned(model.upper, tokenizer, most)


def _read(tokenizer: Any, texts: list[str], most: int) -> Ragged:
    ids, lengths = cut(tokenizer.backend_tokenizer.to_str(), texts, most)
    return Ragged.of(ids, lengths, len(tokenizer), lambda _: torch.empty(0))
