"""Parquet and Arrow files, one or several of one table."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cartolearn.data.reading.columns import columns_named
from cartolearn.data.reading.nested import with_inner
from cartolearn.data.reading.rows import Row, Rows
from cartolearn.data.table import readable
from cartolearn.errors import InputError
from cartolearn.plain_data import parse_json

ARROW, ARROW_FILE = (".arrow", ".feather"), b"ARROW1"
COLUMNAR = (".parquet", *ARROW)
BATCH_ROWS = 8192


def rows_in(path: Path) -> int:
    """Return how many rows a Parquet file has; ``InputError`` if it is no whole one."""
    import pyarrow.parquet as pq

    with _whole(path):
        return int(pq.read_metadata(path).num_rows)


def open_files(
    path: Path, files: Sequence[Path], picked: Collection[str], known: Collection[str] = ()
) -> Rows:
    """Open Parquet or Arrow files of the same columns as one table.

    Args:
        path: The file, or the folder that holds the files.
        files: The files in order.
        picked: Columns to read, or none for all.
        known: Columns that are looked for; values inside others are named by the way to them.

    Raises:
        InputError: The first is no whole file of its kind.
    """
    with _whole(files[0]):
        header = list(_arrow_names(files[0]) if _is_arrow(files[0]) else _columns_of(files[0]))
    read = _arrow_rows if _is_arrow(files[0]) else _parquet_rows
    return _rows(path, read, files, header, picked, known)


def _rows(
    path: Path,
    read: Callable[[Sequence[Path], list[str]], Iterator[Any]],
    files: Sequence[Path],
    header: list[str],
    picked: Collection[str],
    known: Collection[str],
) -> Rows:
    columns, renamed = columns_named(header, known)
    inside = [name for name in known if name not in columns and name.split(".")[0] in columns]
    needed = {*picked, *(name.split(".")[0] for name in inside)} if picked else columns
    places = [place for place, name in enumerate(columns) if name in needed]
    names = [columns[place] for place in places]

    def rows() -> Iterator[Row]:
        cells = read(files, [header[place] for place in places])
        for number, values in enumerate(cells, 1):
            found = dict(zip(names, values, strict=True))
            yield Row(number, with_inner(found, inside) if inside else found, "", values)

    if inside:  # each row has names of its own then, as objects have
        return Rows(path, None, rows(), "row", renamed, names=columns)
    return Rows(path, columns, rows(), "row", renamed, header=header)


def _columns_of(path: Path) -> list[str]:
    import pyarrow.parquet as pq

    return list(pq.read_schema(path).names)


def _is_arrow(path: Path) -> bool:
    return path.suffix.lower() in ARROW


@contextmanager
def _arrow(path: Path) -> Iterator[tuple[Any, Iterator[Any]]]:
    """Yield the schema and the batches of an Arrow file, in either of its forms."""
    import pyarrow as pa

    with pa.memory_map(str(path)) as source:
        if source.read(len(ARROW_FILE)) == ARROW_FILE:
            with pa.ipc.open_file(source) as file:
                numbers = range(file.num_record_batches)
                yield file.schema, map(file.get_batch, numbers)
            return
        source.seek(0)
        with pa.ipc.open_stream(source) as stream:
            yield stream.schema, iter(stream)


def _arrow_names(path: Path) -> list[str]:
    with _arrow(path) as (schema, _):
        return list(schema.names)


def _parquet_rows(files: Sequence[Path], picked: list[str]) -> Iterator[Any]:
    import pyarrow.parquet as pq

    for file in files:
        with _whole(file), pq.ParquetFile(file) as parquet:
            classes = _class_names(parquet.schema_arrow)
            for batch in parquet.iter_batches(BATCH_ROWS, columns=picked):
                yield from _plain_rows(batch, classes)


def _arrow_rows(files: Sequence[Path], picked: list[str]) -> Iterator[Any]:
    for file in files:
        with _whole(file), _arrow(file) as (schema, batches):
            classes = _class_names(schema)
            for batch in batches:
                for start in range(0, batch.num_rows, BATCH_ROWS):
                    part = batch.slice(start, BATCH_ROWS)
                    yield from _plain_rows(part.select(picked), classes)


def _plain_rows(batch: Any, classes: dict[str, list[str]]) -> Iterator[Any]:
    batch.validate(full=True)  # offsets and indices of a stranger's file may point anywhere
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
        kind = "no Arrow file" if _is_arrow(path) else "no Parquet file"
        raise InputError(f"{path} is damaged or {kind}: {error}") from error
