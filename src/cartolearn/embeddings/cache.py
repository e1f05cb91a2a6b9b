"""Features on disk: computed once for the same texts and embedding, then memory-mapped."""

import hashlib
import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import torch

from cartolearn.checksums import of_texts
from cartolearn.config.flatten import flatten
from cartolearn.config.schema import Storage
from cartolearn.embeddings.base import Corpus, Embedding
from cartolearn.embeddings.features import Features
from cartolearn.embeddings.manifest import FORMAT, MANIFEST, Manifest, joined
from cartolearn.embeddings.shards import Encode, Tell, Writer, ignored, new_manifest, stored
from cartolearn.errors import InputError
from cartolearn.files import at_home, in_shell

FOLDER = "features"

log = logging.getLogger(__name__)


def features_of(
    corpus: Corpus,
    embedding: Embedding,
    cache_dir: Path | str,
    storage: Storage | None = None,
    given: Path | str | None = None,
) -> Features:
    """Return the embedding's features float32 [R, d] of all texts, from the cache if there.

    Row i belongs to the text with id i. They lie in numbered shards that are mapped, so that they
    take no memory; a kill between two of them loses one at most. Two processes that want the same
    features compute them once. Where the cache cannot be written to, they are computed, kept in
    memory, and the log says so.

    Args:
        corpus: The texts.
        embedding: Makes their features.
        cache_dir: Where features are kept.
        storage: Type and length of the shards.
        given: A folder that ``cartolearn embed`` wrote of these texts, taken in place of all that.

    Raises:
        InputError: As the embedding does, if features come out that are not finite, or if the
            folder that is given is not of these texts and this embedding.
    """
    storage = storage or Storage()
    if given is not None:
        features = features_in(at_home(given), corpus, embedding)
    else:
        entry = Entry.of(corpus, embedding, at_home(cache_dir), storage)
        features = entry.load() or _compute_once(corpus, embedding, entry, storage)
    log.info("%s", features.report.summary())
    return features


def features_in(folder: Path, corpus: Corpus, embedding: Embedding) -> Features:
    """Return the features in a folder that ``cartolearn embed`` wrote.

    Raises:
        InputError: It does not hold them all, or they are of other texts or another embedding.
    """
    try:
        manifest = Manifest.read(folder)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{folder / MANIFEST} cannot be used: {error}; write features with: cartolearn embed"
        ) from error
    storage = Storage(manifest.dtype, manifest.shard_rows)
    wanted = new_manifest(corpus, embedding, storage)
    told = "" if wanted.maker == manifest.maker else _other_maker(wanted, manifest)
    told = told or manifest.problem(folder, corpus.texts)
    if not told:
        try:
            return _features(manifest, folder)
        except (OSError, ValueError) as error:
            told = str(error)
    raise InputError(
        f"{folder} does not hold the features of these texts: {told}; the command that wrote it,"
        f" cartolearn embed ... --out {in_shell(folder)}, writes what is missing"
    )


def _other_maker(wanted: Manifest, there: Manifest) -> str:
    if wanted.encoder != there.encoder:
        return f"they were made by {there.encoder}, and {wanted.encoder} is asked for"
    keys = _changed(wanted, there)
    return f"they were made with other options or files: {', '.join(keys) or 'other texts'}"


def _changed(one: Manifest, other: Manifest) -> list[str]:
    now, then = flatten(one.options), flatten(other.options)
    return sorted(key for key in now.keys() | then.keys() if now.get(key) != then.get(key))


def _features(manifest: Manifest, folder: Path) -> Features:
    report = joined([shard.report for shard in manifest.shards])
    return Features(manifest.mapped(folder), report, key=manifest.key, folder=folder.absolute())


@dataclass(frozen=True)
class Entry:
    """A folder of the cache.

    Attributes:
        folder: Its shards and their manifest.
        empty: The manifest of these features before any is written.
    """

    folder: Path
    empty: Manifest

    @classmethod
    def of(cls, corpus: Corpus, embedding: Embedding, cache_dir: Path, storage: Storage) -> "Entry":
        """Return the folder that is named by embedding, texts and storage."""
        empty = new_manifest(corpus, embedding, storage)
        identity = {"format": FORMAT, **asdict(empty), "texts": of_texts(corpus.texts)}
        key = hashlib.sha256(_canonical(identity).encode()).hexdigest()[:32]
        name = f"{type(embedding).__name__.lower()}-{key}"
        return cls(cache_dir / FOLDER / name, empty)

    @property
    def lock(self) -> Path:
        """The file whose lock is held while the folder is written to."""
        return self.folder.with_name(f"{self.folder.name}.lock")

    def load(self) -> Features | None:
        """Return what is there, or None if it is missing, damaged or not whole."""
        try:
            manifest = Manifest.read(self.folder)
            if not manifest.whole or manifest.maker != self.empty.maker:
                return None
            return _features(manifest, self.folder)
        except FileNotFoundError:
            return None
        except (OSError, EOFError, ValueError) as error:
            log.warning("%s: cannot be used (%s); computing it again", self.folder, error)
            return None

    def write(
        self,
        corpus: Corpus,
        embedding: Embedding,
        storage: Storage,
        tell: Tell = ignored,
        encode: Encode | None = None,
    ) -> Features:
        """Write what is missing of the shards, and return the features; raises as ``Writer``."""
        writer = Writer(self.folder, corpus, embedding, storage, tell, encode)
        return _features(writer.write(), self.folder)

    def changed_files(self) -> list[str]:
        """Name the files that differ from those of earlier features of the same kind."""
        kind = self.folder.name.partition("-")[0]
        for path in sorted(self.folder.parent.glob(f"{kind}-*/{MANIFEST}")):
            try:
                keys = _changed(self.empty, Manifest.read(path.parent))
            except (OSError, ValueError):
                continue  # of another version, or damaged: nothing to tell
            if keys and all(key.endswith((".size", ".changed", ".ends")) for key in keys):
                return sorted({key.rpartition(".")[0] for key in keys})
        return []


def _compute_once(corpus: Corpus, embedding: Embedding, entry: Entry, storage: Storage) -> Features:
    with locked(entry.lock) as may_write:
        found = entry.load() if may_write else None
        if found is not None:
            return found
        if changed := entry.changed_files():
            log.warning("computing features anew: changed since: %s", ", ".join(changed))
        if may_write:
            try:
                return entry.write(corpus, embedding, storage)
            except OSError as error:
                log.warning("features are not kept: cannot write %s: %s", entry.folder, error)
        embedded = embedding.embed(corpus)
        rows = stored(embedded, storage)
        return Features([torch.from_numpy(rows)], replace(embedded.report))


@contextmanager
def locked(path: Path) -> Iterator[bool]:
    """Hold the lock file ``path`` if its folder can be written to; yield whether it can."""
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


def _canonical(identity: Mapping[str, object]) -> str:
    return json.dumps(identity, sort_keys=True)
