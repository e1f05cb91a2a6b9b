"""A model as ONNX, for programs that have neither torch nor this package.

model.onnx, model.onnx.data  token ids and mask in, calibrated probabilities out
tokenizer.json               cuts texts as the model reads them; any ``tokenizers`` opens it
model.json                   classes, what goes in and out, what it was checked on
README.md                    how it is used
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn

from cartolearn.checksums import write_sums
from cartolearn.errors import InputError
from cartolearn.files import sync_files, write_text
from cartolearn.models.encoder import mean_of_tokens
from cartolearn.quiet import errors_alone
from cartolearn.text_models.encoders import Sentences
from cartolearn.text_models.folder import MODEL, new_folder, write_json
from cartolearn.text_models.text_model import TextModel
from cartolearn.text_models.tuned import Tuned

FORMAT = "cartolearn onnx 1"
NAME, TOKENIZER, CARD = "model.onnx", "tokenizer.json", "README.md"
NEEDS = ("onnx", "onnxscript", "onnxruntime")
INPUTS, OUTPUT = ["input_ids", "attention_mask"], "probabilities"
TOLERANCE = 1e-3  # of a probability
TIE = 1e-5  # classes as near to one another as that are one to the check
AT_ONCE = 64
ROW = ("ids", "attention_mask")  # what a tokenizer calls the inputs
MADE_UP = 200

USE = """\
# A classifier of texts, as ONNX

It needs `pip install onnxruntime tokenizers numpy` and nothing else:

```python
import json

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

session = onnxruntime.InferenceSession("model.onnx")
tokenizer = Tokenizer.from_file("tokenizer.json")
classes = json.load(open("model.json", encoding="utf-8"))["classes"]

rows = tokenizer.encode_batch(["a text", "another one"])
given = {
    "input_ids": np.array([row.ids for row in rows]),
    "attention_mask": np.array([row.attention_mask for row in rows]),
}
probabilities = session.run(None, given)[0]  # a column for each class, calibrated
labels = [classes[best] for best in probabilities.argmax(axis=1)]
```
"""


@dataclass(frozen=True)
class Checked:
    """How an exported model compares with the one it was made of.

    Attributes:
        texts: How many both were asked about.
        other_labels: To how many of them they give different labels.
        difference: The largest difference of a probability.
    """

    texts: int
    other_labels: int
    difference: float


def require_onnx() -> None:
    """Refuse to export where the extra is missing; ``InputError`` says what to install."""
    if not all(map(find_spec, NEEDS)):
        raise InputError(
            "export-onnx needs the extra packages: pip install 'cartography-active-learning[onnx]'"
        )


def export(model: TextModel, path: Path, texts: Sequence[str], *, overwrite: bool) -> Checked:
    """Write a model as a folder with ONNX, if it says what the model says of texts.

    Args:
        model: One that reads a transformer and nothing else.
        path: The folder.
        texts: What both are asked about; texts made up of the tokenizer's words if empty.
        overwrite: Whether to replace a model that is there.

    Raises:
        InputError: The model reads something else, there is something already, or what was written
            does not say the same as the model.
    """
    encoder, tokenizer = _parts(model)
    texts = list(texts) or made_up(tokenizer, MADE_UP)
    with new_folder(path, overwrite=overwrite) as folder:
        tokenizer.save(str(folder / TOKENIZER))
        _write_onnx(Classifier(encoder, model), tokenizer, folder / NAME)
        checked = compare(model, folder, texts)
        if checked.other_labels or not checked.difference <= TOLERANCE:
            raise InputError(
                f"the export does not say what the model says ({checked.other_labels} of"
                f" {checked.texts} labels differ, probabilities by up to {checked.difference:.1g});"
                " nothing was written"
            )
        kept = {"format": FORMAT, "classes": model.classes, "inputs": INPUTS, "output": OUTPUT}
        write_json(folder / MODEL, kept | {"checked": vars(checked), "about": model.about})
        write_text(folder / CARD, USE)
        files = sorted(folder.iterdir())
        write_sums(folder, [file.name for file in files])
        sync_files(files)
    return checked


def compare(model: TextModel, folder: Path, texts: Sequence[str]) -> Checked:
    """Ask a model and its export about the same texts."""
    was, now = model.predict_proba(texts), probabilities(folder, texts)
    both = np.arange(len(was))
    ahead = was.max(axis=1) - was[both, now.argmax(axis=1)]
    return Checked(len(texts), int((ahead > TIE).sum()), float(np.abs(was - now).max(initial=0)))


def probabilities(folder: Path, texts: Sequence[str]) -> NDArray[np.float32]:
    """Return what an exported model says of texts, float32 [N, C], with onnxruntime."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(
        str(folder / NAME), options, providers=["CPUExecutionProvider"]
    )
    tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
    found = []
    for start in range(0, len(texts), AT_ONCE):
        rows = tokenizer.encode_batch(texts[start : start + AT_ONCE])
        given = [np.array([getattr(row, name) for row in rows], dtype=np.int64) for name in ROW]
        found.append(session.run([OUTPUT], dict(zip(INPUTS, given, strict=True)))[0])
    return np.concatenate(found)


