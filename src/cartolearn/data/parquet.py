"""Parquet: a text column, and a label column of any scalar type."""

from pathlib import Path
from typing import Any

from cartolearn.data.scalars import label_name
from cartolearn.data.table import Table, column_index, place, readable
from cartolearn.errors import InputError


def read_parquet(path: Path, text: str, label: str) -> Table:
    """Read two columns; places are rows, counted from 1.

    Raises:
        InputError: the file is no whole Parquet file, lacks a column, or has one of another type.
    """
    import pyarrow as pa

    try:
        with readable(path):
            columns = _columns(path, (text, label))
            texts = ["" if value is None else value for value in _texts(path, text, columns[text])]
            labels = _labels(path, label, columns[label])
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise InputError(f"{path} is damaged or no Parquet file: {error}") from error
    return Table(path, texts, labels, range(1, len(texts) + 1), unit="row")


def _columns(path: Path, names: tuple[str, str]) -> dict[str, Any]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        header = file.schema_arrow.names
        for name in names:
            column_index(path, header, name)
        table = file.read(columns=list(names))
        return {name: _plain(table.column(name)) for name in names}


def _plain(column: Any) -> Any:
    """Undo a dictionary encoding, and spell out what Python has no exact scalar for."""
    import pyarrow as pa

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    return column.cast(pa.string()) if pa.types.is_temporal(column.type) else column


def _texts(path: Path, name: str, column: Any) -> list[str | None]:
    import pyarrow as pa

    kinds = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
    if not any(is_kind(column.type) for is_kind in kinds) and not pa.types.is_null(column.type):
        raise InputError(f"{path}: column {name!r} is not text but {column.type}")
    values: list[str | None] = column.to_pylist()
    return values


def _labels(path: Path, name: str, column: Any) -> list[str]:
    names = [label_name(value) for value in column.to_pylist()]
    if None in names:
        spot = place(path, names.index(None) + 1, "row")
        raise InputError(f"{spot}: {name!r} is not one label but {column.type}")
    return [label for label in names if label is not None]
