"""Parquet files, and folders as ``save_to_disk`` of Hugging Face's datasets writes them."""

from pathlib import Path
from typing import Any

from cartolearn.data.writing.cells import as_json, as_text
from cartolearn.data.writing.sheet import Sheet
from cartolearn.errors import InputError


def write_parquet(path: Path, sheet: Sheet) -> None:
    """Write a Parquet file; a column of cells of several types becomes one of texts."""
    from pyarrow import parquet

    parquet.write_table(_table(sheet), path)


def write_hugging_face(folder: Path, sheet: Sheet) -> None:
    """Write a folder for ``datasets.load_from_disk``; labels are a ``ClassLabel``.

    Raises:
        InputError: The extra is not installed.
    """
    try:
        import datasets
    except ImportError as error:
        raise InputError(
            "a folder of Hugging Face's datasets needs a package more: pip install"
            " 'cartography-active-learning[hf]'; or write a .parquet"
        ) from error
    made = datasets.Dataset(_table(sheet))
    if sheet.label in made.column_names and sheet.classes:
        names = made.with_format(None)[sheet.label]
        numbers = {name: number for number, name in enumerate(sheet.classes)}
        if all(name in numbers or not name for name in names):
            features = made.features.copy()
            features[sheet.label] = datasets.ClassLabel(names=list(sheet.classes))
            made = made.cast(features)
    quiet = datasets.are_progress_bars_disabled()
    datasets.disable_progress_bars()
    try:
        made.save_to_disk(str(folder))
    finally:
        if not quiet:
            datasets.enable_progress_bars()


def _table(sheet: Sheet) -> Any:
    import pyarrow as pa

    columns: list[list[Any]] = [[] for _ in sheet.columns]
    for cells in sheet.rows:
        for column, value in zip(columns, cells, strict=True):
            column.append(value)
    twice = {name for name in sheet.columns if sheet.columns.count(name) > 1}
    if twice:
        named = ", ".join(sorted(twice))
        raise InputError(f"several columns are called {named}; rename them, or write a .csv")
    return pa.table([_array(values) for values in columns], names=list(sheet.columns))


def _array(values: list[Any]) -> Any:
    """Return values as a column of their type; of texts if they have several, or none."""
    import pyarrow as pa

    try:
        made = pa.array([None if value == "" else value for value in values])
        if not pa.types.is_null(made.type):
            return made if not pa.types.is_string(made.type) else pa.array(values)
    except (pa.ArrowException, OverflowError):
        values = [None if value is None else as_text(as_json(value)) for value in values]
    return pa.array(values, pa.string())
