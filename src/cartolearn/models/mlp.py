"""The main classifier of the paper (section 4.3): a multi-layer perceptron over text features."""

from typing import Literal

from torch import Tensor

from cartolearn.config.types import Count, NonNegative, Positive, Share
from cartolearn.models.classifier import Classifier, balanced_class_weights


class MLP(Classifier):
    """Three hidden layers of 300 with ReLU, dropout 0.3 and a linear output, by default.

    Args:
        n_features: Size d of an input vector.
        n_classes: Number of classes C.
        labels: int64 [L], the labels it will be trained on; they set the class weights.
        hidden_sizes: Units of each hidden layer; the last one's output is Psi(x).
        dropout: Share of hidden units dropped in training.
        class_weights: ``balanced`` for w_c = L / (C' L_c), ``equal`` for none.
        learning_rate: Adam's step size.
        betas: Adam's decay rates.
        eps: Adam's epsilon.
        weight_decay: Decoupled weight decay; above 0 the optimiser is AdamW.
        dropout_in_evaluation: Drop hidden units when predicting too, as the released code does.
    """

    def __init__(
        self,
        *,
        n_features: int,
        n_classes: int,
        labels: Tensor,
        hidden_sizes: tuple[Count, ...] = (300, 300, 300),
        dropout: Share = 0.3,
        class_weights: Literal["balanced", "equal"] = "balanced",
        learning_rate: Positive = 1e-4,
        betas: tuple[Share, Share] = (0.9, 0.999),
        eps: Positive = 1e-8,
        weight_decay: NonNegative = 0.0,
        dropout_in_evaluation: bool = False,
    ) -> None:
        balanced = class_weights == "balanced"
        super().__init__(
            n_features=n_features,
            n_classes=n_classes,
            hidden_sizes=hidden_sizes,
            dropout=dropout,
            class_weights=balanced_class_weights(labels, n_classes) if balanced else None,
            adam={"lr": learning_rate, "betas": betas, "eps": eps, "weight_decay": weight_decay},
            dropout_in_evaluation=dropout_in_evaluation,
        )
