"""A pretrained encoder with a linear head, fine-tuned on the labelled set."""

from collections.abc import Sequence
from contextlib import nullcontext
from typing import Annotated, Any, Literal

import torch
from pydantic import Field
from torch import Tensor, nn

from cartolearn.config.types import NonNegative, Positive, Share, Size
from cartolearn.models.classifier import balanced_class_weights
from cartolearn.models.compiled import compile_in_place
from cartolearn.models.dropout import thinned_passes
from cartolearn.models.encoder import hidden, load, mean_of_tokens, split
from cartolearn.models.module import Module
from cartolearn.models.protocol import Passes


class Transformer(Module):
    """Mean (or first token) of the last layer's hidden states, dropout, and a linear layer.

    AdamW with a linear warm-up and a linear decay to 0 over all steps; the head learns faster than
    the encoder. Layers that are not trained are passed through once: ``lowered`` gives their hidden
    states, which ``represent`` takes in place of token ids.

    Args:
        n_classes: Number of classes C.
        labels: int64 [L], the labels it will be trained on; they set the class weights.
        encoder: A folder, a name on the Hugging Face hub, or ``installed``.
        revision: Commit, branch or tag of a hub name.
        pooling: ``mean`` over the tokens, or the ``first`` token's state.
        trainable_layers: How many of the highest layers are trained; None for everything.
        dropout: Share of Psi's units dropped before the head in training; layers of the encoder
            that are trained have dropout of their own.
        learning_rate: Peak step size of the encoder.
        head_rate: So many times that is the head's.
        warmup: Share of the steps in which the step size rises.
        weight_decay: Decoupled weight decay.
        class_weights: ``balanced`` for w_c = L / (C' L_c), ``equal`` for none.
        compiled: Whether ``torch.compile`` makes the trained layers' code.

    Raises:
        InputError: The encoder cannot be had, or cut so, or torch cannot compile here.
    """

    def __init__(  # noqa: PLR0913  (each is an option of conf/model/transformer.yaml)
        self,
        *,
        n_classes: int,
        labels: Tensor,
        encoder: str = "installed",
        revision: str | None = None,
        pooling: Literal["mean", "first"] = "mean",
        trainable_layers: Size | None = None,
        dropout: Annotated[float, Field(ge=0, lt=1)] = 0.1,
        learning_rate: Positive = 1e-4,
        head_rate: Positive = 20.0,
        warmup: Share = 0.1,
        weight_decay: NonNegative = 0.01,
        class_weights: Literal["balanced", "equal"] = "balanced",
        compiled: bool = False,
    ) -> None:
        super().__init__()
        module, _ = load(encoder, revision)
        self.lower, self.upper = split(module, trainable_layers)
        self.pooling, self.compiled = pooling, compiled
        if compiled:
            compile_in_place(self.upper)
        self.dropout = nn.Dropout(dropout)
        config: Any = module.config
        self.head = nn.Linear(config.hidden_size, n_classes)
        self.rates = learning_rate, learning_rate * head_rate
        self.warmup, self.weight_decay = warmup, weight_decay
        weights = balanced_class_weights(labels, n_classes) if class_weights == "balanced" else None
        self.register_buffer("class_weights", weights)
        self.train()  # the encoder comes in evaluation mode, and Lightning leaves modes as they are

    def train(self, mode: bool = True) -> "Transformer":
        """Switch to training; what is frozen stays in evaluation mode."""
        super().train(mode)
        if self.lower is not None:
            self.lower.eval()
        return self

    @torch.no_grad()
    def lowered(self, x: Tensor) -> Tensor:
        """Return hidden states, float32 [B, T, h], NaN at the padding, of token ids [B, T].

        They themselves are returned as they are.
        """
        if self.lower is None or x.is_floating_point():
            return x
        there = x >= 0
        states = hidden(self.lower, there, input_ids=x.clamp(min=0))
        return states.float().masked_fill(~there[:, :, None], torch.nan)

    def represent(self, x: Tensor) -> Tensor:
        """Return Psi(x), float [B, h], of token ids [B, T] (-1: none) or of lowered states."""
        x = self.lowered(x)
        if x.is_floating_point():
            there = ~x[:, :, 0].isnan()
            states = hidden(self.upper, there, inputs_embeds=x.nan_to_num())
        else:
            there = x >= 0
            states = hidden(self.upper, there, input_ids=x.clamp(min=0))
        if self.pooling == "first":
            return states[:, 0]
        return mean_of_tokens(states, there)

    def classify(self, representation: Tensor) -> Tensor:
        """Return logits, float [B, C], of representations [B, h]."""
        logits: Tensor = self.head(self.dropout(representation))
        return logits

    def dropout_passes(self, n_samples: int, generator: torch.Generator) -> Passes:
        """Draw thinned networks of the part that is trained; the frozen part is passed once.

        Their units are dropped by hooks, which compiled code knows nothing of: it is not used here.
        """
        passes = thinned_passes(self, n_samples, generator)

        def logits(x: Tensor) -> Sequence[Tensor]:
            with torch.compiler.set_stance("force_eager") if self.compiled else nullcontext():
                return passes(self.lowered(x))

        return logits

    def configure_optimizers(self) -> Any:
        """Return fused AdamW and its schedule over all steps."""
        rate, head_rate = self.rates
        groups = [
            {"params": list(self.upper.parameters()), "lr": rate},
            {"params": list(self.head.parameters()), "lr": head_rate},
        ]
        adam = torch.optim.AdamW(groups, weight_decay=self.weight_decay, fused=True)
        total = int(self.trainer.estimated_stepping_batches)
        rising = max(1, round(self.warmup * total))

        def share(step: int) -> float:
            return min((step + 1) / rising, max(0, total - step) / max(1, total - rising))

        schedule = torch.optim.lr_scheduler.LambdaLR(adam, share)
        return {"optimizer": adam, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}
