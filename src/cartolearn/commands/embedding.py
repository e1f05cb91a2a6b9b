"""What ``cartolearn embed`` does, after its words were understood."""

from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cartolearn.audit.project.folder import Audit
from cartolearn.config.build import build, check_values
from cartolearn.config.compose import composed
from cartolearn.config.schema import Storage
from cartolearn.data.kept_texts import ProjectTexts
from cartolearn.data.reading.reader import read
from cartolearn.embeddings.base import Corpus
from cartolearn.embeddings.cache import Entry, locked
from cartolearn.embeddings.manifest import MANIFEST
from cartolearn.embeddings.shards import Writer
from cartolearn.errors import InputError
from cartolearn.label.project.folder import Project
from cartolearn.terminal import Terminal

LOCK = ".lock"

console = Terminal(soft_wrap=True)


@dataclass(frozen=True)
class Options:
    """The checked options of ``conf/embed.yaml``."""

    embedding: Any
    features: Storage

    @classmethod
    def of(cls, overrides: list[str]) -> "Options":
        """Compose and check them; ``InputError`` if one cannot be used."""
        values, _ = composed("embed", overrides)
        storage = check_values(Storage, values["features"], "features")
        return cls(build(values["embedding"], "embedding"), Storage(**storage))


def embed_file(words: Namespace) -> None:
    """Write the features of a file's texts to a folder, a row for each row of the file.

    Raises:
        InputError: The file or the options cannot be used, or the folder holds something else.
    """
    options = Options.of(words.options)
    if words.out.is_file() or (words.out.is_dir() and _holds_other(words.out)):
        raise InputError(f"{words.out} holds something else; name another folder with --out")
    texts = read(words.source, words.text, None, encoding=words.encoding).texts
    _write(words.out, ProjectTexts(texts, len(texts)), options, words.out / LOCK)


def embed_project(project: Project | Audit) -> None:
    """Write the features of a project's texts to where its commands look for them.

    Raises:
        InputError: The project or its options cannot be used.
    """
    options, corpus = project.options, ProjectTexts(project.texts, len(project.texts))
    entry = Entry.of(corpus, options.embedding, project.derived, options.features)
    _write(entry.folder, corpus, options, entry.lock)


def _write(folder: Path, corpus: Corpus, options: Any, lock: Path) -> None:
    with locked(lock) as may_write:
        if not may_write:
            raise InputError(f"cannot write to {lock.parent}; choose another folder")
        manifest = Writer(folder, corpus, options.embedding, options.features, _told).write()
    console.print(
        f"{manifest.rows:,} rows x {manifest.shards[0].report.dimensions} as {manifest.dtype},"
        f" in {len(manifest.shards)} shard(s): {folder}"
    )


def _told(written: int, wanted: int) -> None:
    if wanted > 1 and written:
        console.print(f"{written} of {wanted} shards")


def _holds_other(folder: Path) -> bool:
    """Whether a folder is neither empty nor one of shards."""
    ours = (MANIFEST, ".npy", ".tmp", LOCK)
    return any(not path.name.endswith(ours) for path in folder.iterdir())
