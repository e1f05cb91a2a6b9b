"""What is in a dataset, in a few numbers, and its fingerprint."""

import hashlib
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cartolearn.data.dataset import Dataset
from cartolearn.text import shown

SHOWN = 20


@dataclass(frozen=True)
class Summary:
    """Counts of a dataset's rows.

    Attributes:
        name: The dataset's name.
        train_rows: N.
        test_rows: M.
        train_counts: Training rows per class name, in the order of the label names.
        duplicates: Training rows whose text an earlier training row has.
        conflicts: Different training texts that occur with more than one label.
        overlap: Test rows whose text a training row has.
        empty: Rows, train and test, whose text is empty or white space.
    """

    name: str
    train_rows: int
    test_rows: int
    train_counts: dict[str, int]
    duplicates: int
    conflicts: int
    overlap: int
    empty: int

    def __str__(self) -> str:
        first = list(self.train_counts.items())[:SHOWN]
        counts = ", ".join(f"{shown(label)} {count:,}" for label, count in first)
        rest = ", ..." if len(self.train_counts) > SHOWN else ""
        return (
            f"{self.name}: {self.train_rows:,} training and {self.test_rows:,} test rows, "
            f"{len(self.train_counts):,} classes (in train: {counts}{rest}); "
            f"{self.duplicates:,} duplicate training texts, "
            f"{self.conflicts:,} with several labels; "
            f"{self.overlap:,} test texts occur in train, {self.empty:,} texts are empty"
        )


def summarise(dataset: Dataset) -> Summary:
    """Count rows, classes, duplicates, conflicting labels, overlap and empty texts."""
    train = [dataset.texts[i] for i in dataset.train_ids.tolist()]
    test = [dataset.texts[i] for i in dataset.test_ids.tolist()]
    distinct = set(train)
    labelled = set(zip(train, dataset.labels[dataset.train_ids].tolist(), strict=True))
    times = Counter(text for text, _ in labelled)
    return Summary(
        dataset.name,
        len(train),
        len(test),
        _counts(dataset, dataset.train_ids),
        duplicates=len(train) - len(distinct),
        conflicts=sum(count > 1 for count in times.values()),
        overlap=sum(map(distinct.__contains__, test)),
        empty=sum(not text or text.isspace() for text in [*train, *test]),
    )


@dataclass(frozen=True)
class Beside:
    """What accuracy and macro-F1 on the test rows are to be read beside.

    Attributes:
        majority: The accuracy of always saying the class that is commonest in the training rows.
        tested: How many classes have a test row.
        classes: How many there are.
    """

    majority: float
    tested: int
    classes: int

    def __str__(self) -> str:
        every = self.tested == self.classes
        which = f"all {self.classes:,}" if every else f"{self.tested:,} of {self.classes:,}"
        rest = "" if every else " that have test texts, and others where they were predicted"
        return (
            f"to say the commonest class always is right in {self.majority:.3f};"
            f" macro-F1 is over {which} classes{rest}"
        )


def beside(dataset: Dataset) -> Beside:
    """Count what accuracy and macro-F1 are to be read beside; of equally common classes the first.

    Raises:
        ValueError: There are no test rows.
    """
    train, test = (
        np.bincount(dataset.labels[ids], minlength=len(dataset.label_names))
        for ids in (dataset.train_ids, dataset.test_ids)
    )
    if not test.sum():
        raise ValueError("there are no test rows")
    share = float(test[train.argmax()] / test.sum())
    return Beside(share, int((test > 0).sum()), len(dataset.label_names))


def fingerprint(dataset: Dataset) -> str:
    """Return the SHA-256 (hex) of texts, labels, label names and ids; the name doesn't count.

    Every part goes in with its lengths, so that no two datasets share their bytes.
    """
    digest = hashlib.sha256()
    for strings in (dataset.texts, list(dataset.label_names)):
        _add_strings(digest, strings)
    for numbers in (dataset.labels, dataset.train_ids, dataset.test_ids):
        _add_numbers(digest, numbers)
    return digest.hexdigest()


def _counts(dataset: Dataset, ids: NDArray[np.int64]) -> dict[str, int]:
    counts = np.bincount(dataset.labels[ids], minlength=len(dataset.label_names))
    return dict(zip(dataset.label_names, counts.tolist(), strict=True))


def _add_strings(digest: "hashlib._Hash", strings: list[str]) -> None:
    lengths = np.fromiter(map(len, strings), dtype=np.int64, count=len(strings))
    _add_numbers(digest, lengths)
    digest.update("".join(strings).encode("utf-8", "surrogatepass"))


def _add_numbers(digest: "hashlib._Hash", numbers: NDArray[np.int64]) -> None:
    digest.update(len(numbers).to_bytes(8, "little"))
    digest.update(np.ascontiguousarray(numbers, dtype="<i8").tobytes())
