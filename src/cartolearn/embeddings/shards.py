"""Writing features as numbered shards: one after the other, going on where a kill came between."""

import logging
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from cartolearn.checksums import of_file, of_texts
from cartolearn.config.schema import Storage
from cartolearn.data.kept_texts import ProjectTexts
from cartolearn.embeddings.base import Corpus, Embedded, Embedding
from cartolearn.embeddings.manifest import MANIFEST, Manifest, Shard
from cartolearn.errors import InputError
from cartolearn.files import atomic_write, remove

log = logging.getLogger(__name__)

Tell = Callable[[int, int], None]
Parts = Iterator[tuple[int, Sequence[str]]]
Encode = Callable[[Parts], Iterator[tuple[int, Embedded]]]


def ignored(written: int, wanted: int) -> None:
    """Take how many shards are written, for nobody."""


@dataclass(frozen=True, eq=False)
class Writer:
    """Writes the shards of a corpus to a folder, whose lock is held.

    Attributes:
        folder: Where to.
        corpus: The texts.
        embedding: Makes their features.
        storage: Type and length of the shards.
        tell: Told after every shard how many are written, of how many.
        encode: Embeds numbered parts of the texts; here, one after the other, if None.
    """

    folder: Path
    corpus: Corpus
    embedding: Embedding
    storage: Storage
    tell: Tell = ignored
    encode: Encode | None = None

    def write(self) -> Manifest:
        """Write what is missing; what is there already, or elsewhere of the same texts, is taken.

        Raises:
            OSError: The folder cannot be written to; what was written before stays.
            InputError: As the embedding does, or if features come out that are not finite.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        remove(self.folder, [".*.tmp"])
        manifest = new_manifest(self.corpus, self.embedding, self.storage)
        known = self._known(manifest)
        texts = self.corpus.texts
        starts = range(0, len(texts), self.storage.shard_rows)
        self.tell(0, len(starts))
        missing: list[int] = []
        shards: dict[int, Shard] = {}
        for number, start in enumerate(starts):
            print_ = of_texts(texts[start : start + self.storage.shard_rows])
            found = known.get(print_)
            if found and (shard := self._taken(manifest, number, *found)):
                shards[number] = shard
            else:
                missing.append(number)
        manifest = self._noted(manifest, shards)
        for number, embedded in self._embedded(missing):
            shards[number] = self._written(number, embedded)
            manifest = self._noted(manifest, shards)
            self.tell(len(shards), len(starts))
        remove(self.folder, [name for name in self._names() if name not in _files(manifest)])
        return manifest

    def _known(self, manifest: Manifest) -> dict[str, tuple[Path, Shard]]:
        """Return shards by the texts they are of: of this folder, and of those beside it."""
        found: dict[str, tuple[Path, Shard]] = {}
        for path in [*sorted(self.folder.parent.glob(f"*/{MANIFEST}")), self.folder / MANIFEST]:
            try:
                other = Manifest.read(path.parent)
            except (OSError, ValueError):
                continue
            if other.maker == manifest.maker:
                found |= {shard.texts: (path.parent, shard) for shard in other.shards}
        return found

    def _taken(self, manifest: Manifest, number: int, folder: Path, shard: Shard) -> Shard | None:
        """Give a shard that is there its place in this folder; None if it is damaged."""
        source, target = folder / shard.file, self.folder / _name(number)
        try:
            manifest.opened(folder, shard)
            if source != target:
                with atomic_write(target) as temporary:
                    temporary.unlink()
                    _linked(source, temporary)
        except (FileNotFoundError, ValueError):
            return None
        return replace(shard, file=target.name)

    def _embedded(self, missing: list[int]) -> Iterator[tuple[int, Embedded]]:
        if not missing:
            return
        rows, texts = self.storage.shard_rows, self.corpus.texts
        if self.embedding.reads_all:
            whole = self.embedding.embed(self.corpus)
            for number in missing:
                yield number, _part(whole, number * rows, number * rows + rows)
            return
        parts = ((number, texts[number * rows : number * rows + rows]) for number in missing)
        yield from (self.encode or self._one_by_one)(parts)

    def _one_by_one(self, parts: Parts) -> Iterator[tuple[int, Embedded]]:
        for number, texts in parts:
            yield number, self.embedding.embed(ProjectTexts(texts, len(texts)))

    def _written(self, number: int, embedded: Embedded) -> Shard:
        start, name = number * self.storage.shard_rows, _name(number)
        rows = stored(embedded, self.storage, start)
        with atomic_write(self.folder / name) as temporary, temporary.open("wb") as file:
            write_rows(file, rows)
        told = of_texts(self.corpus.texts[start : start + len(rows)])
        return Shard(name, len(rows), told, of_file(self.folder / name), embedded.report)

    def _noted(self, manifest: Manifest, shards: dict[int, Shard]) -> Manifest:
        """Write the manifest of what is there by now."""
        noted = replace(manifest, shards=tuple(shards[number] for number in sorted(shards)))
        noted.write(self.folder)
        return noted

    def _names(self) -> list[str]:
        return [path.name for path in self.folder.glob("*.npy")]


def new_manifest(corpus: Corpus, embedding: Embedding, storage: Storage) -> Manifest:
    """Return the manifest of features of which none is written yet."""
    return Manifest(
        encoder=f"{type(embedding).__module__}.{type(embedding).__qualname__}",
        options=embedding.identity(corpus),
        dtype=storage.dtype,
        shard_rows=storage.shard_rows,
        rows=len(corpus.texts),
        corpus=of_texts(corpus.texts) if embedding.reads_all else "",
    )


def stored(embedded: Embedded, storage: Storage, start: int = 0) -> NDArray[np.floating]:
    """Return features [R, d] in the type in which they are kept; ``start`` is the first id.

    Raises:
        InputError: Some are not finite.
    """
    with np.errstate(over="ignore"):
        rows = embedded.features.astype(storage.dtype, copy=False)
    broken = np.flatnonzero(~np.isfinite(rows).all(axis=1))
    if len(broken):
        ids = ", ".join(map(str, broken[:10] + start)) + (", ..." if len(broken) > 10 else "")
        advice = "Lower embedding.max_tokens, or choose other vectors."
        if np.isfinite(embedded.features).all():
            advice = "They are too large for float16: take features.dtype=float32."
        raise InputError(
            f"{embedded.report.source}: the features of {len(broken):,} texts are not finite "
            f"(ids {ids}). {advice}"
        )
    return rows


def write_rows(file: BinaryIO, rows: NDArray[np.floating]) -> None:
    """Write rows as ``numpy.save`` does, whose own error does not say that a disk is full.

    Raises:
        OSError: They cannot be written; with the system's number.
    """
    rows = np.ascontiguousarray(rows)
    header = np.lib.format.header_data_from_array_1_0(rows)
    np.lib.format.write_array_header_1_0(file, header)
    file.write(rows.data)


def _part(whole: Embedded, start: int, stop: int) -> Embedded:
    """Return some rows of features that were computed together; tokens are told of the first."""
    rows, report = whole.features[start:stop], whole.report
    empty = [row - start for row in report.empty_ids if start <= row < stop]
    tokens = report.tokens if not start or report.tokens is None else 0
    return Embedded(rows, replace(report, texts=len(rows), tokens=tokens, empty_ids=empty))


def _linked(source: Path, target: Path) -> None:
    """Give a file a second name, or copy it where the file system knows no such thing."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _name(number: int) -> str:
    return f"{number:05}.npy"


def _files(manifest: Manifest) -> set[str]:
    return {shard.file for shard in manifest.shards}
