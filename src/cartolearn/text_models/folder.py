"""A model as a folder: plain files that anybody can read, and nothing that runs.

model.json           classes, temperature, what it reads, how it was measured, versions
weights.safetensors  matrix [C, d], bias [C], inverse document frequencies
ngrams.json          the n-grams, in the order of the matrix's columns
encoder/             the frozen encoder's files, where it reads one
README.md            all that in words
SHA256SUMS           checksums, as ``sha256sum -c`` reads them
"""

import json
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from secrets import token_hex
from typing import Any

import numpy as np

from cartolearn.checksums import damaged, write_sums
from cartolearn.errors import InputError
from cartolearn.files import in_shell, refuse_links, sync_files
from cartolearn.plain_data import read_json
from cartolearn.text import one_line
from cartolearn.text_models.card import card
from cartolearn.text_models.encoders import encoder_in
from cartolearn.text_models.kept import Kept, Known, refuse_twice, typed
from cartolearn.text_models.logistic import Weights
from cartolearn.text_models.ngrams import KINDS, NGrams
from cartolearn.text_models.text_model import TextModel

FORMAT = "cartolearn text model 1"
MODEL, WEIGHTS, NGRAMS, ENCODER, CARD = (
    "model.json", "weights.safetensors", "ngrams.json", "encoder", "README.md",
)  # fmt: skip
PACKAGES = ("cartography-active-learning", "numpy", "scikit-learn", "tokenizers", "torch")
ENCODER_PACKAGES = ("sentence-transformers", "transformers")


def save(model: TextModel, path: Path, *, overwrite: bool = False) -> None:
    """Write a model as a folder, whole or not at all.

    Raises:
        InputError: There is something already, and ``overwrite`` is not given or it is no model's.
    """
    with new_folder(path, overwrite=overwrite) as folder:
        kept = {
            "format": FORMAT,
            "classes": model.classes,
            "temperature": model.temperature,
            "reads": {
                "ngrams": list(KINDS) if model.ngrams else [],
                "encoder": model.encoder.about if model.encoder else None,
            },
            "versions": _versions(),
            "about": model.about,
        }
        write_json(folder / MODEL, kept)
        _write_weights(model, folder / WEIGHTS)
        if model.ngrams:
            write_json(folder / NGRAMS, model.ngrams.known)
        if model.encoder:
            (folder / ENCODER).mkdir()
            model.encoder.copy_to(folder / ENCODER)
        (folder / CARD).write_text(card(kept), encoding="utf-8")
        files = sorted(file for file in folder.rglob("*") if file.is_file())
        write_sums(folder, [file.relative_to(folder).as_posix() for file in files])
        sync_files(files)


def load(path: Path | str) -> TextModel:
    """Return the model that a folder holds.

    No pickle is read and no program of the folder is run; weights are safetensors.

    Raises:
        InputError: There is none, it is damaged, or it was written by a later version.
    """
    folder = Path(path)
    if not (folder / MODEL).is_file():
        raise InputError(
            f"{folder} holds no model; write one with:"
            f" cartolearn label train PROJECT --out {in_shell(folder)}"
        )
    refuse_links(folder)
    if wrong := damaged(folder):
        raise InputError(
            f"{folder / wrong[0]} is damaged or was changed (its checksum is wrong); take the"
            " folder from a copy, or write it again with: cartolearn label train"
        )
    try:
        return _loaded(folder)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{folder} cannot be read as a model: {one_line(error)}") from error


