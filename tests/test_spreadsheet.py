import pytest
from hypothesis import given
from hypothesis import strategies as st

from cartolearn.spreadsheet import guarded_cell, plain_cell, same_text

NASTY = ["=1+1", "+1", "-1", "@x", "\t=1", "\n=1", " =1", "'", "'=1", "''x", "'tis", "", "a=b"]


@pytest.mark.parametrize("text", NASTY)
def test_no_cell_is_taken_for_a_formula(text: str) -> None:
    assert not guarded_cell(text).lstrip().startswith(("=", "+", "-", "@"))


@pytest.mark.parametrize("text", NASTY)
def test_a_text_comes_back_from_its_cell(text: str) -> None:
    assert plain_cell(guarded_cell(text)) == text


@given(st.text(alphabet="'=+-@ \t\nab"))
def test_any_text_comes_back(text: str) -> None:
    assert plain_cell(guarded_cell(text)) == text
    assert same_text(guarded_cell(text), text)


def test_texts_without_risk_stay_as_they_are() -> None:
    assert guarded_cell("What is 1+1 = ?") == "What is 1+1 = ?"
    assert plain_cell("it's") == "it's"


def test_what_spreadsheets_do_to_cells_is_forgiven_and_nothing_else() -> None:
    assert same_text("=1+1", "=1+1")
    assert same_text("a\nb", "a\r\nb ")
    assert not same_text("a b", "a  b")
    assert not same_text("'a", "b")
