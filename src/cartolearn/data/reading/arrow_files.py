"""Parquet files, and folders as Hugging Face's datasets are saved or downloaded in."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cartolearn.data.reading.columns import columns_named
from cartolearn.data.reading.rows import Row, Rows
from cartolearn.data.table import readable
from cartolearn.errors import InputError
from cartolearn.plain_data import parse_json, read_json

TRAIN = "train"
OURS = ("project.yaml", "audit.yaml")
BATCH_ROWS = 8192


def open_parquet(path: Path, picked: Collection[str], known: Collection[str] = ()) -> Rows:
    """Open a Parquet file.

    Args:
        path: The file.
        picked: Columns to read, or none for all.
        known: Columns that are looked for.

    Raises:
        InputError: The file is no whole Parquet file.
    """
    with _whole(path):
        header = _columns_of(path)
    return _rows(path, _parquet_rows, [path], header, picked, known)


def rows_in(path: Path) -> int:
    """Return how many rows a Parquet file has; ``InputError`` if it is no whole one."""
    import pyarrow.parquet as pq

    with _whole(path):
        return int(pq.read_metadata(path).num_rows)


def open_folder(
    path: Path, picked: Collection[str], known: Collection[str] = (), split: str | None = None
) -> Rows:
    """Open a dataset that ``save_to_disk`` wrote, or a folder of Parquet files.

    Args:
        path: The folder; of a dataset, or of one of its splits.
        picked: Columns to read, or none for all.
        known: Columns that are looked for.
        split: Which split; by default the only one, or else ``train``.

    Raises:
        InputError: The folder holds neither, no such split, or a file that cannot be read.
    """
    if any((path / name).is_file() for name in OURS):
        raise InputError(
            f"{path} is a labelling project or an audit and no table; write one with: cartolearn"
            " label export, or audit fix"
        )
    splits = splits_of(path)
    if not splits:
        raise InputError(
            f"cannot read {path}: it is a folder without Parquet files, and save_to_disk of"
            " Hugging Face's datasets did not write it; of other files, name one"
        )
    chosen = split or (TRAIN if TRAIN in splits else next(iter(splits)))
    if chosen not in splits:
        raise InputError(f"{path} has no split {chosen!r}; it has: {', '.join(splits)}")
    others = [name for name in splits if name != chosen]
    assumed = [f"split {chosen} (others: {', '.join(others)})"] if others and not split else []
    files = splits[chosen]
    with _whole(path):
        arrow = files[0].suffix == ".arrow"
        header = list(_arrow_schema(files[0]).names) if arrow else _columns_of(files[0])
    read = _arrow_rows if arrow else _parquet_rows
    rows = _rows(path, read, files, header, picked, known)
    rows.assumed[:0] = assumed
    return rows


def _rows(
    path: Path,
    read: Callable[[Path, Sequence[Path], list[str]], Iterator[Any]],
    files: Sequence[Path],
    header: list[str],
    picked: Collection[str],
    known: Collection[str],
) -> Rows:
    columns, renamed = columns_named(header, known)
    places = [place for place, name in enumerate(columns) if not picked or name in picked]
    names = [columns[place] for place in places]

    def rows() -> Iterator[Row]:
        cells = read(path, files, [header[place] for place in places])
        for number, values in enumerate(cells, 1):
            yield Row(number, dict(zip(names, values, strict=True)), "", values)

    return Rows(path, columns, rows(), "row", renamed, header=header)


def splits_of(path: Path) -> dict[str, list[Path]]:
    """Return the files of every split of a folder; empty if it holds no dataset."""
    with readable(path):
        if (path / "state.json").is_file():
            return {path.name: _saved_files(path)}
        if (path / "dataset_dict.json").is_file():
            inside = sorted(p.parent for p in path.glob("*/state.json"))
            return {folder.name: _saved_files(folder) for folder in inside}
        splits: dict[str, list[Path]] = {}
        for file in sorted(path.rglob("*.parquet")):
            name = file.stem.split("-")[0]
            splits.setdefault(file.parent.name if name.isdigit() else name, []).append(file)
    return splits


def _saved_files(folder: Path) -> list[Path]:
    try:
        names = [entry["filename"] for entry in read_json(folder / "state.json")["_data_files"]]
    except (ValueError, KeyError, TypeError) as error:
        raise InputError(f"{folder / 'state.json'} is no list of data files: {error}") from error
    for name in names:
        if not isinstance(name, str) or Path(name).name != name:
            raise InputError(f"{folder / 'state.json'} names a file outside its folder: {name!r}")
    return [folder / name for name in names]


def _columns_of(path: Path) -> list[str]:
    import pyarrow.parquet as pq

    return list(pq.read_schema(path).names)


def _arrow_schema(path: Path) -> Any:
    import pyarrow as pa

    with pa.memory_map(str(path)) as source, pa.ipc.open_stream(source) as stream:
        return stream.schema


def _parquet_rows(path: Path, files: Sequence[Path], picked: list[str]) -> Iterator[Any]:
    import pyarrow.parquet as pq

    for file in files:
        with _whole(path), pq.ParquetFile(file) as parquet:
            classes = _class_names(parquet.schema_arrow)
            for batch in parquet.iter_batches(BATCH_ROWS, columns=picked):
                yield from _plain_rows(batch, classes)


def _arrow_rows(path: Path, files: Sequence[Path], picked: list[str]) -> Iterator[Any]:
    import pyarrow as pa

    for file in files:
        with _whole(path), pa.memory_map(str(file)) as source, pa.ipc.open_stream(source) as stream:
            classes = _class_names(stream.schema)
            for batch in stream:
                yield from _plain_rows(batch.select(picked), classes)


def _plain_rows(batch: Any, classes: dict[str, list[str]]) -> Iterator[Any]:
    names = batch.schema.names
    columns = [
        _plain(column, classes.get(name)) for name, column in zip(names, batch.columns, strict=True)
    ]
    return zip(*columns, strict=True)


def _plain(column: Any, classes: list[str] | None) -> list[Any]:
    """Return values of Python: dictionaries undone, classes by their names."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_temporal(column.type):
        return _times(column)
    values: list[Any] = column.to_pylist()
    return values if classes is None else classes_named(values, classes)


