"""Parquet files, and folders as ``save_to_disk`` of Hugging Face's datasets writes them."""

from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from cartolearn.data.writing.cells import as_json, as_text
from cartolearn.data.writing.sheet import Cells, Sheet
from cartolearn.errors import InputError
from cartolearn.text import one_line

BLOCK = 65_536  # rows in memory


def write_parquet(path: Path, sheet: Sheet) -> None:
    """Write a Parquet file; a column of cells of several types becomes one of texts.

    Rows go through in blocks. Which types a column has is known at the end, so blocks wait in a
    folder beside the file where there are several.
    """
    from pyarrow import parquet

    rows = iter(sheet.rows)
    first = _table(sheet, list(islice(rows, BLOCK)))
    if len(first) < BLOCK:
        parquet.write_table(first, path)
        return
    with TemporaryDirectory(dir=path.parent, prefix=f".{path.name}.") as folder:
        blocks = []
        for number, table in enumerate(chain([first], _tables(sheet, rows))):
            blocks.append(Path(folder) / f"{number}.parquet")
            parquet.write_table(table, blocks[-1])
        schema = _common([parquet.read_schema(block) for block in blocks])
        with parquet.ParquetWriter(path, schema) as writer:
            for block in blocks:
                writer.write_table(_as(parquet.read_table(block), schema))


def _tables(sheet: Sheet, rows: Iterator[Cells]) -> Iterator[Any]:
    while some := list(islice(rows, BLOCK)):
        yield _table(sheet, some)


def _common(schemas: list[Any]) -> Any:
    """Return the types that columns of all blocks fit: that of all, or text."""
    import pyarrow as pa

    fields = []
    for place, name in enumerate(schemas[0].names):
        kinds = {schema.types[place] for schema in schemas} - {pa.null()}
        if kinds == {pa.int64(), pa.float64()}:
            kinds = {pa.float64()}
        fields.append((name, kinds.pop() if len(kinds) == 1 else pa.string()))
    return pa.schema(fields)


def _as(table: Any, schema: Any) -> Any:
    import pyarrow as pa

    columns = []
    for column, kind in zip(table.columns, schema.types, strict=True):
        if column.type != kind and pa.types.is_string(kind):
            values = (None if v is None else as_text(as_json(v)) for v in column.to_pylist())
            columns.append(pa.array(values, pa.string()))
        else:
            columns.append(column.cast(kind))
    return pa.table(columns, schema=schema)


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
    made = datasets.Dataset(_table(sheet, sheet.rows))
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


def push_hugging_face(folder: Path, name: str) -> str:
    """Send a folder of a Hugging Face dataset to the hub, where nobody else sees it; say where.

    Args:
        folder: What ``write_hugging_face`` wrote.
        name: USER/NAME; the key is what ``hf auth login`` or HF_TOKEN says.

    Raises:
        InputError: The hub refuses it or does not answer.
    """
    import datasets
    import httpx2

    try:
        datasets.load_from_disk(str(folder)).push_to_hub(name, private=True)
    except (OSError, ValueError, httpx2.HTTPError) as error:  # what the hub's package raises
        raise InputError(
            f"{name} could not be pushed: {one_line(error)}. The folder {folder} is whole."
        ) from error
    return f"https://huggingface.co/datasets/{name}"


def _table(sheet: Sheet, rows: Iterable[Cells]) -> Any:
    import pyarrow as pa

    columns: list[list[Any]] = [[] for _ in sheet.columns]
    for cells in rows:
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
