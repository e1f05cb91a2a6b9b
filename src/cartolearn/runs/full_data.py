"""Training on all of the training data: what ``cartolearn map`` writes and the report reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cartolearn.config.saved import load_config, load_provenance
from cartolearn.errors import InputError
from cartolearn.plain_data import read_json
from cartolearn.runs.run import DatasetFacts, dataset_facts

FILE = "full_data.json"
MAP_FILE = "data_map.parquet"
TEXTS_FILE = "texts.parquet"


@dataclass(frozen=True, eq=False)
class FullRun:
    """One training on all training data.

    Attributes:
        folder: Where it lies; holds the data map of all training rows as ``MAP_FILE``.
        config: Its resolved config.
        dataset: Its data.
        accuracy: On the test rows, 0 to 1.
        macro_f1: On the test rows, 0 to 1.
        seconds: Training time.
        experiment: The recipe it was started with, or "".
    """

    folder: Path
    config: dict[str, Any]
    dataset: DatasetFacts
    accuracy: float
    macro_f1: float
    seconds: float
    experiment: str = ""

    @property
    def seed(self) -> int:
        """The run's seed."""
        return int(self.config["seed"])

    @property
    def map_path(self) -> Path:
        """Where the data map of all training rows lies."""
        return self.folder / MAP_FILE

    @property
    def texts_path(self) -> Path:
        """Where id, text, label and prediction of the last epoch lie, in the map's order."""
        return self.folder / TEXTS_FILE


def load_full_runs(folders: Iterable[Path]) -> list[FullRun]:
    """Read the folders that hold a ``FILE``.

    Raises:
        InputError: One of its values is missing or no number.
    """
    return [load_full_run(folder) for folder in folders]


def load_full_run(folder: Path) -> FullRun:
    """Read one folder that ``cartolearn map`` wrote."""
    path = folder / FILE
    try:
        values = read_json(path)
        numbers = {name: float(values[name]) for name in ("accuracy", "macro_f1", "seconds")}
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}. Run cartolearn map again.") from error
    known = load_provenance(folder / "run.json")
    return FullRun(
        folder,
        load_config(folder / "config.yaml"),
        dataset_facts(known, folder),
        **numbers,
        experiment=str(known["choices"].get("experiment") or ""),
    )
