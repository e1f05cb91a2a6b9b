import csv
import io
import math
from pathlib import Path

from rich.console import Console

from cartolearn.report.export import to_csv, to_latex, to_markdown, to_terminal, write_table
from cartolearn.report.table import Table
from cartolearn.statistics.intervals import Estimate

TABLE = Table(
    name="t",
    title="A & B_1",
    columns=("name", "count", "score", "share"),
    rows=[
        ("=HYPERLINK(x)", 12_345, Estimate(0.51234, 0.4, 0.6, 5), -0.25),
        ("a|b <i>*[red]", 3, Estimate(0.5, math.nan, math.nan, 1), math.nan),
        ("-1", None, None, None),
    ],
    note="100 % sure_",
    digits={"share": 1},
)


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_csv_keeps_full_numbers_and_gives_an_estimate_three_columns() -> None:
    head, first, second, third = rows_of(to_csv(TABLE))
    assert head == ["name", "count", "score", "score low", "score high", "share"]
    assert first[1:] == ["12345", "0.51234", "0.4", "0.6", "-0.25"]
    assert second[2:] == ["0.5", "", "", ""]
    assert third[1:] == ["", "", "", "", ""]


def test_csv_texts_are_no_formulas_and_numbers_stay_numbers() -> None:
    texts = ["=1+1", "+1+1", "-x", "@x", "\t=1", "safe", "3-4"]
    table = Table("t", "t", ["text", "number"], [(text, -1.5) for text in texts])
    rows = rows_of(to_csv(table))[1:]
    assert [row[0] for row in rows] == ["'=1+1", "'+1+1", "'-x", "'@x", "'\t'=1", "safe", "3-4"]
    assert {row[1] for row in rows} == {"-1.5"}


def test_a_formula_in_a_heading_is_made_safe_too() -> None:
    assert to_csv(Table("t", "t", ["=x"], [])) == "'=x\n"


def test_people_read_estimates_with_brackets() -> None:
    first, second, third = TABLE.texts()
    assert first == ["=HYPERLINK(x)", "12,345", "0.512 [0.400, 0.600]", "-0.2"]
    assert second[2:] == ["0.500", ""]
    assert third == ["-1", "", "", ""]
    assert Table("t", "t", ["x"], [(-0.0001,)]).texts() == [["0.000"]]


def test_markdown_escapes_what_would_break_the_table() -> None:
    text = to_markdown(TABLE)
    assert r"a\|b \<i\>\*[red]" in text
    assert text.splitlines()[2] == "| name | count | score | share |"
    assert text.splitlines()[3] == "| --- | ---: | ---: | ---: |"
    assert r"100 % sure\_" in text


def test_latex_escapes_and_balances() -> None:
    text = to_latex(TABLE)
    assert r"\caption{A \& B\_1. 100 \% sure\_}" in text
    assert r"a|b \textless{}i\textgreater{}*[red] & 3 & 0.500 &  \\" in text
    assert text.count(r"\begin{") == text.count(r"\end{") == 2
    assert r"\begin{tabular}{lrrr}" in text


def test_terminal_shows_brackets_that_look_like_markup() -> None:
    console = Console(width=120, file=io.StringIO(), record=True)
    console.print(to_terminal(TABLE))
    text = console.export_text()
    assert "a|b <i>*[red]" in text
    assert "0.512 [0.400, 0.600]" in text


def test_files_are_written_in_three_formats(tmp_path: Path) -> None:
    folder = tmp_path / "new"
    assert [path.name for path in write_table(TABLE, folder)] == ["t.csv", "t.md", "t.tex"]
    assert (folder / "t.csv").read_text(encoding="utf-8") == to_csv(TABLE)
