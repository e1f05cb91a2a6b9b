"""What stands beside numbered shards of features: who made them, of which texts, and checksums."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Self, get_args

import numpy as np
import torch
from torch import Tensor

from cartolearn.checksums import of_file, of_texts
from cartolearn.config.schema import Dtype
from cartolearn.embeddings.base import EmbeddingReport
from cartolearn.files import write_text
from cartolearn.plain_data import read_json

FORMAT = 2  # raise it whenever the same texts and options would give other features
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Shard:
    """One file of features.

    Attributes:
        file: Its name.
        rows: How many.
        texts: SHA-256 of its texts.
        sha256: SHA-256 of the file.
        report: What became of its texts, with places in the shard for ids.
    """

    file: str
    rows: int
    texts: str
    sha256: str
    report: EmbeddingReport


@dataclass(frozen=True)
class Manifest:
    """The shards of a folder.

    Attributes:
        encoder: The class of the embedding.
        options: What the features depend on besides the texts: options, versions, files.
        dtype: float32 or float16.
        shard_rows: Rows of every shard but the last.
        shards: Those that are written, in order.
        rows: Rows of all shards together once all are written.
        corpus: SHA-256 of all texts where a text's features depend on those beside it, else "".
    """

    encoder: str
    options: Mapping[str, Any]
    dtype: Dtype
    shard_rows: int
    rows: int
    corpus: str = ""
    shards: tuple[Shard, ...] = field(default=())

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return the manifest of a folder.

        Raises:
            OSError: There is none, or it cannot be read.
            ValueError: It is none of this format.
        """
        saved = read_json(folder / MANIFEST)
        try:
            if saved.pop("format") != FORMAT:
                raise ValueError("it is of another version")
            shards = [
                Shard(**{**one, "report": EmbeddingReport(**one["report"])})
                for one in saved.pop("shards")
            ]
            if any(Path(one.file).name != one.file for one in shards):
                raise ValueError("it names a file outside its folder")
            if saved["dtype"] not in get_args(Dtype):
                raise ValueError(f"its numbers are of the type {saved['dtype']!r}")
            counts = [saved["rows"], saved["shard_rows"], *(one.rows for one in shards)]
            if not all(type(count) is int and count > 0 for count in counts):
                raise ValueError("its rows are no numbers above 0")
            return cls(**saved, shards=tuple(shards))
        except (TypeError, KeyError, AttributeError) as error:
            raise ValueError(f"it lacks what a manifest holds ({error})") from error

    def write(self, folder: Path) -> None:
        """Write it, whole or not at all."""
        saved = {"format": FORMAT, **asdict(self)}
        write_text(folder / MANIFEST, json.dumps(saved, indent=1) + "\n")

    @property
    def maker(self) -> tuple[Any, ...]:
        """What two manifests have in common whose shards of equal texts are equal."""
        options = json.loads(json.dumps(self.options))
        return self.encoder, options, self.dtype, self.corpus

    @property
    def key(self) -> str:
        """What tells these rows from all others, by the checksums of their files."""
        return hashlib.sha256("".join(one.sha256 for one in self.shards).encode()).hexdigest()[:32]

    @property
    def whole(self) -> bool:
        """Whether all shards are written."""
        return sum(shard.rows for shard in self.shards) == self.rows

    def problem(self, folder: Path, texts: Sequence[str]) -> str:
        """Say why these are not the features of texts; "" if they are. The files are not read."""
        if not self.whole:
            there, all_of_them = len(self.shards), -(-self.rows // self.shard_rows)
            return f"{there} of {all_of_them} shards are written"
        if self.rows != len(texts):
            return f"it holds {self.rows:,} rows, and there are {len(texts):,} texts"
        start = 0
        for shard in self.shards:
            if not (folder / shard.file).is_file():
                return f"{shard.file} is missing"
            if of_texts(texts[start : start + shard.rows]) != shard.texts:
                return f"its rows {start:,} to {start + shard.rows - 1:,} are of other texts"
            start += shard.rows
        return ""

    def mapped(self, folder: Path, *, checked: bool = True) -> list[Tensor]:
        """Return the shards, mapped copy-on-write; ``checked`` compares their checksums.

        Raises:
            OSError: A file is missing or cannot be read.
            ValueError: A file is not the one that was written; the message begins with its name.
        """
        return [self.opened(folder, shard, checked=checked) for shard in self.shards]

    def opened(self, folder: Path, shard: Shard, *, checked: bool = True) -> Tensor:
        """Return one shard, mapped copy-on-write; raises as ``mapped``."""
        path = folder / shard.file
        if checked and of_file(path) != shard.sha256:
            raise ValueError(f"{shard.file} is damaged (its checksum is wrong)")
        rows = np.load(path, mmap_mode="c", allow_pickle=False)
        if rows.shape != (shard.rows, shard.report.dimensions) or rows.dtype != self.dtype:
            raise ValueError(f"{shard.file} is damaged (its shape is another)")
        return torch.from_numpy(rows)


def joined(reports: Sequence[EmbeddingReport]) -> EmbeddingReport:
    """Return the report on all texts, of those on the texts of each shard."""
    if len(reports) == 1:
        return reports[0]
    empty, start, tokens, unknown = [], 0, 0, 0.0
    for report in reports:
        empty += [start + row for row in report.empty_ids]
        start += report.texts
        tokens += report.tokens or 0
        unknown += (report.unknown_share or 0.0) * (report.tokens or 0)
    counted = reports[0].tokens is not None
    return replace(
        reports[0],
        texts=start,
        tokens=tokens if counted else None,
        unknown_share=unknown / max(tokens, 1) if counted else None,
        empty_ids=empty,
    )
