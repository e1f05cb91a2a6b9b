"""What is written in any format is read back as it was, and no file is overwritten."""

import json
from argparse import Namespace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from cartolearn.data.answers import read_answers
from cartolearn.data.reading.all_columns import AllColumns
from cartolearn.data.reading.reader import open_rows, read
from cartolearn.data.writing.sheet import Sheet, free_names
from cartolearn.data.writing.writer import ENDINGS, FORMATS, Target, kind_of, write_sheet
from cartolearn.errors import InputError

CLASSES = ["bug", "=cmd|' /C calc'!A0", "größe, „ja“", "'tis", "-5", "true", "7"]
TEXTS = [
    "plain",
    "=1+1",
    "'=1+1",
    "''",
    "- a list",
    "-12.5",
    "+49 170",
    "@home",
    "\ttab first",
    "\nline break first",
    "two\nlines",
    "Windows\r\nlines",
    "old Mac\rlines",
    'a "quote"',
    '"begins with a quote\nand\tends',
    "a; -b; 'c",
    "a\t=b",
    " blanks at the ends ",
    "日本語のテキスト 🙂 \u200d x",
    "\u05e2\u05d1\u05e8\u05d9\u05ea \u200f\u0648 \u0627\u0644\u0639\u0631\u0628\u064a\u0629",
    "null",
    "NA",
    "007",
    "1.0",
    "TRUE",
    "2024-01-02",
    "a,b;c|d",
    "sep=;",
    "<script>alert(1)</script> {x} & \\n",
    "control \x01 \x7f",
    "\u2028 line separator \x85",
    "x" * 32_767,
    "ends in an apostrophe'",
]


def sheet() -> Sheet:
    labels = [CLASSES[number % len(CLASSES)] for number in range(len(TEXTS))]
    columns = ["own id", "text", "text_id", "label", "annotator", "weight"]
    rows = [
        [f"k{number}", text, str(number), labels[number], ["ana", "bo"][number % 2], number / 4]
        for number, text in enumerate(TEXTS)
    ]
    return Sheet(columns, rows, key="text_id", by="annotator", classes=CLASSES)


def target(folder: Path, kind: str, **options: Any) -> Target:
    return Target(folder / f"out{ENDINGS[kind][0]}", kind, **options)


def has_its_extra(kind: str) -> bool:
    """Whether a format can be written here."""
    return find_spec({"hf": "datasets", "excel": "xlsxwriter"}.get(kind, "json")) is not None


def needs_its_extra(kind: str) -> None:
    """Skip what cannot be written here."""
    if not has_its_extra(kind):
        pytest.skip(f"{kind} needs an extra")


@pytest.fixture(params=FORMATS)
def kind(request: pytest.FixtureRequest) -> str:
    needs_its_extra(request.param)
    return str(request.param)


def test_texts_labels_ids_and_people_come_back(tmp_path: Path, kind: str) -> None:
    where = target(tmp_path, kind)
    write_sheet(where, sheet())
    rows = list(sheet().rows)
    table = read(where.path, "text", "label")
    assert table.texts == [row[1] for row in rows]
    assert table.labels == [row[3] for row in rows]
    answers = read_answers(where.path)[1]
    said = [(a.id, a.text, a.label, a.by, a.problem) for a in answers]
    assert said == [(row[2], row[1], row[3], row[4], "") for row in rows]


def test_the_other_columns_come_back(tmp_path: Path, kind: str) -> None:
    where = target(tmp_path, kind)
    write_sheet(where, sheet())
    back = list(open_rows(where.path, ["text", "label"]).rows)
    assert [row.values["own id"] for row in back] == [row[0] for row in sheet().rows]
    weights = [float(row.values.get("weight") or 0) for row in back]
    assert weights == [row[5] for row in sheet().rows]


@pytest.mark.parametrize("kind", ["csv", "tsv"])
def test_without_a_guard_nothing_is_changed(tmp_path: Path, kind: str) -> None:
    guarded, raw = target(tmp_path, kind), Target(tmp_path / f"raw.{kind}", kind, raw=True)
    note = write_sheet(guarded, sheet()).notes()[0]
    assert "have an apostrophe in front" in note
    assert write_sheet(raw, sheet()).notes() == []
    assert read(raw.path, "text", "label").texts == read(guarded.path, "text", "label").texts
    assert "\n'=1+1" not in raw.path.read_text(encoding="utf-8")
    assert guarded.path.read_text(encoding="utf-8-sig").count("'=1+1") == 2


def test_a_guard_is_one_only_where_every_formula_has_it(tmp_path: Path) -> None:
    path = tmp_path / "my.csv"
    path.write_text("text\n'=1\n=2\n", encoding="utf-8")
    assert read(path, "text", None).texts == ["'=1", "=2"]
    path.write_text("text\n'=1\n'ok'\n", encoding="utf-8")
    assert read(path, "text", None).texts == ["'=1", "'ok'"]
    path.write_text("text\n'=1\n-2\n''ok'\n", encoding="utf-8")
    assert read(path, "text", None).texts == ["=1", "-2", "'ok'"]


