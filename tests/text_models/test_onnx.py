"""A transformer's model goes out as ONNX and says the same; what is none is refused."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from cartolearn import InputError, load
from cartolearn.commands.export_onnx import main
from cartolearn.embeddings.sentence_transformer import SentenceEncoder
from cartolearn.models.encoder import fresh
from cartolearn.text_models import onnx
from cartolearn.text_models.encoders import Encoder, Sentences
from cartolearn.text_models.folder import save
from cartolearn.text_models.text_model import TextModel, fit_text_model
from cartolearn.text_models.tuned import Tuned
from tests.models.tiny import TEXTS, write_encoder

for package in ("transformers", "sentence_transformers", *onnx.NEEDS):
    pytest.importorskip(package)

NAMES = ["person", "thing", "place", "time"]
NEW = ["who is question 3", "where", "nothing known here", "when was the question 5 " * 9]


def model_of(encoder: Encoder | None, *, words: bool = False) -> TextModel:
    labels = np.arange(len(TEXTS)) // 2 % 4
    return fit_text_model(TEXTS, labels, NAMES, words=words, encoder=encoder, temperature=0.3)


@pytest.fixture(scope="module")
def tuned(tmp_path_factory: pytest.TempPathFactory) -> TextModel:
    folder = write_encoder(tmp_path_factory.mktemp("tiny") / "encoder", layers=1)
    return model_of(Tuned(*fresh(str(folder), None), max_tokens=7))


@pytest.fixture(scope="module")
def exported(tuned: TextModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("onnx")
    save(tuned, folder / "model")
    (folder / "new.csv").write_text("body\n" + "\n".join(NEW) + "\n\n", encoding="utf-8")
    assert main(words_of(folder)) == 0
    return folder / "onnx"


def words_of(folder: Path) -> list[str]:
    words = [folder / "model", "--out", folder / "onnx", "--check", folder / "new.csv"]
    return [*map(str, words), "--text", "body"]


def test_it_says_what_the_model_says(exported: Path, tuned: TextModel) -> None:
    texts = [*TEXTS[::5], *NEW, ""]
    was = tuned.predict_proba(texts)
    now = onnx.probabilities(exported, texts)
    np.testing.assert_allclose(now, was, atol=1e-5)
    assert (now.argmax(axis=1) == was.argmax(axis=1)).all()
    alone = np.concatenate([onnx.probabilities(exported, [text]) for text in texts[:-1]])
    np.testing.assert_allclose(alone, was[:-1], atol=1e-5)
    kept = json.loads((exported / "model.json").read_text("utf-8"))
    assert kept["classes"] == NAMES
    assert kept["checked"]["texts"] == len(NEW)
    assert kept["checked"]["other_labels"] == 0
    with pytest.raises(InputError, match="its format is 'cartolearn onnx 1'"):
        load(exported)


def test_what_its_card_says_runs_as_it_stands(exported: Path, tuned: TextModel) -> None:
    code = (exported / "README.md").read_text("utf-8").split("```python\n")[1].split("```")[0]
    assert "torch" not in code
    code += 'import sys; assert "torch" not in sys.modules; print(labels, probabilities[0, 0])'
    words = [sys.executable, "-c", code]
    out = subprocess.run(words, cwd=exported, capture_output=True, text=True, check=True).stdout
    said = tuned.predict(["a text", "another one"])
    assert out.startswith(str(said.labels))
    assert float(out.split()[-1]) == pytest.approx(said.probabilities[0, 0], abs=1e-5)


def test_a_frozen_sentence_encoder_goes_out_too(tmp_path: Path, tuned: TextModel) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer import modules

    write_encoder(tmp_path / "encoder", layers=1)
    parts: Any = modules
    reads = parts.Transformer(str(tmp_path / "encoder"))
    reads.tokenizer.pad_token = "[PAD]"
    whole = SentenceTransformer(modules=[reads, parts.Pooling(8), parts.Normalize()])
    whole.save(str(tmp_path / "sentences"))
    model = model_of(Sentences(SentenceEncoder(str(tmp_path / "sentences"), None, 6, 8)))
    checked = onnx.export(model, tmp_path / "onnx", [], overwrite=False)
    assert checked.texts == onnx.MADE_UP
    assert checked.difference < 1e-5


def test_it_is_not_overwritten_unasked(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words_of(exported.parent)) == 2
    assert "give --overwrite" in capsys.readouterr().err


def test_what_says_something_else_is_not_written(
    tuned: TextModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wrong(folder: Path, texts: list[str]) -> Any:
        return np.roll(tuned.predict_proba(texts), 1, axis=1)

    monkeypatch.setattr(onnx, "probabilities", wrong)
    monkeypatch.setattr(onnx, "_write_onnx", lambda *_: None)
    with pytest.raises(InputError, match="4 of 4 labels differ"):
        onnx.export(tuned, tmp_path / "onnx", NEW, overwrite=False)
    assert not list(tmp_path.iterdir())


def test_ties_may_go_either_way_and_gaps_may_not(
    tuned: TextModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = np.array([[0.5 + 1e-6, 0.5 - 1e-6], [0.7, 0.3]])
    monkeypatch.setattr(TextModel, "predict_proba", lambda *_: rows)
    monkeypatch.setattr(onnx, "probabilities", lambda *_: rows[:, ::-1])
    checked = onnx.compare(tuned, Path(), ["a", "b"])
    assert (checked.texts, checked.other_labels) == (2, 1)
    assert checked.difference == pytest.approx(0.4)


def test_bad_input_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    save(model_of(None, words=True), tmp_path / "words")
    (tmp_path / "new.csv").write_text("text\na\n", encoding="utf-8")
    out = ["--out", str(tmp_path / "onnx")]
    for words, says in (
        ([str(tmp_path / "words"), *out], "labelling.model=transformer"),
        ([str(tmp_path / "nothing"), *out], "holds no model"),
        ([str(tmp_path / "words"), *out, "--check", str(tmp_path / "no.csv")], "no.csv"),
        ([str(tmp_path / "words"), "--out", str(tmp_path / "new.csv")], "is no folder"),
    ):
        assert main(words) == 2
        err = capsys.readouterr().err
        assert says in err, err
        assert err.count("\n") == 1
    monkeypatch.setattr(onnx, "NEEDS", ("a_package_that_nobody_has",))
    assert main([str(tmp_path / "words"), *out]) == 2
    assert "[onnx]" in capsys.readouterr().err
    assert not (tmp_path / "onnx").exists()


def test_the_exporter_runs_as_wide_and_as_narrow_as_texts_are(tuned: TextModel) -> None:
    encoder, tokenizer = onnx._parts(tuned)
    classifier = onnx.Classifier(encoder, tuned)
    for texts in (["who"], ["who is question 3", "where"]):
        rows = tokenizer.encode_batch(texts)
        ids, mask = (torch.tensor([getattr(row, name) for row in rows]) for name in onnx.ROW)
        said = classifier(ids, mask).detach().numpy()
        np.testing.assert_allclose(said, tuned.predict_proba(texts), atol=1e-6)
