import numpy as np
import pytest
from scipy.stats import binom

from cartolearn.label.measuring.reliability import Reliability


def errors_of_an_answer(classes: int, wrong: float) -> list[tuple[float, int]]:
    """Return each possible error of an answer, as a shift of the class, with its probability."""
    shifts = [(1 - wrong, 0)]
    return shifts + [(wrong / (classes - 1), shift) for shift in range(1, classes)]


@pytest.mark.parametrize(("classes", "wrong"), [(2, 0.2), (3, 0.2), (6, 0.45), (6, 0.0)])
def test_wrong_labels_are_taken_out_of_the_accuracy(classes: int, wrong: float) -> None:
    """All errors of two answers are gone through with their probabilities: no chance in it."""
    gold = np.repeat(np.arange(classes), 600)
    said = np.where(np.arange(len(gold)) % 10 < 7, gold, (gold + 1) % classes)
    errors = errors_of_an_answer(classes, wrong)
    agreeing = sum(p * (said == (gold + shift) % classes).mean() for p, shift in errors)
    differing = sum(p * q for p, one in errors for q, other in errors if one != other)
    many = 10_000_000
    for known in (
        Reliability(classes, told=wrong),
        Reliability(classes, many, round(differing * many)),
    ):
        assert known.wrong == pytest.approx(wrong, abs=1e-5)
        assert known.accuracy(np.array(agreeing)) == pytest.approx(0.7, abs=1e-5)
        assert known.accuracy(np.array([0.0, 1.0])).tolist() == [0, 1]


@pytest.mark.parametrize(("successes", "trials"), [(0, 7), (3, 7), (7, 7), (45, 60)])
def test_without_repeats_half_of_what_was_found_counts_to_a_tail(
    successes: int, trials: int
) -> None:
    """Mid-P: the tail beyond, and half the probability of the number itself."""
    low, high = Reliability(3).bounds(successes, trials, 0.9)
    assert 0 <= low <= successes / trials <= high <= 1
    for end in (low, high):
        if 0 < end < 1:
            below = binom.cdf(successes - 1, trials, end)
            tail = below + binom.pmf(successes, trials, end) / 2
            assert tail == pytest.approx(0.05 if end == high else 0.95)


@pytest.mark.parametrize("asked", [0, 6, 20])
@pytest.mark.parametrize("classes", [2, 6])
def test_the_interval_covers_as_often_as_it_claims(classes: int, asked: int) -> None:
    """Over all outcomes with their probabilities; on the mean over accuracies, and nearly in each.

    As of binomial intervals that are not wider than they need be, some accuracies are held less.
    """
    trials, level = 25, 0.95
    found = np.array(
        [
            [Reliability(classes, asked, d).bounds(n, trials, level) for d in range(asked + 1)]
            for n in range(trials + 1)
        ]
    )
    for wrong in (0.0, 0.02, 0.1, 0.25) if asked else (0.0,):
        k = 1 - wrong * classes / (classes - 1)
        differing = (1 - k**2) * (classes - 1) / classes
        again = binom.pmf(np.arange(asked + 1), asked, differing)
        held = []
        for accuracy in np.linspace(0.5, 1, 101):
            agreeing = 1 / classes + k * (accuracy - 1 / classes)
            p = np.outer(binom.pmf(np.arange(trials + 1), trials, agreeing), again)
            inside = (found[..., 0] <= accuracy + 1e-9) & (accuracy <= found[..., 1] + 1e-9)
            held.append(p[inside].sum())
        assert np.mean(held) >= level - 0.002, wrong
        assert min(held) >= 0.91, wrong


def test_the_ends_are_quantiles_of_what_the_ends_of_both_make() -> None:
    random, count = np.random.default_rng(0), 400_000
    low, high = Reliability(3, 20, 5).bounds(18, 30, 0.9)
    agreeing = np.where(
        random.random(count) < 0.5, random.beta(18, 13, count), random.beta(19, 12, count)
    )
    differing = np.where(
        random.random(count) < 0.5, random.beta(5, 16, count), random.beta(6, 15, count)
    )
    k = np.sqrt(np.maximum(1 - differing * 3 / 2, 1e-12))
    accuracy = 1 / 3 + (agreeing - 1 / 3) / k
    assert np.mean(accuracy < low) == pytest.approx(0.05, abs=3e-3)
    assert np.mean(accuracy < high) == pytest.approx(0.95, abs=3e-3)


def test_answers_that_differ_as_often_as_chance_tell_nothing() -> None:
    assert Reliability(2, 20, 20).wrong == pytest.approx(0.5, abs=1e-5)
    assert Reliability(2, 20, 11).bounds(20, 40, 0.95) == (0.0, 1.0)


def test_draws_are_as_sure_as_the_repeats() -> None:
    few, many = (Reliability(6, r, r // 4).draws(np.random.default_rng(0), 5000) for r in (8, 800))
    assert few.std() > 5 * many.std()
    assert many.mean() == pytest.approx(Reliability(6, 800, 200).k, abs=0.01)
    told = Reliability(6, 8, 2, told=0.3).draws(np.random.default_rng(0), 10)
    assert told.tolist() == [pytest.approx(1 - 0.3 * 6 / 5)] * 10
    assert Reliability(6).draws(np.random.default_rng(0), 3).tolist() == [1, 1, 1]
