"""Encoders of several architectures: their positions, their layers, and what is no encoder."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from cartolearn.errors import InputError
from tests.models.test_transformer import dataset
from tests.models.tiny import TEXTS, write_encoder

transformers: Any = pytest.importorskip("transformers")

BERT = {
    "hidden_size": 8, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 16,
}  # fmt: skip
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "bert": ("Bert", {**BERT, "max_position_embeddings": 16}),
    "roberta": ("Roberta", {**BERT, "max_position_embeddings": 18, "pad_token_id": 1}),
    "mpnet": ("MPNet", {**BERT, "max_position_embeddings": 18, "pad_token_id": 1}),
    "electra": ("Electra", {**BERT, "max_position_embeddings": 16, "embedding_size": 4}),
    "distilbert": (
        "DistilBert",
        {"dim": 8, "n_layers": 3, "n_heads": 2, "hidden_dim": 16, "max_position_embeddings": 16},
    ),
    "xlnet": ("XLNet", {"d_model": 8, "n_layer": 1, "n_head": 2, "d_inner": 16}),
    "t5": ("T5", {"d_model": 8, "d_kv": 4, "d_ff": 16, "num_layers": 1, "num_heads": 2}),
    "vit": ("ViT", {**BERT, "image_size": 8, "patch_size": 4}),
}


def encoder(folder: Path, kind: str, words: int = 100) -> Path:
    """Write an encoder of that architecture, with random weights, and the tokenizer of TEXTS."""
    write_encoder(folder)
    name, options = KINDS[kind]
    size = {} if kind == "vit" else {"vocab_size": words}
    config = getattr(transformers, f"{name}Config")(**options, **size)
    getattr(transformers, f"{name}Model")(config).save_pretrained(folder)
    return folder


@pytest.mark.parametrize(
    ("kind", "most"),
    [("bert", 16), ("roberta", 16), ("mpnet", 16), ("distilbert", 16), ("xlnet", 40)],
)
def test_a_text_is_cut_where_the_positions_of_its_encoder_end(
    tmp_path: Path, kind: str, most: int
) -> None:
    from cartolearn.models.encoder import hidden, load
    from cartolearn.models.tokens import Tokens

    folder = str(encoder(tmp_path / kind, kind))
    data = replace(dataset(), texts=[*TEXTS[:-1], "who " * 50])
    rows, _ = Tokens(folder, max_tokens=40).read(data, tmp_path)
    longest = rows[torch.tensor([len(TEXTS) - 1])]
    assert longest.shape[1] == most
    states = hidden(load(folder, None)[0], longest >= 0, input_ids=longest)
    assert states.isfinite().all()


@pytest.mark.parametrize("kind", ["bert", "roberta", "mpnet", "electra", "distilbert"])
def test_an_encoder_is_cut_between_its_layers(tmp_path: Path, kind: str) -> None:
    from cartolearn.models.encoder import hidden, load, split

    module, _ = load(str(encoder(tmp_path / kind, kind)), None)
    lower, upper = split(module, 1)
    assert lower is not None
    ids = torch.tensor([[5, 6, 7, 8]])
    there = ids >= 0
    states = hidden(upper.eval(), there, inputs_embeds=hidden(lower, there, input_ids=ids))
    assert torch.allclose(states, hidden(module, there, input_ids=ids), atol=1e-5)
    assert (
        0 < sum(p.numel() for p in upper.parameters()) < sum(p.numel() for p in module.parameters())
    )


@pytest.mark.parametrize("kind", ["t5", "vit"])
def test_what_is_no_encoder_of_texts_is_one_line(tmp_path: Path, kind: str) -> None:
    from cartolearn.models.encoder import load

    with pytest.raises(InputError, match=r"Model is no encoder of texts \(.+\); take one such as"):
        load(str(encoder(tmp_path / kind, kind)), None)


def test_a_tokenizer_of_another_encoder_is_refused(tmp_path: Path) -> None:
    from cartolearn.models.tokens import Tokens

    folder = str(encoder(tmp_path / "few", "bert", words=20))
    with pytest.raises(InputError, match=r"gives token \d+, and the encoder knows 20"):
        Tokens(folder).read(dataset(), tmp_path)
