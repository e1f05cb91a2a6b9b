"""Files as people bring them: each kind is read, and says what was assumed, or is refused."""

import codecs
import csv
import io
import json
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import Any

import pytest

from cartolearn.data.answers import read_answers
from cartolearn.data.canonical import canonical_label
from cartolearn.data.reading.reader import open_rows, read
from cartolearn.data.table import Table
from cartolearn.errors import InputError

ROWS = [("Größe passt", "gut"), ("zu spät, leider", "schlecht"), ("schön 1", "gut")]
COLUMNS = ("text", "label")


def separated(rows: Sequence[tuple[str, ...]], separator: str = ",", head: str = "") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator).writerows([COLUMNS, *rows])
    return head + text.getvalue()


def pairs(table: Table) -> list[tuple[str, str]]:
    return list(zip(table.texts, table.labels, strict=True))


def written(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (separated(ROWS).encode(), ""),
        (separated(ROWS, ";").encode(), "separator semicolon"),
        (separated(ROWS, "|").encode(), "separator bar"),
        (separated(ROWS, "\t").encode(), "separator tab"),
        (separated(ROWS, ";", "sep=;\r\n").encode(), ""),
        (codecs.BOM_UTF8 + separated(ROWS, ";", "sep=;\r\n").encode(), ""),
        (codecs.BOM_UTF8 * 2 + separated(ROWS).encode(), ""),
        (separated(ROWS, ";").encode("cp1252"), "read as cp1252"),
        (separated(ROWS, "\t").encode("utf-16"), "read as UTF-16; separator tab"),
        (separated(ROWS, "\t").encode("utf-16-le"), "read as UTF-16-LE; separator tab"),
        (separated(ROWS, "\t").encode("utf-16-be"), "read as UTF-16-BE; separator tab"),
        (separated(ROWS).encode("utf-32"), "read as UTF-32"),
    ],
)
def test_what_spreadsheets_save(
    tmp_path: Path, data: bytes, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = written(tmp_path / "my.csv", data)
    assert pairs(read(path, *COLUMNS)) == ROWS
    assert says in caplog.text
    assert bool(says) == bool(caplog.records)


def test_an_encoding_is_told_by_the_language_or_asked_for(tmp_path: Path) -> None:
    text = "Доставка опоздала на три дня, но товар хороший и упаковка целая. " * 5
    path = written(tmp_path / "my.csv", separated([(text, "a"), (text, "b")]).encode("cp1251"))
    assert read(path, *COLUMNS).texts == [text, text]
    path = written(tmp_path / "my.csv", separated([("ÀÁÈÿ", "b")]).encode("latin-1"))
    with pytest.raises(InputError, match=r"line 2: not UTF-8 text \(byte 0xc0\).*can't be told"):
        read(path, *COLUMNS)
    assert read(path, *COLUMNS, encoding="latin-1").texts == ["ÀÁÈÿ"]
    with pytest.raises(InputError, match="there is no encoding 'latin-9000'"):
        read(path, *COLUMNS, encoding="latin-9000")
    with pytest.raises(InputError, match="line 2: not ascii text"):
        read(path, *COLUMNS, encoding="ascii")


WORDS = {
    "pl": ("cp1250", "Przesyłka była bardzo późno i nikt nie odpowiadał na źle zapakowane książki"),
    "ro": ("cp1250", "Coletul a ajuns târziu şi nimeni nu a răspuns"),
    "hu": ("cp1250", "Az őszi csomag későn jött, és a szállító sem tűnt túl készségesnek"),
    "et": ("cp1252", "Pakk jõudis hilja, kõik olid õnnetud ja café oli suletud ning väga külm"),
    "pt": ("cp1252", "As opiniões são más: há milhões de razões e ninguém põe a mão"),
    "pt2": ("cp1252", "milhões de razões: é só isso"),
    "fr2": ("cp1252", "bien sûr, le café a un goût"),
    "tr": ("cp1254", "Kargo çok geç geldi ve kimse cevap vermedi: şişe kırıktı"),  # noqa: RUF001
    "el": ("cp1253", "Το δέμα έφτασε αργά και κανείς δεν απάντησε στα μηνύματά μου"),  # noqa: RUF001
    "mac": ("mac_roman", "Das Päckchen kam spät und war schön für uns " * 8),
    "de": ("cp1252", "Das Päckchen kam spät: 3 m³ groß – „schön“ für 5 €"),  # noqa: RUF001
    "es": ("cp1252", "¿Qué pasó? El paquete llegó tarde: 2ª vez, señor"),
    "fr": ("cp1252", "L’œuvre est arrivée très tard… n° 5"),  # noqa: RUF001
    "is": ("cp1252", "Pakkinn kom seint og enginn svaraði: það þýðir ekkert"),
}


@pytest.mark.parametrize("language", WORDS)
def test_texts_are_right_or_refused_but_never_in_another_alphabet(
    tmp_path: Path, language: str
) -> None:
    encoding, text = WORDS[language]
    path = written(tmp_path / "my.csv", separated([(text, "a")]).encode(encoding))
    may_be_refused = language in ("tr", "el", "mac")
    with suppress(InputError) if may_be_refused else nullcontext():
        assert read(path, *COLUMNS).texts == [text]


@pytest.mark.parametrize("word", ['"Awful', '"Wow" they said', 'he said "no', '"'])
def test_tab_separated_text_without_quoting(tmp_path: Path, word: str) -> None:
    rows = [("one", "a"), (word, "b"), ("three", "a"), (word, "b")]
    lines = "".join(f"{text}\t{label}\n" for text, label in [COLUMNS, *rows])
    assert pairs(read(written(tmp_path / "my.tsv", lines), *COLUMNS)) == rows


def test_tab_separated_text_that_cannot_be_told_is_an_error(tmp_path: Path) -> None:
    lines = 'text\tlabel\none\ta\n"two\tb\nthree\ta\tmore\n'
    with pytest.raises(InputError, match="line 3: malformed row: a quote is opened"):
        read(written(tmp_path / "my.tsv", lines), *COLUMNS)


def test_rows_that_a_spreadsheet_cut(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = written(tmp_path / "my.csv", "text,label,note\none,a\ntwo,b,x,,\n,,\nthree,a,\n")
    assert read(path, *COLUMNS).texts == ["one", "two", "three"]
    assert "1 row(s) shorter than the header" in caplog.text
    assert "1 row(s) of empty cells left out" in caplog.text
    path = written(tmp_path / "my.csv", "text,note,label\none,a\n")
    with pytest.raises(InputError, match="line 2: malformed row: 2 columns where 3"):
        read(path, *COLUMNS)


def test_a_file_of_one_column_needs_no_quotes(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = written(tmp_path / "my.csv", 'text\none\ntwo, or three\n"four, ""five"""\n')
    assert read(path, "text", None).texts == ["one", "two, or three", 'four, "five"']
    assert "commas are part of the texts, since the header has one column" in caplog.text
    caplog.clear()
    path = written(tmp_path / "my.csv", 'text\none,,\n"two, or three"\n')
    assert read(path, "text", None).texts == ["one", "two, or three"]
    assert not caplog.records


def test_blanks_between_separator_and_quote(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = written(tmp_path / "my.csv", 'text, label\n"one", "a, b"\n"two, or", c\n')
    assert pairs(read(path, *COLUMNS)) == [("one", "a, b"), ("two, or", "c")]
    assert "blanks after separators left out" in caplog.text
    caplog.clear()
    held = 'label,text\na," one, ""two"""\nb, three "four"\nc, "five" said\n'
    assert read(written(path, held), *COLUMNS).texts == [
        ' one, "two"',
        ' three "four"',
        ' "five" said',
    ]
    assert not caplog.records


def test_a_row_that_is_cut_is_told_from_one_with_too_many_cells(tmp_path: Path) -> None:
    path = written(tmp_path / "my.csv", "text,label\none,a\ntwo\nlines,b\n")
    with pytest.raises(InputError, match=r"line 3.*is a text with a line break not in quotes"):
        read(path, *COLUMNS)


LABELS: list[tuple[Any, str]] = [
    ("1.0", "1"), (1.0, "1"), (1, "1"), ("1", "1"), ("-0.0", "0"), ("1.50", "1.50"), ("007", "007"),
    ("True", "true"), (True, "true"), ("FALSE", "false"), ("  spam \u200b", "spam"),
    ("very\u00a0 good", "very good"), ("cafe\u0301", "café"), ("\u202eabc", "abc"), ("NA", "NA"),
    ("None", "None"), ("null", "null"), (2**60, str(2**60)), ("1.1", "1.1"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "name"), LABELS)
@pytest.mark.parametrize("ending", [".csv", ".jsonl", ".json", ".parquet"])
def test_a_class_has_one_spelling_in_every_format(
    tmp_path: Path, value: Any, name: str, ending: str
) -> None:
    path = tmp_path / f"my{ending}"
    match ending:
        case ".csv":
            written(path, separated([("x", str(value))]))
        case ".parquet":
            import pyarrow as pa
            import pyarrow.parquet as pq

            pq.write_table(pa.table({"text": ["x"], "label": [value]}), path)
        case _:
            row = json.dumps({"text": "x", "label": value})
            written(path, f"[{row}]" if ending == ".json" else row)
    assert read(path, *COLUMNS).labels == [name]


MANY: list[tuple[Any, str | None]] = [
    (["a"], "a"), ([], ""), (["a", "b"], None), ('["a"]', "a"), ("['a']", "a"), ("[1]", "1"),
    ("[]", ""), ("['a', 'b']", None), ("['a' 'b']", None), ("['a'\n 'b']", None),
    ("[a]", "[a]"), ("[x", "[x"), ("{'a'}", "{'a'}"),
    ({"choices": ["a"]}, "a"), ('{"choices":["a","b"]}', None), ({"a": 1.0, "b": 0}, "a"),
    ({"a": 0, "b": 0}, ""), ({"a": 1, "b": 1}, None), ({"a": 3, "b": 0}, None), ({"a": 1}, None),
    ("['a" + "\\d']", "a\\d"), ("[" * 9000 + "]", "[" * 9000 + "]"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "name"), MANY)
def test_a_list_of_one_label_is_that_label(value: Any, name: str | None) -> None:
    assert canonical_label(value) == name


def test_lists_of_one_come_back_and_longer_ones_are_named(tmp_path: Path) -> None:
    lines = '{"id": 0, "label": ["a"]}\n{"id": 1, "label": "b"}\n{"id": 2, "label": ["a", "b"]}\n'
    path = written(tmp_path / "my.jsonl", lines)
    answers = list(read_answers(path)[1])
    assert [answer.label for answer in answers] == ["a", "b", ""]
    assert [bool(answer.problem) for answer in answers] == [False, False, True]


def test_missing_is_an_empty_cell_or_a_null_and_no_word(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    table = read(written(tmp_path / "my.csv", "text,label\nx,\ny, \nz,NA\nw,\u200b\n"), *COLUMNS)
    assert table.labels == ["", "", "NA", ""]
    assert "taken as names of classes, not as gaps: NA (1 rows)" in caplog.text
    lines = '{"text": null, "label": null}\n{"text": "", "label": NaN}\n'
    table = read(written(tmp_path / "my.jsonl", lines), *COLUMNS)
    assert pairs(table) == [("", ""), ("", "")]


def test_classes_that_differ_by_case_are_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    read(written(tmp_path / "my.csv", "text,label\nx,Ham\ny,ham \nz,spam\n"), *COLUMNS)
    assert "classes that differ by case alone: Ham and ham" in caplog.text


def test_what_was_respelled_is_counted_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [("cafe\u0301", "the\u0301"), ("x\u200b", "1.0"), ("y", " a "), ("z", ""), ("é", "thé")]
    read(written(tmp_path / "my.csv", separated(rows)), *COLUMNS, optional=True)
    (told,) = caplog.records
    assert "2 text(s) respelled (invisible signs, Unicode NFC)" in told.message
    assert "3 label(s) respelled" in told.message
    caplog.clear()
    lines = '{"text": "x", "label": 1.0}\n{"text": "y", "label": true}\n'
    assert read(written(tmp_path / "my.jsonl", lines), *COLUMNS).labels == ["1", "true"]
    assert not caplog.records


def test_ids_that_come_back_are_respelled_and_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = written(tmp_path / "my.csv", "id,label\n9.0,a\n 11 ,b\n7,c\n")
    assert [answer.id for answer in read_answers(path)[1]] == ["9", "11", "7"]
    assert "2 id(s) respelled" in caplog.text


def test_texts_are_composed_and_keep_their_blanks(tmp_path: Path) -> None:
    path = written(tmp_path / "my.csv", separated([(" cafe\u0301\u200b\r\n x ", "a")]))
    assert read(path, *COLUMNS).texts == [" café\r\n x "]


def test_names_of_columns_have_one_spelling_too(tmp_path: Path) -> None:
    path = written(tmp_path / "my.csv", "\ufeff text ,Cafe\u0301\nx,a\n")
    assert read(path, "text", "Café").labels == ["a"]


def test_a_large_file_is_read_in_little_memory(tmp_path: Path) -> None:
    import tracemalloc

    path = tmp_path / "my.csv"
    with path.open("w") as file:
        file.write("text,label\n")
        file.writelines(f"{'words ' * 100}{i},a\n" for i in range(20_000))
    tracemalloc.start()
    count = sum(1 for _ in open_rows(path, COLUMNS).rows)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000
    assert most < path.stat().st_size / 3
