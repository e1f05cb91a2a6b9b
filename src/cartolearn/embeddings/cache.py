"""Features on disk: computed once for the same texts and embedding, then memory-mapped."""

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cartolearn.checksums import of_file, of_texts
from cartolearn.config.flatten import flatten
from cartolearn.embeddings.base import Corpus, Embedded, Embedding, EmbeddingReport
from cartolearn.errors import InputError
from cartolearn.files import atomic_write, write_text
from cartolearn.plain_data import read_json

FORMAT = 1  # raise it whenever the same texts and options would give other features

log = logging.getLogger(__name__)


def features_of(corpus: Corpus, embedding: Embedding, cache_dir: Path | str) -> Embedded:
    """The embedding's features float32 [R, d] of all texts, from the cache where they are there.

    Row i belongs to the text with id i. The array is mapped copy-on-write: it may be written to,
    the file stays as it is. Two processes that want the same features compute them once. Where
    the cache cannot be written to, they are computed, kept in memory, and the log says so.

    Raises:
        InputError: As the embedding does, or if features come out that are not finite.
    """
    entry = _entry(corpus, embedding, Path(cache_dir).expanduser())
    embedded = entry.load() or _compute_once(corpus, embedding, entry)
    log.info("%s", embedded.report.summary())
    return embedded


@dataclass(frozen=True)
class _Entry:
    """Two files: the features, and beside them the report and the features' checksum.

    The second is written last, so features without it do not count.
    """

    features: Path
    report: Path
    rows: int
    identity: Mapping[str, Any]

    def load(self) -> Embedded | None:
        """What is there, or None if it is missing, damaged or cut short."""
        try:
            saved = read_json(self.report)
            report = EmbeddingReport(**saved["report"])
            whole = saved["sha256"] == of_file(self.features)
            features = np.load(self.features, mmap_mode="c")
        except FileNotFoundError:
            return None
        except (OSError, EOFError, ValueError, TypeError, KeyError) as error:
            log.warning("%s: cannot be used (%s); computing it again", self.features, error)
            return None
        if not whole or features.shape != (self.rows, report.dimensions):
            log.warning("%s: damaged; computing it again", self.features)
            return None
        return Embedded(features, report)

    def changed_files(self) -> list[str]:
        """Name the files that differ from those of earlier features of the same texts."""
        now = flatten(self.identity)
        for path in sorted(self.report.parent.glob(f"{self.report.name.partition('-')[0]}-*.json")):
            try:
                before = flatten(read_json(path)["identity"])
            except (OSError, ValueError, TypeError, KeyError, AttributeError):
                continue  # of another version, or damaged: nothing to tell
            keys = [key for key in now.keys() | before.keys() if now.get(key) != before.get(key)]
            if keys and all(key.endswith((".size", ".changed", ".ends")) for key in keys):
                return sorted({key.removeprefix("options.").rpartition(".")[0] for key in keys})
        return []

    def save(self, embedded: Embedded) -> None:
        """Write both files, each whole or not at all."""
        with atomic_write(self.features) as temporary, temporary.open("wb") as file:
            np.save(file, embedded.features, allow_pickle=False)
        saved = {
            "report": asdict(embedded.report),
            "sha256": of_file(self.features),
            "identity": self.identity,
        }
        write_text(self.report, json.dumps(saved, indent=1) + "\n")


def _compute_once(corpus: Corpus, embedding: Embedding, entry: _Entry) -> Embedded:
    with _locked(entry.features.with_suffix(".lock")) as may_write:
        embedded = entry.load() if may_write else None
        if embedded is None:
            if changed := entry.changed_files():
                log.warning("computing features anew: changed since: %s", ", ".join(changed))
            embedded = _compute(corpus, embedding)
        if not may_write:
            return embedded
        try:
            entry.save(embedded)
        except OSError as error:
            log.warning("features are not kept: cannot write %s: %s", entry.features, error)
            return embedded
    return entry.load() or embedded


def _compute(corpus: Corpus, embedding: Embedding) -> Embedded:
    embedded = embedding.embed(corpus)
    broken = np.flatnonzero(~np.isfinite(embedded.features).all(axis=1))
    if len(broken):
        ids = ", ".join(map(str, broken[:10])) + (", ..." if len(broken) > 10 else "")
        raise InputError(
            f"{embedded.report.source}: the features of {len(broken):,} texts are not finite "
            f"(ids {ids}). Lower embedding.max_tokens, or choose other vectors."
        )
    return embedded


@contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Hold the lock file if the folder can be written to; yield whether it can."""
    from filelock import FileLock

    lock = FileLock(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except OSError as error:
        log.warning("features are not kept: cannot write to %s: %s", path.parent, error)
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def _entry(corpus: Corpus, embedding: Embedding, cache_dir: Path) -> _Entry:
    identity = {
        "format": FORMAT,
        "embedding": f"{type(embedding).__module__}.{type(embedding).__qualname__}",
        "options": embedding.identity(corpus),
        "texts": of_texts(corpus.texts),
    }
    key = hashlib.sha256(_canonical(identity).encode()).hexdigest()[:32]
    stem = cache_dir / "features" / f"{type(embedding).__name__.lower()}-{key}"
    return _Entry(stem.with_suffix(".npy"), stem.with_suffix(".json"), len(corpus.texts), identity)


def _canonical(identity: Mapping[str, Any]) -> str:
    return json.dumps(identity, sort_keys=True)
