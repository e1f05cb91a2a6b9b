"""What ``cartolearn embed`` does, after its words were understood."""

from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cartolearn.audit.project.folder import Audit
from cartolearn.config.build import build, check_values
from cartolearn.config.compose import composed
from cartolearn.config.schema import Storage
from cartolearn.data.kept_texts import KeptTexts, ProjectTexts, read_texts, write_texts
from cartolearn.data.reading.reader import open_texts
from cartolearn.embeddings.cache import Entry, locked
from cartolearn.embeddings.manifest import MANIFEST
from cartolearn.embeddings.on_ray import on_ray
from cartolearn.embeddings.shards import Writer
from cartolearn.errors import InputError
from cartolearn.label.project.folder import Project
from cartolearn.launcher.ray_data import RayOptions
from cartolearn.terminal import Terminal

LOCK, TEXTS = ".lock", ".texts.parquet"

console = Terminal(soft_wrap=True)


@dataclass(frozen=True)
class Options:
    """The checked options of ``conf/embed.yaml``."""

    embedding: Any
    features: Storage
    ray: RayOptions

    @classmethod
    def of(cls, overrides: list[str]) -> "Options":
        """Compose and check them; ``InputError`` if one cannot be used."""
        values, _ = composed("embed", overrides)
        storage = check_values(Storage, values["features"], "features")
        ray = check_values(RayOptions, values["ray"], "ray")
        embedding = build(values["embedding"], "embedding")
        return cls(embedding, Storage(**storage), RayOptions(**ray))


def embed_file(words: Namespace) -> None:
    """Write the features of a file's texts to a folder, a row for each row of the file.

    Raises:
        InputError: The file or the options cannot be used, or the folder holds something else.
    """
    options = Options.of(words.options)
    if words.out.is_file() or (words.out.is_dir() and _holds_other(words.out)):
        raise InputError(f"{words.out} holds something else; name another folder with --out")
    records = open_texts(words.source, words.text, None, encoding=words.encoding)
    made, copy = not words.out.exists(), words.out / TEXTS
    try:
        write_texts(copy, (record.text for record in records))
        _write(words.out, read_texts(copy), options, words.out / LOCK)
    finally:
        copy.unlink(missing_ok=True)
        if made and words.out.exists() and not any(words.out.iterdir()):
            words.out.rmdir()


def embed_project(project: Project | Audit, on: list[str]) -> None:
    """Write the features of a project's texts to where its commands look for them.

    Args:
        project: The project.
        on: Options of Ray.

    Raises:
        InputError: The project or its options cannot be used.
    """
    known, texts = project.options, project.texts
    corpus = ProjectTexts(texts, len(texts))
    entry = Entry.of(corpus, known.embedding, project.derived, known.features)
    options = Options(known.embedding, known.features, Options.of(on).ray)
    _write(entry.folder, texts, options, entry.lock)


def _write(folder: Path, texts: KeptTexts, options: Options, lock: Path) -> None:
    embedding, storage = options.embedding, options.features
    encode = on_ray(embedding, texts, storage.shard_rows, options.ray)
    corpus = ProjectTexts(texts, len(texts))
    with locked(lock) as may_write:
        if not may_write:
            raise InputError(f"cannot write to {lock.parent}; choose another folder")
        manifest = Writer(folder, corpus, embedding, storage, _told, encode).write()
    console.print(
        f"{manifest.rows:,} rows x {manifest.shards[0].report.dimensions} as {manifest.dtype},"
        f" in {len(manifest.shards)} shard(s): {folder}"
    )


def _told(written: int, wanted: int) -> None:
    if wanted > 1 and written:
        console.print(f"{written} of {wanted} shards")


def _holds_other(folder: Path) -> bool:
    """Tell whether a folder is neither empty nor one of shards."""
    ours = (MANIFEST, ".npy", ".tmp", LOCK, TEXTS)
    return any(not path.name.endswith(ours) for path in folder.iterdir())
