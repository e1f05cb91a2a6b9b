"""The simulated annotator, on a small scale."""

from pathlib import Path

import pytest

from benchmarks.labelling.annotator import label_by_files, measure
from benchmarks.labelling.texts import Texts
from tests.label.conftest import WORDS, toy_texts

OPTIONS = ("embedding=tfidf_svd", "embedding.dimensions=20", "labelling.random_share=0.2")


@pytest.fixture
def drawn() -> Texts:
    """180 toy texts to label, 60 to test on."""
    texts, gold = toy_texts()
    return Texts(list(WORDS), texts[:180], gold[:180], texts[180:], gold[180:])


@pytest.mark.parametrize("wrong", [0.0, 0.2])
def test_batches_go_out_and_come_back_with_as_many_errors_as_asked_for(
    tmp_path: Path, drawn: Texts, wrong: float
) -> None:
    projects = list(label_by_files(tmp_path, drawn, batches=4, n=20, wrong=wrong, options=OPTIONS))
    labels = projects[-1].state().labels
    assert len(labels) == 77
    assert len(projects[-1].state().repeats) == 3
    errs = sum(given.label != drawn.gold[row] for row, given in labels.items())
    assert (errs == 0) if wrong == 0 else (6 <= errs <= 30)
    found = measure(projects[-1], drawn, wrong)
    assert (found.labels, found.at_random) == (77, len(projects[-1].state().random_ids(180, 0)))
    assert found.low <= found.accuracy <= found.high
    assert found.truth > 0.5
    assert (found.as_given == found.truth) if wrong == 0 else (found.as_given < found.truth)
