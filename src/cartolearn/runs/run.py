"""Reading the run folders of one or several sweeps."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cartolearn.checksums import check_sums
from cartolearn.config.saved import load_config, load_provenance
from cartolearn.errors import InputError
from cartolearn.files import in_shell, refuse_links
from cartolearn.plain_data import read_json
from cartolearn.runs.curve import BINARY, SUCCESSOR, read_curve, read_measured
from cartolearn.statistics.batches import STATISTICS, batch_statistics
from cartolearn.statistics.curves import aulc
from cartolearn.text import one_line

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Score = Literal["final", "aulc", "mean"]
PAPER_ROUNDS = 30


@dataclass(frozen=True)
class DatasetFacts:
    """What a run says about its data: rows to label, rows to test on, class names, content."""

    name: str
    train: int
    test: int
    classes: tuple[str, ...]
    fingerprint: str


@dataclass(frozen=True, eq=False)
class Run:
    """One complete run.

    Attributes:
        folder: Where it lies.
        config: Its resolved config.
        strategy: The choice of its strategy group, e.g. ``cal``.
        overrides: What the user wrote on the command line.
        dataset: Its data.
        curve: The columns ``CURVE`` of rounds.csv, [R + 1] each; row 0 is the seed set.
        experiment: The recipe it was started with, or "".
        binary: What was measured of the strategy's binary classifier, by column, [R + 1] each;
            NaN where it was not trained. Row r chose batch r + 1.
        successor: The columns ``SUCCESSOR`` of rounds.csv, [R + 1] each, NaN in the rounds in which
            the successor model was not trained; empty where there is none.
    """

    folder: Path
    config: dict[str, Any]
    strategy: str
    overrides: tuple[str, ...]
    dataset: DatasetFacts
    curve: dict[str, Floats]
    experiment: str = ""
    binary: dict[str, Floats] = field(default_factory=dict)
    successor: dict[str, Floats] = field(default_factory=dict)

    @property
    def seed(self) -> int:
        """The run's seed; runs of one seed share seed set and initial weights."""
        return int(self.config["seed"])

    @property
    def labelled(self) -> Ints:
        """int64 [R + 1], labels used by each row of the curve."""
        return self.curve["labelled"].astype(np.int64)

    @property
    def accuracy(self) -> Floats:
        """float64 [R + 1], test accuracy after each round."""
        return self.curve["accuracy"]

    @cached_property
    def aulc(self) -> float:
        """Mean height of the learning curve."""
        return aulc(self.labelled, self.accuracy)

    def score(self, name: Score) -> float:
        """Return final accuracy, area under the learning curve, or mean accuracy of all rows."""
        if name == "aulc":
            return self.aulc
        return float(self.accuracy[-1] if name == "final" else self.accuracy.mean())

    @cached_property
    def batches(self) -> list[Ints]:
        """Ids picked in each round, in the order they were picked."""
        table = read_columns(self.folder / "selections.parquet", ["round", "id"])
        rounds, ids = table["round"].to_numpy(), table["id"].to_numpy()
        return [ids[rounds == r] for r in range(1, int(rounds.max(initial=0)) + 1)]

    @cached_property
    def batch_statistics(self) -> Floats:
        """Mean confidence, variability and correctness of each batch, float64 [K, 3].

        Row r - 1 is batch r in the data map of the model trained right after it was added. A run
        of 30 rounds gives 29 rows, as the paper's Figure 4; one of another length all rounds.
        """
        rounds = len(self.batches)
        kept = rounds - 1 if rounds == PAPER_ROUNDS else rounds
        rows = [
            batch_statistics(self.batches[r - 1], *self.map_columns(r)) for r in range(1, kept + 1)
        ]
        return np.array(rows).reshape(-1, len(STATISTICS))

    def map_columns(self, round_: int) -> tuple[Ints, dict[str, Floats]]:
        """Return ids and the data map's three statistics after ``round_``, without the dynamics."""
        check_sums(self.folder, f"data_maps/{self.map_path(round_).name}")
        table = read_columns(self.map_path(round_), ["id", *STATISTICS])
        return table["id"].to_numpy(), {name: table[name].to_numpy() for name in STATISTICS}

    def map_path(self, round_: int) -> Path:
        """Return where the data map after ``round_`` lies."""
        return self.folder / "data_maps" / f"round_{round_:03d}.parquet"


