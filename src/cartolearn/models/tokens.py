"""Token ids of a pretrained encoder's own tokenizer: cut once, kept on disk."""

import hashlib
import json
import logging
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import Tensor

from cartolearn.cartography.data_map import DataMap
from cartolearn.config.types import Count
from cartolearn.data.dataset import Dataset
from cartolearn.embeddings.progress import progress_bar
from cartolearn.errors import InputError
from cartolearn.files import at_home, atomic_write
from cartolearn.models.encoder import load, most_tokens
from cartolearn.models.ragged import Ragged
from cartolearn.models.trained import Trained
from cartolearn.models.transformer import Transformer

log = logging.getLogger(__name__)

CHUNK = 1024
LONGEST = 20  # characters a token that are looked at


@dataclass(frozen=True)
class Tokens:
    """What ``model=transformer`` reads.

    Attributes:
        encoder: Whose tokenizer: a folder, a name on the Hugging Face hub, or ``installed``.
        revision: Commit, branch or tag of a hub name.
        max_tokens: Tokens of a text that count, from its start, the special ones included; the
            encoder's own limit applies where that is lower.
    """

    encoder: str
    revision: str | None = None
    max_tokens: Count = 128

    def read(self, dataset: Dataset, cache_dir: Path | str) -> tuple[Ragged, str]:
        """Return the token ids of all texts, and a hash of what they depend on.

        Raises:
            InputError: The encoder cannot be had, or its tokenizer belongs to another.
        """
        loaded: tuple[Any, Any] = load(self.encoder, self.revision)
        module, tokenizer = loaded
        most = most_tokens(module, self.max_tokens)
        rules = tokenizer.backend_tokenizer.to_str()
        digest = hashlib.sha256(json.dumps([most, rules]).encode())
        for text in dataset.texts:
            digest.update(f"{len(text)} ".encode() + text.encode("utf-8", "surrogatepass"))
        key = digest.hexdigest()
        path = at_home(cache_dir) / "tokens" / f"{key[:32]}.npz"
        ids, lengths = _kept(path) or _cut(rules, dataset.texts, most, path)
        if long := int((lengths == most).sum()):
            told = "%d of %d texts reach %d tokens; what comes after them is not read"
            log.info(told, long, len(lengths), most)
        known = module.get_input_embeddings().num_embeddings
        if len(ids) and int(ids.max()) >= known:
            raise InputError(
                f"model.encoder={self.encoder}: its tokenizer gives token {int(ids.max())}, and the"
                f" encoder knows {known}; take the tokenizer that was saved with the encoder"
            )
        embed = partial(_pretrained, self.encoder, self.revision, ids, lengths)
        return Ragged.of(ids, lengths, len(tokenizer), lru_cache(maxsize=1)(embed)), key


def _kept(path: Path) -> tuple[Tensor, Tensor] | None:
    try:
        with np.load(path, allow_pickle=False) as file:
            return torch.from_numpy(file["ids"]), torch.from_numpy(file["lengths"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, EOFError) as error:
        log.warning("ignoring %s: %s", path.name, error)
        return None


def cut(rules: str, texts: list[str], most: int) -> tuple[Tensor, Tensor]:
    """Cut texts into tokens.

    Args:
        rules: The tokenizer, as JSON.
        texts: R texts.
        most: Tokens of a text that count.

    Returns:
        int64 [T] ids, text after text, and int64 [R], how many of them each text has: one at least.
    """
    tokenizer = Tokenizer.from_str(rules)
    tokenizer.no_padding()
    tokenizer.enable_truncation(most)
    rows: list[np.ndarray[tuple[int], np.dtype[np.int64]]] = []
    with progress_bar("Cutting the texts into tokens", len(texts)) as advance:
        for start in range(0, len(texts), CHUNK):
            part = [text[: LONGEST * most] for text in texts[start : start + CHUNK]]
            found = tokenizer.encode_batch_fast(part)
            rows += [np.array(one.ids or [0], dtype=np.int64) for one in found]
            advance(start)
    lengths = np.array([len(row) for row in rows], dtype=np.int64)
    return torch.from_numpy(np.concatenate(rows)), torch.from_numpy(lengths)


def _cut(rules: str, texts: list[str], most: int, path: Path) -> tuple[Tensor, Tensor]:
    """Cut the texts into tokens, and keep them where that can be written."""
    ids, lengths = cut(rules, texts, most)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as temporary, temporary.open("wb") as file:
            np.savez(file, ids=ids.numpy(), lengths=lengths.numpy())
    except OSError as error:
        log.warning("tokens are not kept: cannot write %s: %s", path, error)
    return ids, lengths


def _pretrained(
    encoder: str, revision: str | None, ids: Tensor, lengths: Tensor, seen: Tensor | None
) -> Tensor:
    """Return Psi(x) before any training, float32 [R, h]; NaN of rows not ``seen``, if given."""
    model = Transformer(
        n_classes=2, labels=torch.zeros(1).long(), encoder=encoder, revision=revision
    )
    nothing = np.empty((0, 0), dtype=np.float32)
    none = np.empty(0, dtype=np.int64)
    rows = Ragged.of(ids, lengths, 0, lambda _: torch.empty(0))
    trained = Trained(model.eval(), rows, 2, DataMap(none, none, nothing, nothing > 0))
    if seen is None:
        return trained.represent(torch.arange(len(rows)))
    some = trained.represent(seen)
    return some.new_full((len(rows), some.shape[1]), torch.nan).index_copy_(0, seen, some)
