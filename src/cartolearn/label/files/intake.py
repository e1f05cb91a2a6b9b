"""Making a project of a file of texts in any format, labelled or not."""

import random
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cartolearn.data.assemble import sorted_names
from cartolearn.data.canonical import canonical_name
from cartolearn.data.language import SAMPLE
from cartolearn.data.reading.reader import Record, Records, open_texts
from cartolearn.errors import InputError
from cartolearn.event_log import Event


@dataclass(frozen=True)
class FileTexts:
    """The texts of a file that are not empty; each run through them reads the file."""

    path: Path
    text: str
    label: str | None
    encoding: str | None
    size: int

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[str]:
        """Yield them in the file's order.

        Raises:
            InputError: There are no longer as many as before.
        """
        found = 0
        records = open_texts(
            self.path, self.text, self.label, optional=True, encoding=self.encoding
        )
        for record in records.unchecked():
            if record.text.strip():
                found += 1
                yield record.text
        if found != self.size:
            raise InputError(f"{self.path} was changed while it was read; try again")


@dataclass(frozen=True)
class GivenLabels:
    """The labels that some texts have, as events of the log; each is made when it is asked for.

    Attributes:
        source: Name of the file.
        ids: The labelled texts.
        labels: The class of each, as a place in ``names``.
        names: Names of the classes.
    """

    source: str
    ids: "array[int]"
    labels: "array[int]"
    names: list[str]

    def __len__(self) -> int:
        return len(self.ids)

    def __iter__(self) -> Iterator[Event]:
        """Yield the events in the order of the texts."""
        for number, name in zip(self.ids, self.labels, strict=True):
            label = self.names[name]
            yield {"event": "label", "id": number, "label": label, "source": self.source}


@dataclass(frozen=True)
class Intake:
    """Texts of a file, the labels some have, and the classes.

    Attributes:
        texts: Those that are taken.
        sample: At most 400 of them, drawn at random, by which the language is told.
        events: The labels that some have.
        classes: Names of the classes.
        dropped: How many empty texts were left out.
        twice: How many texts are the same as another one before them.
        differing: How many texts occur with several labels.
    """

    texts: FileTexts
    sample: list[str]
    events: GivenLabels
    classes: list[str]
    dropped: int
    twice: int
    differing: int


def take_in(
    path: Path,
    text: str,
    label: str | None,
    classes: Sequence[str],
    *,
    drop_empty: bool,
    encoding: str | None = None,
) -> Intake:
    """Look through texts and labels; ids count the texts from 0 in the file's order.

    Of a text only a hash is held, so that a file larger than memory can be taken in.

    Args:
        path: The file.
        text: Column of the text.
        label: Column of labels; None takes a column called "label" if there is one.
        classes: Class names; none takes those that the labels name.
        drop_empty: Leave out texts that are empty instead of refusing them.
        encoding: Encoding of a text file; told by its bytes if None.

    Raises:
        InputError: The file cannot be used; the message names the line.
    """
    if text == label:
        raise InputError(f"--text and --label are both {text!r}")
    records = open_texts(path, text, label, optional=True, encoding=encoding)
    known = [canonical_name(name) or "" for name in classes]
    seen = _Seen(known)
    for record in records:
        seen.add(record, records)
    if seen.empty and not drop_empty:
        raise InputError(
            f"{seen.first_empty}: the text is empty"
            f" ({seen.empty} such); --drop-empty leaves them out"
        )
    if not seen.hashes:
        raise InputError(f"{path} holds no text")
    if seen.stray:
        raise InputError(seen.stray)
    events = GivenLabels(path.name, seen.labelled, seen.labels, seen.names)
    hashes = np.frombuffer(seen.hashes, dtype=np.int64)
    named = known or (list(sorted_names(seen.names)) if seen.names else [])
    texts = FileTexts(path, text, label, encoding, len(hashes))
    twice = len(hashes) - len(np.unique(hashes))
    differing = _differing(hashes[np.frombuffer(seen.labelled, dtype=np.int64)], seen.labels)
    return Intake(texts, seen.sample, events, named, seen.empty, twice, differing)


def _differing(hashes: NDArray[np.int64], labels: "array[int]") -> int:
    """Return how many texts occur with several labels."""
    pairs = np.unique(np.stack([hashes, np.frombuffer(labels, dtype=np.int64)]), axis=1)
    return int((np.unique(pairs[0], return_counts=True)[1] > 1).sum())


@dataclass
class _Seen:
    """What was seen of a file: numbers of it, and a sample of its texts."""

    classes: list[str]
    names: list[str] = field(default_factory=list)
    labelled: "array[int]" = field(default_factory=lambda: array("q"))
    labels: "array[int]" = field(default_factory=lambda: array("q"))
    hashes: "array[int]" = field(default_factory=lambda: array("q"))
    sample: list[str] = field(default_factory=list)
    empty: int = 0
    first_empty: str = ""
    stray: str = ""

    def __post_init__(self) -> None:
        self._random = random.Random(0)  # noqa: S311  (of a sample)
        self._numbers: dict[str, int] = {}

    def add(self, record: Record, records: Records) -> None:
        """Take in a record; whether its label is a class is told at the end."""
        if not record.text.strip():
            self.first_empty = self.first_empty or records.where(record)
            self.empty += 1
            return
        if record.label:
            self._label(record, records)
        number = len(self.hashes)
        self.hashes.append(hash(record.text))
        if number < SAMPLE:
            self.sample.append(record.text)
        elif (place := self._random.randrange(number + 1)) < SAMPLE:
            self.sample[place] = record.text

    def _label(self, record: Record, records: Records) -> None:
        name = record.label
        if self.classes and name not in self.classes and not self.stray:
            self.stray = (
                f"{records.where(record)}: the label {name!r} is not one of the classes"
                f" {', '.join(self.classes)}; name it too, or leave out --classes to take all"
                " labels"
            )
        if name not in self._numbers:
            self._numbers[name] = len(self.names)
            self.names.append(name)
        self.labelled.append(len(self.hashes))
        self.labels.append(self._numbers[name])