def _times(column: Any) -> list[Any]:
    """Return Python's dates and times; as texts if they don't fit, as nanoseconds may not."""
    import pyarrow as pa

    kind = column.type
    try:
        if getattr(kind, "unit", "") == "ns":
            kind = pa.timestamp("us", kind.tz) if pa.types.is_timestamp(kind) else pa.string()
        times: list[Any] = column.cast(kind).to_pylist()
    except (ValueError, OverflowError):
        times = column.cast(pa.string()).to_pylist()
    return times


def classes_named(values: Iterable[Any], classes: Sequence[str]) -> list[Any]:
    """Return the names of numbers of classes, or of lists of them; None for what names no class."""
    return [
        classes_named(value, classes)
        if isinstance(value, list)
        else classes[value]
        if isinstance(value, int) and 0 <= value < len(classes)
        else None
        for value in values
    ]


def _class_names(schema: Any) -> dict[str, list[str]]:
    """Return the names that Hugging Face's metadata gives to classes, also to those in lists."""
    metadata = (schema.metadata or {}).get(b"huggingface")
    if metadata is None:
        return {}
    try:
        features = parse_json(metadata)["info"]["features"]
        bare = {name: _element(feature) for name, feature in features.items()}
        return {
            name: list(map(str, feature["names"]))
            for name, feature in bare.items()
            if isinstance(feature, dict) and feature.get("_type") == "ClassLabel"
        }
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


def _element(feature: Any) -> Any:
    """Return what the elements of a list are, as three generations of metadata say it."""
    if isinstance(feature, list) and len(feature) == 1:
        return feature[0]
    listed = isinstance(feature, dict) and feature.get("_type") in ("Sequence", "List", "LargeList")
    return feature.get("feature") if listed else feature


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    import pyarrow as pa

    try:
        with readable(path):
            yield
    except (pa.ArrowException, UnicodeDecodeError) as error:
        kind = "no Hugging Face dataset" if path.is_dir() else "no Parquet file"
        raise InputError(f"{path} is damaged or {kind}: {error}") from error