def _loaded(folder: Path) -> TextModel:
    from safetensors import SafetensorError
    from safetensors.numpy import load as tensors_of

    found = read_json(folder / MODEL)
    form = found.get("format") if isinstance(found, dict) else None
    if form != FORMAT:
        raise ValueError(
            f"its format is {form!r}, and this version reads {FORMAT!r}; a newer one may read it"
        )
    kept = typed(Kept, found, MODEL)
    refuse_twice(kept.classes, f"{MODEL}.classes")
    try:
        tensors = tensors_of((folder / WEIGHTS).read_bytes())
    except SafetensorError as error:
        raise ValueError(f"{WEIGHTS}: {error}") from error
    known = _ngrams(folder / NGRAMS, kept.reads.ngrams)
    about = kept.reads.encoder
    model = TextModel(
        classes=kept.classes,
        ngrams=NGrams(known) if known else None,
        rarity=[tensors[f"rarity.{kind}"] for kind in known],
        encoder=encoder_in(folder / ENCODER, about) if about else None,
        weights=Weights(tensors["matrix"], tensors["bias"]),
        temperature=kept.temperature,
        about=kept.about,
    )
    _check_shapes(model)
    return model


def _ngrams(path: Path, kinds: list[str]) -> Known:
    """Return the n-grams of the kinds that a model reads; ``ValueError`` if they are others."""
    known = typed(Known, read_json(path), NGRAMS) if kinds else {}
    if list(known) != kinds or not set(known) <= set(KINDS):
        raise ValueError(f"{NGRAMS} holds other n-grams than {MODEL} says")
    for kind in kinds:
        refuse_twice(known[kind], f"{NGRAMS}.{kind}")
    return known


def _check_shapes(model: TextModel) -> None:
    """Refuse weights that do not go with the classes and n-grams; ``ValueError`` says why."""
    one_dimensional = (model.weights.bias, *model.rarity)
    if model.weights.matrix.ndim != 2 or any(part.ndim != 1 for part in one_dimensional):
        raise ValueError(f"{WEIGHTS} holds tensors of other dimensions than a model has")
    classes, (rows, columns) = len(model.classes), model.weights.matrix.shape
    ngrams = model.ngrams.width if model.ngrams else 0
    fits = rows == classes == len(model.weights.bias) and columns >= ngrams
    fits = fits and sum(map(len, model.rarity)) == ngrams
    numbers = (model.weights.matrix, model.weights.bias, *model.rarity)
    if not fits or not all(part.dtype == np.float32 for part in numbers):
        raise ValueError(f"{WEIGHTS} does not go with {MODEL} and {NGRAMS}")
    if not all(np.isfinite(part).all() for part in numbers):
        raise ValueError(f"{WEIGHTS} holds a number that is not finite")


def check_place(path: Path, *, overwrite: bool) -> None:
    """Refuse a place for a folder before any work; an empty folder is one.

    Raises:
        InputError: Something is there, and ``overwrite`` is not given or it is no model's folder.
    """
    if path.is_symlink() or (path.exists() and not path.is_dir()):
        raise InputError(f"{path} is no folder; choose another place with --out")
    if not path.is_dir() or not any(path.iterdir()):
        return
    if not (path / MODEL).is_file():
        raise InputError(f"{path} holds something that is no model; choose another place")
    if not overwrite:
        raise InputError(f"{path} holds a model already; give --overwrite to replace it")


@contextmanager
def new_folder(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """Yield a folder beside ``path`` that takes its place at the end; on an exception it goes."""
    check_place(path, overwrite=overwrite)
    path.parent.mkdir(parents=True, exist_ok=True)
    folder = path.with_name(f".{path.name}.{token_hex(4)}.tmp")
    folder.mkdir()
    try:
        yield folder
        old = path.with_name(f".{path.name}.{token_hex(4)}.old")
        if path.exists():
            check_place(path, overwrite=overwrite)
            path.rename(old)
        folder.rename(path)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_weights(model: TextModel, path: Path) -> None:
    from safetensors.numpy import save as bytes_of

    tensors = {"matrix": model.weights.matrix, "bias": model.weights.bias}
    for kind, rare in zip(KINDS, model.rarity, strict=False):
        tensors[f"rarity.{kind}"] = rare
    path.write_bytes(bytes_of(tensors))


def write_json(path: Path, value: Any) -> None:
    """Write a value as indented JSON."""
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _versions() -> dict[str, str]:
    """Return the versions of what computes the model's output."""
    found = {"python": platform.python_version()}
    for package in (*PACKAGES, *ENCODER_PACKAGES, "wordllama"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found