def made_up(tokenizer: Tokenizer, count: int) -> list[str]:
    """Return texts of 1 to 60 random tokens."""
    random = np.random.default_rng(0)
    size = tokenizer.get_vocab_size()
    texts: list[str] = []
    while len(texts) < count:
        text = tokenizer.decode(random.integers(size, size=random.integers(1, 61)).tolist())
        texts += [text] if tokenizer.encode(text).ids else []
    return texts


class Classifier(nn.Module):
    """Token ids and their mask in, calibrated probabilities out."""

    matrix: Tensor
    bias: Tensor

    def __init__(self, encoder: nn.Module, model: TextModel) -> None:
        super().__init__()
        self.encoder, self.temperature = encoder, model.temperature
        self.register_buffer("matrix", torch.from_numpy(model.weights.matrix))
        self.register_buffer("bias", torch.from_numpy(model.weights.bias))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return float [B, C] of int64 [B, T], twice; a row has one token at least."""
        first = torch.ones_like(attention_mask[:, :1])
        mask = torch.cat([first, attention_mask[:, 1:]], dim=1)
        vectors: Tensor = self.encoder(input_ids, mask)
        length = vectors.norm(dim=1, keepdim=True)
        unit = vectors / torch.where(length > 0, length, torch.ones_like(length))
        logits = (unit @ self.matrix.T + self.bias) / self.temperature
        return logits.softmax(dim=1)


class MeanOfTokens(nn.Module):
    """The vectors of ``Tuned``, of token ids and their mask."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return float [B, h]."""
        states = self.module(input_ids=ids, attention_mask=mask).last_hidden_state
        return mean_of_tokens(states, mask.bool())


class SentenceVectors(nn.Module):
    """The vectors of ``Sentences``, of token ids and their mask."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Return float [B, h]."""
        given = {"input_ids": ids, "attention_mask": mask}
        found: Tensor = self.module(given)["sentence_embedding"]
        return found


def _parts(model: TextModel) -> tuple[nn.Module, Tokenizer]:
    """Return what gives the vectors of token ids, and the tokenizer that cuts and pads them."""
    encoder = model.encoder
    if model.ngrams or not isinstance(encoder, Tuned | Sentences):
        raise InputError(
            "ONNX is for models that read a transformer and nothing else: train one with"
            " labelling.model=transformer or labelling.model=sentence_transformer"
        )
    module: nn.Module
    if isinstance(encoder, Tuned):
        module, whole, most = MeanOfTokens(encoder.module), encoder.tokenizer, encoder.max_tokens
    else:
        opened = encoder.embedding.opened()
        module, whole, most = SentenceVectors(opened), opened.tokenizer, opened.max_seq_length
    tokenizer = Tokenizer.from_str(whole.backend_tokenizer.to_str())
    tokenizer.enable_truncation(most)
    tokenizer.enable_padding(pad_id=whole.pad_token_id or 0, pad_token=whole.pad_token or "[PAD]")
    return module, tokenizer


def _write_onnx(module: nn.Module, tokenizer: Tokenizer, path: Path) -> None:
    rows = tokenizer.encode_batch(["one text", "and another one, that is longer"])
    ids, mask = (torch.tensor([getattr(row, name) for row in rows]) for name in ROW)
    dynamic = {0: torch.export.Dim("texts"), 1: torch.export.Dim("tokens")}
    with _quiet(), torch.no_grad():
        program: Any = torch.onnx.export(
            module.eval(),
            (ids, mask),
            input_names=INPUTS,
            output_names=[OUTPUT],
            dynamic_shapes=(dynamic, dynamic),
            dynamo=True,
            verbose=False,
        )
        program.save(str(path), external_data=True)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what the exporter says about itself to itself."""
    with errors_alone("torch.onnx"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
