import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from cartolearn.embeddings.tokens import (
    WORD_PATTERN,
    encode,
    pad_with_first_word,
    vocabulary,
    word_tokenizer,
)
from tests.embeddings.small import TEXTS

ODD = ["Ça va? naïve--café", "don't stop_me", "日本 3.5%", "\t x \n y ", "😀!!"]


@pytest.mark.parametrize("texts", [TEXTS, ODD, TEXTS + ODD])
def test_tokens_are_what_the_pattern_finds(texts: list[str]) -> None:
    tokenizer = word_tokenizer(texts)
    words = np.array(vocabulary(tokenizer))
    ids, lengths = encode(tokenizer, texts)
    found = [list(words[part]) for part in np.split(ids, np.cumsum(lengths)[:-1])]
    assert found == [re.findall(WORD_PATTERN, text) for text in texts]


def test_a_combining_accent_stays_with_its_word() -> None:
    assert set(vocabulary(word_tokenizer(["cafe\u0301 au lait"]))) == {"cafe\u0301", "au", "lait"}


def test_vocabulary_goes_by_frequency_and_then_by_code_point() -> None:
    words = vocabulary(word_tokenizer(["b a", "c b", "a Z", "b"]))
    assert words == ["b", "a", "Z", "c"]


def test_vocabulary_has_no_limit_and_does_not_depend_on_the_order_of_texts() -> None:
    texts = [f"w{number}" for number in range(40_000)]
    words = vocabulary(word_tokenizer(texts))
    assert len(words) == 40_000
    assert words == vocabulary(word_tokenizer(texts[::-1]))


def test_texts_without_any_word_give_no_tokens() -> None:
    tokenizer = word_tokenizer(["", "  "])
    ids, lengths = encode(tokenizer, ["", "  "])
    assert vocabulary(tokenizer) == []
    assert ids.tolist() == []
    assert lengths.tolist() == [0, 0]


def test_encode_keeps_the_first_tokens() -> None:
    tokenizer = word_tokenizer(["a b c d"])
    tokenizer.enable_truncation(2)
    ids, lengths = encode(tokenizer, ["a b c d", "", "d"])
    assert [vocabulary(tokenizer)[number] for number in ids] == ["a", "b", "d"]
    assert lengths.tolist() == [2, 0, 1]


def test_padding_fills_up_with_the_first_word() -> None:
    ids, lengths = pad_with_first_word(np.array([5, 6, 7]), np.array([2, 0, 1]), 3)
    assert ids.tolist() == [5, 6, 0, 0, 0, 0, 7, 0, 0]
    assert lengths.tolist() == [3, 3, 3]


def test_the_environment_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TOKENIZERS_PARALLELISM", raising=False)
    word_tokenizer(["a"])
    assert "TOKENIZERS_PARALLELISM" not in os.environ
    monkeypatch.setenv("TOKENIZERS_PARALLELISM", "true")
    word_tokenizer(["a"])
    assert os.environ["TOKENIZERS_PARALLELISM"] == "true"


def test_a_forked_process_can_go_on() -> None:
    program = """
import os
from cartolearn.embeddings.tokens import encode, word_tokenizer
texts = [f"some words {i}" for i in range(5000)]
tokenizer = word_tokenizer(texts)
before = encode(tokenizer, texts)[0].tolist()
if os.fork() == 0:
    os._exit(0 if encode(tokenizer, texts)[0].tolist() == before else 3)
print(os.waitstatus_to_exitcode(os.wait()[1]))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "0"
    assert done.stderr == ""


def test_importing_the_embeddings_loads_nothing_heavy() -> None:
    modules = ["fasttext", "wordllama", "tfidf_svd", "sentence_transformer", "universal"]
    program = f"import sys, {', '.join('cartolearn.embeddings.' + name for name in modules)}\n"
    program += "print(sorted({'torch', 'sklearn', 'pandas', 'scipy'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "[]"
