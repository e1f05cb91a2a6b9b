import re
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartolearn.spreadsheet import (
    PLAIN_NUMBER,
    guarded_cell,
    looks_like_a_date,
    made_by_spreadsheet,
    plain_cell,
    same_text,
)

NASTY = [
    "=1+1", "+1+1", "-a", "@x", "\t=1", "\n=1", " =1", "'", "'=1", "''x", "'tis", "", "a=b",
    "a;=1", "a\t+1", "a; @x", ";'x", "\t;-",
]  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    for cell in re.split("[;\t]", guarded_cell(text)):
        assert not cell.lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("text", NASTY)
def test_a_text_comes_back_from_its_cell(text: str) -> None:
    assert plain_cell(guarded_cell(text)) == text


@given(st.text(alphabet="'=+-@; \t\nab"))
def test_any_text_comes_back(text: str) -> None:
    assert plain_cell(guarded_cell(text)) == text
    assert same_text(guarded_cell(text), text)


def test_a_quick_look_changes_nothing() -> None:
    """Every short row of signs that matter, against the rule as it is written."""
    for size in range(5):
        for signs in product("a=';\t \u00a0\n-1", repeat=size):
            text = "".join(signs)
            number = PLAIN_NUMBER.fullmatch(text)
            guarded = text if number else re.sub(r"(^|[;\t])(?=[ \u00a0]*[=\-'\t\n])", r"\1'", text)
            assert guarded_cell(text) == guarded
            assert plain_cell(guarded) == text


def test_texts_without_risk_stay_as_they_are() -> None:
    assert guarded_cell("What is 1+1 = ?") == "What is 1+1 = ?"
    assert plain_cell("it's") == "it's"


@pytest.mark.parametrize("number", ["-1", "+1", "-122.41", "1,5", "-1e9", "-5%"])
def test_numbers_are_no_formulas_and_stay(number: str) -> None:
    assert guarded_cell(number) == number
    assert same_text(f"'{number}", number)  # as version 0.1 wrote them
    assert guarded_cell(f"{number}+1") != f"{number}+1" or number[0].isdigit()


def test_what_spreadsheets_do_to_cells_is_forgiven_and_nothing_else() -> None:
    assert same_text("=1+1", "=1+1")
    assert same_text("a\nb", "a\r\nb ")
    assert not same_text("a b", "a  b")
    assert not same_text("'a", "b")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("123", "00123"),
        ("100000", "1e5"),
        ("03-Apr", "3/4"),
        ("TRUE", "true "),
        ("1.23457E+19", "12345670000000000000"),
        ("#NAME?", "=great"),
        ("50%", "0.5"),
        ("x" * 32_767, "x" * 40_000),
    ],
)
def test_what_a_spreadsheet_makes_of_a_text(cell: str, text: str) -> None:
    assert made_by_spreadsheet(cell, text)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("another text", "00123"),
        ("123", "plain words"),
        ("good phone", "- good phone, bad case"),
        ("x" * 100, "x" * 40_000),
        ("plain", "plain words"),
    ],
)
def test_another_text_is_not_the_spreadsheets_doing(cell: str, text: str) -> None:
    assert not made_by_spreadsheet(cell, text)


@pytest.mark.parametrize(
    ("text", "date"),
    [("1-2", True), ("02-Jan", True), ("2026-01-02", True), ("2026-01-02 00:00:00", True),
     ("1/2/2026", True), ("12", False), ("a-b", False), ("1-", False), ("", False)],
)  # fmt: skip
def test_what_looks_like_a_date(text: str, date: bool) -> None:
    assert looks_like_a_date(text) == date
