"""What is told of draws that nobody finished, and by parts of the labels."""

import numpy as np
import pytest

from cartolearn.audit.drawing.draw import NOWHERE
from cartolearn.audit.measuring.sample import UNKNOWN, Group, Sample, draws_of, samples_of
from cartolearn.audit.measuring.shares import Seen, overall, part, seen_of

SIZE = 100
ROWS = np.arange(SIZE)
EVERYTHING = np.ones(SIZE, bool)
ALL = Group(EVERYTHING, np.array([True, False]))
Given = np.ndarray


def sample(strata: list[int], asked: list[int], checked: list[int]) -> Sample:
    """Return a draw of texts that all have the same label."""
    codes = np.where(np.array(strata) < 0, NOWHERE, strata).astype(np.uint8)
    truth = np.where(np.isin(ROWS, checked), 0, UNKNOWN)
    return samples_of(np.zeros(SIZE, np.int64), 1, ROWS, truth, [(codes, asked, 1.0)])[0]


def seen(given: Given, classes: int, truth: Given, stratum: int, asked: list[int]) -> Seen:
    """Return what the checks of one draw say, of a single stratum."""
    draws = [(np.full(SIZE, stratum, np.uint8), asked, 1.0)]
    rows = np.array(asked, dtype=np.int64)
    return seen_of(given, classes, EVERYTHING, rows, truth[rows], draws)


def test_strata_without_a_check_join_the_next_and_finding_alone_measures_nothing() -> None:
    strata = [0] * 5 + [1] * 15 + [2] * 30 + [3] * 50
    wrong = ROWS < 30
    asked = [*range(5), 6, 25, 60]
    known = np.isin(ROWS, [*range(5), 25, 60])
    told = draws_of([sample(strata, asked, [*range(5), 25, 60])], ALL, wrong, known)
    assert told[0].draw.sizes.tolist() == [5, 45, 50]
    assert told[0].draw.sampled.tolist() == [5, 1, 1]
    assert told[0].draw.wrong.tolist() == [5, 1, 0]
    found = draws_of([sample(strata, asked[:5], asked[:5])], ALL, wrong, known)
    assert not found


def test_what_was_given_out_and_not_answered_counts_as_its_stratum() -> None:
    first = sample([0] * 20 + [1] * 80, [*range(30)], [*range(10), *range(20, 30)])
    second = sample([-1] * 30 + [0] * 70, [*range(40, 50)], [*range(40, 50)])
    known = np.isin(ROWS, [*range(10), *range(20, 30), *range(40, 50)])
    wrong = ROWS < 8
    told = draws_of([first, second], ALL, wrong, known)
    # 8 of the first 10 were wrong, so 8 of the other 10 that were given out are, too
    assert told[1].draw.known == 16


def test_a_sheet_that_nobody_answered_bends_no_measure() -> None:
    """Of 400 texts, 40 of them wrong, mostly the suspected ones; the first sheet is lost."""
    random = np.random.default_rng(0)
    size, far = 400, 0
    gold = (random.random(size) < np.linspace(0.3, 0, size)).astype(np.int64)
    codes = np.where(np.arange(size) < 200, 1, 2).astype(np.uint8)
    found = []
    for _ in range(200):
        lost = np.r_[random.choice(200, 90, replace=False), 200 + random.choice(200, 10, False)]
        left = np.where(np.isin(np.arange(size), lost), NOWHERE, codes).astype(np.uint8)
        asked = np.concatenate(
            [random.choice(np.flatnonzero(left == s), 40, False) for s in (1, 2)]
        )
        rows = np.sort(np.r_[lost, asked])
        truth = np.where(np.isin(rows, asked), gold[rows], UNKNOWN)
        draws = [(codes, lost.tolist(), 1.0), (left, asked.tolist(), 1.0)]
        told = overall(
            seen_of(np.zeros(size, np.int64), 1, np.ones(size, bool), rows, truth, draws), 1.96
        )
        assert told.low is not None
        assert told.high is not None
        found.append(told.share or 0.0)
        far += not told.low <= gold.mean() <= told.high
    assert np.mean(found) == pytest.approx(gold.mean(), rel=0.1)  # it was 2/3 of it
    assert far <= 20  # 10 are expected


def test_where_all_that_was_checked_is_wrong_all_may_be() -> None:
    codes = np.array([0] * 7 + [1] * 93, np.uint8)
    left = np.where(ROWS < 20, NOWHERE, np.where(ROWS < 27, 0, 1)).astype(np.uint8)
    draws = [(codes, [*range(20)], 1.0), (left, [*range(20, 40)], 1.0)]
    rows = np.arange(40)
    truth = np.where(rows < 20, UNKNOWN, 1)
    told = overall(seen_of(np.zeros(SIZE, np.int64), 1, EVERYTHING, rows, truth, draws), 1.96)
    assert told.share == pytest.approx(1.0)


def test_a_source_is_measured_on_the_texts_it_labelled() -> None:
    given = np.where(ROWS < 50, ROWS % 2, -1)
    truth = np.zeros(SIZE, np.int64)
    assert overall(seen(given, 2, truth, 0, []), 1.96).share is None
    told = overall(seen(given, 2, truth, 1, ROWS[::2].tolist()), 1.96)
    assert (told.of, told.checked, told.found) == (50, 25, 0)
    assert told.low == 0
    assert told.high == pytest.approx(0.04, abs=0.03)


def test_parts_add_up_to_the_whole() -> None:
    random = np.random.default_rng(0)
    given, gold = random.integers(0, 3, SIZE), random.integers(0, 3, SIZE)
    told = seen(given, 3, gold, 1, np.flatnonzero(random.random(SIZE) < 0.5).tolist())
    parts = [part(told, told.called(c), told.wrong, 0.95) for c in range(3)]
    assert [p.of for p in parts] == np.bincount(given).tolist()
    assert sum(p.found for p in parts) == overall(told, 1.96).found
    for one in parts:
        assert one.share == pytest.approx(one.found / one.checked)  # all weights are equal
        assert one.low is not None
        assert one.high is not None
        assert one.low < (one.share or 0) < one.high
        assert one.found / one.of <= one.low  # what was found is certain


def test_the_decision_is_as_often_wrong_as_it_says() -> None:
    """A limit that is exactly the true share is said to be kept in at most 5 %, here of 300."""
    random = np.random.default_rng(0)
    given = np.zeros(1000, np.int64)
    gold = (np.arange(1000) < 100).astype(np.int64)
    strata = np.where(np.arange(1000) < 200, 1, 2).astype(np.uint8)
    kept = broken = 0
    for _ in range(300):
        ids = np.r_[random.choice(200, 60, replace=False), 200 + random.choice(800, 60, False)]
        rows = np.sort(ids)
        draws = [(strata, rows.tolist(), 1.0)]
        told = overall(seen_of(given, 1, np.ones(1000, bool), rows, gold[rows], draws), 1.644854)
        assert told.low is not None
        assert told.high is not None
        kept += told.high < 0.1
        broken += told.low > 0.1
    assert kept <= 26  # 15 are expected; more than 26 happen by chance in 1 of 300
    assert broken <= 26
