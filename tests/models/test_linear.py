"""The linear model reads exactly the n-grams and weights that scikit-learn counts."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from cartolearn.config.schema import TrainerSettings
from cartolearn.data.dataset import Dataset
from cartolearn.errors import InputError
from cartolearn.models.bags import Bags
from cartolearn.models.learner import Learner
from cartolearn.models.linear import Linear

TEXTS = [
    f"question {n} about {topic}s"
    for n in range(40)
    for topic in ("horse", "ship", "tune", "garden", "winter", "kettle")
]


def dataset(texts: list[str]) -> Dataset:
    ids = np.arange(len(texts))
    return Dataset("small", texts, ids % 3, ("a", "b", "c"), ids[:-6], ids[-6:])


def test_psi_is_the_weighted_sum_of_a_texts_rows(tmp_path: Path) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    rows, _ = Bags().read(dataset(TEXTS), tmp_path)
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    tables = [v.fit(TEXTS[:-6]).transform(TEXTS).toarray() for v in (words, letters)]
    expected = torch.from_numpy(np.hstack(tables)).float()
    model = Linear(n_features=rows.width, n_classes=3, labels=torch.arange(3)).eval()
    torch.nn.init.normal_(model.table.weight)
    psi = model.represent(rows[torch.tensor([0, 31, 59])])
    assert torch.allclose(psi, expected[[0, 31, 59]] @ model.table.weight, atol=1e-5)


@pytest.mark.parametrize("precision", ["bf16-true", "64-true"])
def test_half_precision_rounds_weights_and_not_the_numbers_of_ngrams(
    tmp_path: Path, precision: str
) -> None:
    data = dataset(TEXTS)
    rows, _ = Bags().read(data, tmp_path)
    assert rows.width > 300  # bfloat16 counts to 256

    def touched(**options: Any) -> torch.Tensor:
        settings = TrainerSettings(max_epochs=1, batch_size=8, device="cpu", options=options)
        trained = Learner(rows, 3, Linear, settings, 0).train(np.arange(12), data.labels[:12])
        model: Any = trained.model
        return model.table.weight.detach().abs().sum(dim=1) > 0

    assert torch.equal(touched(precision=precision), touched())


def test_texts_without_a_word_are_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no training text has a word of two letters or more"):
        Bags().read(dataset(["! ? !"] * 12), tmp_path)
