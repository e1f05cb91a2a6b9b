"""What a search finds: words, phrases, alternatives, and what cannot be understood."""

import pytest

from cartolearn.errors import InputError
from cartolearn.label.choosing.holding import holding

TEXTS = ["Refunded or not", "this OR that", 'a 5" pipe', "Caf\u00e9 refund", "money back"]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("REFUND", [0, 3]),
        ("refund or", [0]),
        ("refund OR money", [0, 3, 4]),
        ('"this or that"', [1]),
        ('"THIS OR THAT" OR "money back"', [1, 4]),
        ('5"', [2]),
        ("cafe\u0301 refund", [3]),
        ('"" back', [4]),
    ],
)
def test_words_phrases_and_alternatives(query: str, ids: list[int]) -> None:
    assert holding(TEXTS, query) == ids


@pytest.mark.parametrize("query", ["", " ", "OR", "refund OR", "OR refund", "a OR OR b", '""'])
def test_a_part_without_a_word_is_an_error(query: str) -> None:
    with pytest.raises(InputError, match="a part of it holds no word; put OR between words"):
        holding(TEXTS, query)


def test_a_quote_that_is_not_closed_is_an_error() -> None:
    with pytest.raises(InputError, match="a quote is opened and not closed"):
        holding(TEXTS, 'refund "money back')
