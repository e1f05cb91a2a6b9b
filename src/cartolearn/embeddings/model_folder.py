"""A sentence encoder's folder, checked before anything of it is loaded: it may hold no code."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cartolearn.errors import InputError
from cartolearn.plain_data import read_json

MODULES = {
    "Transformer",
    "Pooling",
    "Normalize",
    "Dense",
    "LayerNorm",
    "Dropout",
    "StaticEmbedding",
}
ACTIVATION = re.compile(r"torch\.nn\.modules\.(activation|linear)\.[A-Z]\w+")
# What is fetched of a model on the hub: no pickles, no programs.
KINDS = ["*.json", "*.txt", "*.model", "*.safetensors"]


def check_model_folder(folder: Path) -> None:
    """Refuse a model that needs code of its own, or weights that are no safetensors.

    Raises:
        InputError: ``modules.json`` names a type that is not one of sentence-transformers' own, a
            config asks for code, or a part has weights as a pickle only.
    """
    for where, problem in _problems(folder):
        raise InputError(
            f"{where}: {problem}; a model is loaded only if it holds no code: module types of"
            f" sentence-transformers ({', '.join(sorted(MODULES))}) and weights as safetensors"
        )


def _problems(folder: Path) -> Iterator[tuple[Path, str]]:
    for module in _listed(folder / "modules.json"):
        kind = str(module.get("type") if isinstance(module, dict) else module)
        if not kind.startswith("sentence_transformers.") or kind.rpartition(".")[2] not in MODULES:
            yield folder / "modules.json", f"it names the module type {kind!r}"
    for path in sorted(folder.rglob("*.json")):
        if path.name in ("config.json", "tokenizer_config.json"):
            yield from ((path, problem) for problem in _config_problems(_mapping(path)))
        elif path.name in ("adapter_config.json", "router_config.json"):
            yield path, "it refers to other models"
    for path in sorted(folder.rglob("pytorch_model*.bin")):
        if not any(path.parent.glob("*.safetensors")):
            yield path, "its weights are a pickle"


def _config_problems(config: dict[str, Any]) -> Iterator[str]:
    if config.get("auto_map"):
        yield "it asks for code of its own (auto_map)"
    activation = config.get("activation_function")
    if isinstance(activation, str) and "." in activation and not ACTIVATION.fullmatch(activation):
        yield f"it names the function {activation!r}"


def _listed(path: Path) -> list[Any]:
    value = _json(path) if path.is_file() else []
    if not isinstance(value, list):
        raise InputError(f"{path} holds no list of modules")
    return value


def _mapping(path: Path) -> dict[str, Any]:
    value = _json(path)
    if not isinstance(value, dict):
        raise InputError(f"{path} holds no mapping")
    return value


def _json(path: Path) -> Any:
    try:
        return read_json(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
