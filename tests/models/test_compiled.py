"""``model.compiled=true``: the same model, by way of ``torch.compile``."""

import copy
import shutil
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from torch.nn import functional

from cartolearn.errors import InputError
from cartolearn.models import compiled
from tests.models.test_runs import execute, files, words
from tests.models.tiny import write_encoder
from tests.reliability.small_run import write_texts

pytest.importorskip("transformers")
X = torch.tensor([[3, 4, 5, 6], [5, 6, 7, -1], [4, 4, -1, -1]])
Y = torch.tensor([0, 1, 2])


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """A model, and the same one whose code torch makes without a C++ compiler."""
    from cartolearn.models.transformer import Transformer

    monkeypatch.setattr(torch, "compile", partial(torch.compile, backend="aot_eager"))
    encoder = str(write_encoder(tmp_path / "encoder", layers=2))
    found: list[Any] = []
    for way in (False, True):
        torch.manual_seed(0)
        options: dict[str, Any] = {
            "n_classes": 3,
            "labels": Y,
            "encoder": encoder,
            "trainable_layers": 1,
        }
        found.append(Transformer(**options, dropout=0.5, compiled=way))
    return found


def test_a_compiled_model_learns_the_same(pair: list[Any]) -> None:
    for model in pair:
        model.eval()  # dropout would draw otherwise in code of its own
        adam = torch.optim.AdamW(model.parameters(), lr=0.01)
        for _ in range(3):
            functional.cross_entropy(model(X), Y).backward()
            adam.step()
            adam.zero_grad()
    plain, made = (model.state_dict() for model in pair)
    assert list(plain) == list(made)
    for name, weight in plain.items():
        assert torch.allclose(weight, made[name], atol=1e-5), name


def test_batches_of_all_lengths_and_a_copy_say_the_same(pair: list[Any]) -> None:
    plain, made = (model.eval() for model in pair)
    for x in (X, X[:2, :3], X[:1], X[:, :1]):
        for model in (made, copy.deepcopy(made)):
            with torch.inference_mode():
                assert torch.allclose(plain(x), model(x), atol=1e-6)


def test_thinned_networks_are_thinned(pair: list[Any]) -> None:
    passes = []
    for model in pair:
        model.eval()(X)
        draws = torch.Generator().manual_seed(1)
        passes.append(torch.stack(list(model.dropout_passes(4, draws)(X))))
    assert passes[0].std(dim=0).min() > 1e-4
    assert torch.allclose(passes[0], passes[1], atol=1e-6)


def test_what_cannot_compile_is_told_before_any_training(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("No working C++ compiler found\nSet TORCH_LOGS")

    monkeypatch.setattr(torch, "compile", broken)
    compiled._refuse_without_compiler.cache_clear()
    with pytest.raises(InputError, match=r"compiled=true: .*No working C\+\+ compiler.* leave it"):
        compiled.compile_in_place(torch.nn.Linear(2, 2))


@pytest.mark.slow
@pytest.mark.parametrize("strategy", ["cal", "bald"])
def test_a_killed_run_with_it_ends_like_a_whole_one(tmp_path: Path, strategy: str) -> None:
    write_texts(tmp_path / "texts.csv", rows=90)
    encoder, run, killed = (
        write_encoder(tmp_path / "encoder"),
        tmp_path / "run",
        tmp_path / "killed",
    )
    mine = [f"strategy={strategy}", "model=transformer", f"model.encoder={encoder}"]
    mine += ["model.trainable_layers=1", "model.compiled=true", "model.inputs.max_tokens=12"]
    execute(run, *words(tmp_path, *mine))
    shutil.copytree(run, killed)
    for name in "finished.json", "state/round_002.json":
        (killed / name).unlink()
    torch.compiler.reset()  # compiled anew, at a batch of the last round
    execute(killed, *words(tmp_path, *mine))
    assert files(killed) == files(run)
