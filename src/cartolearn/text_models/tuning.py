"""How an encoder is fine-tuned for texts of one's own: its options."""

from dataclasses import dataclass

from cartolearn.config.types import Count, Positive

KIND = "fine-tuned transformer"  # in the folder of a model


@dataclass(frozen=True)
class Tuning:
    """How an encoder is fine-tuned.

    Attributes:
        encoder: A folder, a name on the Hugging Face hub, or ``installed``.
        revision: Commit, branch or tag of a hub name.
        max_tokens: Tokens of a text that count, from its start.
        epochs: Passes over the labels.
        batch_size: Texts in a minibatch.
        learning_rate: Peak step size of the encoder; the head's is 20 times that.
        folds: Parts of the cross-validation, each a training.
    """

    encoder: str
    revision: str | None
    max_tokens: Count
    epochs: Count
    batch_size: Count
    learning_rate: Positive
    folds: Count