def read_columns(path: Path, columns: list[str]) -> Any:
    """Read columns of a Parquet file into a pyarrow table.

    Raises:
        InputError: It is missing, torn, or lacks a column.
    """
    import pyarrow as pa
    from pyarrow import parquet

    try:
        with parquet.ParquetFile(path) as file:
            return file.read(columns, use_threads=False).select(columns)
    except (OSError, KeyError, ValueError, pa.ArrowException) as error:
        raise InputError(
            f"{path} cannot be read: {one_line(error)}. Run that job again."
        ) from error


def find_folders(roots: Iterable[Path], marker: str) -> list[Path]:
    """Return all folders at or below ``roots`` that hold a file ``marker``, each once, sorted.

    Links to folders are followed.

    Raises:
        InputError: A root does not exist or is no folder.
    """
    found: dict[Path, None] = {}
    for root in roots:
        if not root.is_dir():
            raise InputError(f"{root} is not a folder; give the folder of a run or a sweep")
        found.update((folder.resolve(), None) for folder in sorted(_holding(root, marker)))
    return list(found)


def _holding(root: Path, marker: str) -> Iterator[Path]:
    """Yield the folders that hold a file, links to folders followed, each folder once."""
    seen: set[Path] = set()
    for name, below, files in os.walk(root, followlinks=True):
        folder = Path(name)
        if (real := folder.resolve()) in seen:
            below.clear()
            continue
        seen.add(real)
        if marker in files:
            yield folder


def load_runs(folders: Iterable[Path]) -> tuple[list[Run], list[str]]:
    """Read run folders; return the complete ones, and a line on each that is left out.

    Raises:
        InputError: A file of a run is there but cannot be understood.
    """
    runs, left_out = [], []
    for folder in folders:
        reason = incomplete(folder)
        if reason:
            left_out.append(f"{folder}: {reason}")
        else:
            runs.append(load_run(folder))
    return runs, left_out


def incomplete(folder: Path) -> str | None:
    """Say why the run in ``folder`` has not ended, or None if it has."""
    for name in ("run.json", "rounds.csv", "selections.parquet"):
        if not (folder / name).is_file():
            return f"{name} is missing; the run has not ended"
    if (folder / "finished.json").is_file():
        return None
    wanted = int(load_config(folder / "config.yaml").get("loop", {}).get("rounds", 0))
    done = len(read_curve(folder / "rounds.csv")["labelled"]) - 1
    return f"{done} of {wanted} rounds; the run has not ended" if done < wanted else None


def load_run(folder: Path) -> Run:
    """Read one complete run folder.

    Raises:
        InputError: A file cannot be understood, is damaged, or is not whole.
    """
    refuse_links(folder, "wandb")
    check_sums(folder, "config.yaml", "run.json", "rounds.csv", "selections.parquet")
    config = load_config(folder / "config.yaml")
    facts = load_provenance(folder / "run.json")
    return Run(
        folder=folder,
        config=config,
        strategy=str(facts["choices"].get("strategy", "")),
        overrides=tuple(facts["overrides"]),
        dataset=dataset_facts(facts, folder),
        curve=whole_curve(folder),
        experiment=str(facts["choices"].get("experiment") or ""),
        binary=read_measured(folder / "rounds.csv", lambda name: BINARY in name),
        successor=read_measured(folder / "rounds.csv", SUCCESSOR.__contains__),
    )


def dataset_facts(facts: dict[str, Any], folder: Path) -> DatasetFacts:
    """Take the description of the data out of a run.json."""
    try:
        data = {name: facts["dataset"][name] for name in DatasetFacts.__dataclass_fields__}
    except KeyError as error:
        raise InputError(f"{folder / 'run.json'} lacks dataset.{error.args[0]}") from error
    return DatasetFacts(**data | {"classes": tuple(data["classes"])})


def _rounds_of(path: Path) -> Any:
    try:
        summary = read_json(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read: {error}") from error
    return summary.get("rounds") if isinstance(summary, dict) else None


def whole_curve(folder: Path) -> dict[str, Floats]:
    """Read the curve of a finished run, with as many rounds as it says it has.

    Raises:
        InputError: A row is missing, or what it holds cannot be.
    """
    curve = read_curve(folder / "rounds.csv")
    if (folder / "finished.json").is_file():
        rounds = _rounds_of(folder / "finished.json")
        rows = len(curve["labelled"])
        if isinstance(rounds, int) and rows != rounds + 1:
            raise InputError(
                f"{folder / 'rounds.csv'} has {rows} rows, but the run ended after round {rounds};"
                f" see what can be restored: cartolearn check {in_shell(folder)}"
            )
    return curve
