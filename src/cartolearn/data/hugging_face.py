"""Datasets of the Hugging Face Hub, or saved as they are saved there."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cartolearn.config.types import Size
from cartolearn.data.assemble import HeldOutShare, hold_out, train_and_test
from cartolearn.data.canonical import canonical_label, canonical_text
from cartolearn.data.checks import check_labels, check_texts, check_unicode
from cartolearn.data.dataset import Dataset
from cartolearn.data.reading.arrow_files import classes_named
from cartolearn.data.reading.folders import splits_of
from cartolearn.data.reading.reader import read
from cartolearn.data.table import PLACES, Table, column_index
from cartolearn.errors import InputError
from cartolearn.files import at_home
from cartolearn.quiet import errors_alone


@dataclass(frozen=True)
class HuggingFace:
    """One row a text; class names are those of a ClassLabel column, or else the labels themselves.

    Attributes:
        name: Name on the Hub, a folder that ``save_to_disk`` wrote, or a Parquet file or folder.
        config: Which configuration of a dataset on the Hub.
        revision: Which commit, tag or branch of it.
        text: Column of the text.
        label: Column of the label.
        train_split: Split with the training rows.
        test_split: Split with the test rows; None holds out ``test_share`` of the training rows.
        test_share: That share.
        split_seed: Which rows these are.
        data_dir: Folder in which ``folder`` is looked for first; None asks the Hub at once.
        folder: Folder with ``train.csv`` and ``test.csv`` there.
        file_label: Column of the label in those two files.
        cache_dir: Where downloads are kept.
    """

    name: str
    text: str = "text"
    label: str = "label"
    config: str | None = None
    revision: str | None = None
    train_split: str = "train"
    test_split: str | None = "test"
    test_share: HeldOutShare = 0.2
    split_seed: Size = 0
    data_dir: str | None = None
    folder: str | None = None
    file_label: str = "label"
    cache_dir: str | None = None

    def load(self) -> Dataset:
        """Read the splits; ids count the rows of train from 0, then those of test.

        Raises:
            InputError: The dataset cannot be had or read, or lacks a split or column, or one split
                or column is named for both.
        """
        if self.text == self.label:
            raise InputError(f"dataset.text and dataset.label are both {self.text!r}")
        if self.train_split == self.test_split:
            raise InputError(
                f"dataset.train_split and dataset.test_split are both {self.train_split!r};"
                " dataset.test_split=null holds out a share of it"
            )
        short = (self.folder or self.name).rstrip("/").rsplit("/", 1)[-1]
        train, test = map(self._checked, (self.train_split, self.test_split))
        if train is None or test is None:
            return hold_out(short, _given(train), self.test_share, self.split_seed)
        return train_and_test(short, train, test)

    def _checked(self, split: str | None) -> Table | None:
        if split is None:
            return None
        table = self._table(split)
        if table is not None:
            check_unicode(table)
            check_labels(table)
            check_texts(table)
        return table

    def _table(self, split: str) -> Table | None:
        """Return one split: of the data folder, of a path, or of the Hub."""
        if self.data_dir is not None and self.folder is not None:
            part = "train" if split == self.train_split else "test"
            file = at_home(self.data_dir) / self.folder / f"{part}.csv"
            if file.exists():
                return read(file, "text", self.file_label)
        path = at_home(self.name)
        if not path.exists():
            return self._from_hub(split)
        if self.revision is not None:
            raise InputError(
                f"dataset.revision={self.revision}: {path} is no dataset of the Hub; leave it null"
            )
        if path.is_file() or len(splits_of(path)) == 1:
            return read(path, self.text, self.label) if split == self.train_split else None
        table = read(path, self.text, self.label, split=split)
        if any(place >= PLACES for place in table.places[:1]):  # it names a file of the folder
            return table
        return replace(table, path=Path(f"{path}, split {split}"))

    def _from_hub(self, split: str) -> Table:
        try:
            from datasets import load_dataset
        except ImportError as error:
            raise InputError(
                f"there is no file {self.name}, and datasets of the Hub need a package more:"
                " pip install 'cartography-active-learning[hf]'"
            ) from error
        cache = self.cache_dir and str(at_home(self.cache_dir) / "huggingface")
        try:
            with errors_alone("huggingface_hub"):  # it tells of each try; the last one counts
                rows = load_dataset(
                    self.name, self.config, split=split, revision=self.revision, cache_dir=cache
                )
        except (OSError, ValueError, RuntimeError) as error:
            said = str(error).split("\n", maxsplit=1)[0]
            if isinstance(error, ConnectionError):
                said += "; without a network give a folder of save_to_disk, or a Parquet file"
            raise InputError(f"cannot load {self.name} (split {split}): {said}") from error
        return _table_of(f"{self.name}, split {split}", rows, self.text, self.label)


def _table_of(where: str, rows: Any, text: str, label: str) -> Table:
    for column in (text, label):
        column_index(where, rows.column_names, column)
    feature = rows.features[label]
    names = getattr(getattr(feature, "feature", feature), "names", None)
    labels = rows[label] if names is None else classes_named(rows[label], names)
    texts = [canonical_text(value) for value in rows[text]]
    found = [canonical_label(value) for value in labels]
    if None in texts or None in found:
        raise InputError(f"{where}: a {text!r} is no text, or a {label!r} not one label")
    some, named = ([value or "" for value in column] for column in (texts, found))
    return Table(Path(where), some, named, range(1, len(some) + 1), "row")


def _given(table: Table | None) -> Table:
    if table is None:
        raise InputError("dataset.train_split is missing")
    return table