def test_every_answer_of_several_people_is_kept(tmp_path: Path) -> None:
    rows = [["0", "t", "bug", "ana"], ["0", "t", "7", "bo"], ["1", "u", "7", "bo"]]
    columns = ["text_id", "text", "label", "annotator"]
    for kind in ("labelstudio", "argilla", "prodigy", "csv"):
        where = target(tmp_path, kind, overwrite=True)
        many = Sheet(columns, rows, key="text_id", by="annotator", classes=CLASSES, each=True)
        write_sheet(where, many)
        said = [(a.id, a.label, a.by) for a in read_answers(where.path)[1]]
        assert said == [("0", "bug", "ana"), ("0", "7", "bo"), ("1", "7", "bo")]
        if kind in ("labelstudio", "argilla"):
            assert len(json.loads(where.path.read_text(encoding="utf-8"))) == 2


def test_suggestions_are_no_labels(tmp_path: Path, kind: str) -> None:
    columns = ["id", "text", "label", "suggestion", "probability"]
    rows: list[list[Any]] = [["0", "t", None, "bug", 0.9], ["1-again", "u", None, None, None]]
    asked = Sheet(
        columns, rows, classes=["bug"], suggestion="suggestion", probability="probability"
    )
    where = target(tmp_path, kind)
    write_sheet(where, asked)
    said = [(a.id, a.again, a.text, a.label) for a in read_answers(where.path)[1]]
    assert said == [("0", False, "t", ""), ("1", True, "u", "")]


def test_no_file_is_overwritten_unless_told(tmp_path: Path, kind: str) -> None:
    where = target(tmp_path, kind)
    write_sheet(where, sheet())
    with pytest.raises(InputError, match="is there already"):
        write_sheet(where, sheet())
    write_sheet(target(tmp_path, kind, overwrite=True), Sheet(["text"], [["new"]], key=None))
    assert read(where.path, "text", None).texts == ["new"]
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(p.name for p in where.files)


def test_a_folder_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("dear", encoding="utf-8")
    with pytest.raises(InputError, match="holds something else"):
        write_sheet(Target(tmp_path / "mine", "hf", overwrite=True), sheet())
    assert (tmp_path / "mine" / "letter.txt").exists()


def test_the_ending_or_the_option_tells_the_format() -> None:
    assert kind_of(Path("a.XLSX"), None) == "excel"
    assert kind_of(Path("a.jsonl"), None) == "jsonl"
    assert kind_of(Path("a.jsonl"), "prodigy") == "prodigy"
    assert kind_of(Path("folder"), "hf") == "hf"
    for path, named in (("a.json", None), ("a", None), ("a.csv", "labelstudio")):
        with pytest.raises(InputError, match=r"format|ends in"):
            kind_of(Path(path), named)
    words = Namespace(out=None, format="argilla", raw=False, overwrite=False)
    assert Target.of(words, Path("p/to_label")).path == Path("p/to_label.json")


@pytest.mark.parametrize("text", ["x" * 32_768, "\U0001f642" * 16_384])
def test_what_does_not_fit_in_a_workbook_is_refused_and_nothing_left(
    tmp_path: Path, text: str
) -> None:
    with pytest.raises(InputError, match=r"row 2 holds a text of 32,768 characters"):
        write_sheet(target(tmp_path, "excel"), Sheet(["text"], [[text]], key=None))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", ["csv", "xlsx", "jsonl", "parquet"])
def test_all_columns_of_a_file_in_its_order(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"in.{ending}"
    kind = {"xlsx": "excel"}.get(ending, ending)
    rows: list[list[Any]] = [["7", "t", 3, None], ["8", "u", -1, "x"]]
    write_sheet(Target(path, kind), Sheet(["id", "text", "n", "label"], rows, key=None))
    given = AllColumns.of(path, "text")
    assert given.columns == ["id", "text", "n", "label"]
    assert list(free_names(["label", "p", "label_2"], given.columns).values()) == [
        "label_2", "p", "label_2_2",
    ]  # fmt: skip
    empty = "" if ending == "csv" else None
    same = [[str(c) if ending == "csv" and c is not None else c for c in row] for row in rows]
    assert [[empty if c in (None, "") else c for c in row] for row in given.rows()] == [
        [empty if c is None else c for c in row] for row in same
    ]


def test_headers_stay_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    path.write_text(" Text ;a;a\nhello;1;2\n\nbye;3\n", encoding="utf-8")
    given = AllColumns.of(path, "Text")
    assert given.columns == [" Text ", "a", "a"]
    assert list(given.rows()) == [["hello", "1", "2"], ["bye", "3", ""]]
