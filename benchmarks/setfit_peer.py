"""SetFit, which others train beside ours."""

from collections.abc import Sequence
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartolearn.embeddings.sentence_transformer import INSTALLED, SentenceEncoder

ITERATIONS = 20  # pairs of each kind for a text; their default


def trained(texts: Sequence[str], labels: NDArray[np.int64]) -> Any:
    """Fine-tune the installed encoder by SetFit: one epoch of pairs, batches of 16, their head."""
    from datasets import Dataset
    from setfit import SetFitModel, Trainer, TrainingArguments

    model = SetFitModel.from_pretrained(encoder_folder())
    data = Dataset.from_dict({"text": list(texts), "label": labels.tolist()})
    with TemporaryDirectory() as folder:
        how = TrainingArguments(
            folder, num_iterations=ITERATIONS, num_epochs=1, report_to="none", save_strategy="no"
        )
        Trainer(model, args=how, train_dataset=data).train()
    return model


def encoder_folder() -> str:
    """Return where all-MiniLM-L6-v2 is."""
    return str(SentenceEncoder(INSTALLED, None, 200, 32).folder())
