"""Signals, what checks make of them, and the design of a draw: against naive formulas."""

import warnings
from itertools import pairwise

import numpy as np
import pytest
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from cartolearn.audit.drawing.design import allocation, design
from cartolearn.audit.project.options import compose_options
from cartolearn.audit.suspicion.held_out import of_labels, said_of
from cartolearn.audit.suspicion.learned import AT_ZERO, SLOPE, probably_wrong
from cartolearn.audit.suspicion.models import fit
from cartolearn.audit.suspicion.signals import (
    FIRST,
    LOPSIDED,
    PRIOR,
    UNEVEN,
    Signals,
    lopsided,
    mixed,
    seen,
    signals_of,
)


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(0)


def probabilities(generator: np.random.Generator, rows: int, classes: int) -> np.ndarray:
    return generator.dirichlet(np.full(classes, 0.5), rows).astype(np.float32)


def test_signals_are_their_formula(generator: np.random.Generator) -> None:
    given, classes = generator.integers(0, 4, 60), 4
    models = [probabilities(generator, 60, classes) for _ in range(3)]
    suggested, said, inputs, p_label = seen(given, models)
    found = signals_of(given, suggested, said, inputs, classes)
    together = np.exp(sum(np.log(p + 1e-3) for p in models) / 3)
    uneven, _ = lopsided(given, together.argmax(axis=1), classes)
    for row in range(60):
        other = [c for c in range(classes) if c != given[row]]
        best = max(other, key=lambda c: together[row, c])
        odds = [np.log((p[row, best] + 1e-3) / (p[row, given[row]] + 1e-3)) for p in models]
        assert p_label[row] == pytest.approx(
            together[row, given[row]] / together[row].sum(), rel=1e-4
        )
        assert found.suggested[row] == best
        assert found.pair[row] == given[row] * classes + best
        assert found.score[row] == pytest.approx(
            np.mean(odds) + FIRST * uneven[given[row], best], rel=1e-4
        )
        assert found.contradicted[row] == (np.mean(odds) > 0)


def test_a_pair_counts_as_lopsided_by_as_much_as_is_beyond_chance() -> None:
    counts = np.array([[90.0, 40, 3], [4, 80, 6], [3, 5, 70]])
    pairs = [(0, 1), (0, 2), (1, 2)]
    ratio = {p: np.log((counts[p] + PRIOR) / (counts[p[::-1]] + PRIOR)) for p in pairs}
    chance = {p: 1 / (counts[p] + PRIOR) + 1 / (counts[p[::-1]] + PRIOR) for p in pairs}
    rows = {p: counts[p] + counts[p[::-1]] for p in pairs}
    true = sum(rows[p] * (ratio[p] ** 2 - chance[p]) for p in pairs) / sum(rows.values())
    found, spread = of_counts(counts)
    for p in pairs:
        assert found[p] == pytest.approx(ratio[p] * true / (true + chance[p]))
        assert found[p[::-1]] == pytest.approx(-found[p])
    assert spread == pytest.approx(true)
    for nothing in np.full((3, 3), 7.0), np.diag([5.0, 6.0, 7.0]):  # nothing is beyond chance
        found, spread = of_counts(nothing)
        assert not found.any()
        assert spread == 0


def of_counts(counts: np.ndarray) -> tuple[np.ndarray, float]:
    given, said = np.divmod(np.repeat(np.arange(counts.size), counts.ravel().astype(int)), 3)
    return lopsided(given, said, 3)


def test_where_pairs_tell_nothing_the_least_probable_label_comes_first(
    generator: np.random.Generator,
) -> None:
    given, models = generator.integers(0, 3, 90), [probabilities(generator, 90, 3)]
    suggested, said, inputs, label = seen(given, models)
    assert lopsided(given, said, 3)[1] < UNEVEN
    label[:4] = label.min()  # ties: by place
    made = signals_of(given, suggested, said, inputs, 3, label)
    first = sorted(range(90), key=lambda row: (-label[row], row))
    assert made.score[first] == pytest.approx(sorted(inputs[:, 0]))


def test_where_pairs_tell_the_lopsided_ones_come_first(
    generator: np.random.Generator,
) -> None:
    given = np.repeat([1, 0, 2], [40, 25, 25])  # models call many of class 1, but none of 0, so
    models = [probabilities(generator, 90, 3)]
    suggested, said, inputs, label = seen(given, models)
    said[:40], said[40:] = 0, given[40:]
    uneven, true = lopsided(given, said, 3)
    assert true >= UNEVEN
    made = signals_of(given, suggested, said, inputs, 3, label)
    order = [inputs[row, 0] + LOPSIDED * uneven[given[row], suggested[row]] for row in range(90)]
    first = sorted(range(90), key=lambda row: order[row])
    assert made.score[first] == pytest.approx(sorted(inputs[:, 0]))


def test_probabilities_of_zero_are_no_infinities() -> None:
    one_hot = np.eye(3, dtype=np.float32)[[0, 1, 2, 0]]
    given = np.array([0, 0, 2, 1])
    suggested, said, inputs, _ = seen(given, [one_hot] * 2)
    found = signals_of(given, suggested, said, inputs, 3)
    assert np.isfinite(found.score).all()
    assert np.isfinite(mixed([one_hot])).all()
    assert found.score[1] > found.score[0]


def signals(generator: np.random.Generator, rows: int = 300) -> Signals:
    score = generator.normal(0, 2, rows)
    inputs = np.column_stack([score, generator.normal(size=(rows, 2))]).astype(np.float32)
    pair = generator.integers(0, 5, rows)
    return Signals(np.zeros(rows, np.int64), pair, inputs, score)


def test_before_any_check_it_is_the_score_and_checks_bend_it(
    generator: np.random.Generator,
) -> None:
    known = signals(generator)
    before = probably_wrong(known, np.empty(0, np.int64), np.empty(0, bool))
    assert before == pytest.approx(1 / (1 + np.exp(SLOPE * (AT_ZERO - known.score))))
    checked = np.arange(0, 300, 2)
    guilty = known.pair[checked] == 3  # one pair is always wrong, the others never are
    after = probably_wrong(known, checked, guilty)
    rest = np.arange(1, 300, 2)
    assert after[rest][known.pair[rest] == 3].min() > after[rest][known.pair[rest] != 3].max()
    again = probably_wrong(known, checked, guilty)
    assert np.array_equal(after, again)


def test_the_correction_is_the_minimum_of_the_penalised_loss(
    generator: np.random.Generator,
) -> None:
    """Against a general optimiser, with two inputs and the pairs as one-hot columns."""
    from scipy.optimize import minimize

    known = signals(generator, 80)
    checked = np.arange(40)
    wrong = generator.random(40) < 0.4
    x = known.standardised()
    one_hot = np.eye(5)[known.pair]
    whole = np.hstack([np.ones((80, 1)), x, one_hot])
    spread = np.r_[1.0, np.full(3, 1.0), np.full(5, 1.5)]

    def loss(w: np.ndarray) -> float:
        logit = SLOPE * (known.score[:40] - AT_ZERO) + whole[:40] @ w
        return float((np.logaddexp(0, logit) - wrong * logit).sum() + ((w / spread) ** 2).sum() / 2)

    best = minimize(loss, np.zeros(9), options={"gtol": 1e-8}).x
    expected = 1 / (1 + np.exp(-(SLOPE * (known.score - AT_ZERO) + whole @ best)))
    seen_pairs = np.isin(known.pair, known.pair[:40])
    found = probably_wrong(known, checked, wrong)
    assert found[seen_pairs] == pytest.approx(expected[seen_pairs], abs=1e-4)


def test_a_design_takes_the_likeliest_and_divides_all_the_rest(
    generator: np.random.Generator,
) -> None:
    p = generator.random(500) ** 4
    given = generator.integers(0, 4, 500)
    p[given == 2] /= 3  # a class that is seldom wrong
    left = generator.permutation(500)[:400]
    made = design(p, given, left, 60, 0.25)
    assert list(made.finding) == sorted(left, key=lambda i: -p[i])[:15]
    assert made.take.sum() == 45
    rest = np.concatenate(made.strata)
    assert sorted([*made.finding, *rest]) == sorted(left)
    assert all(2 <= n <= len(s) for n, s in zip(made.take, made.strata, strict=True))
    often = {name for part in made.strata[::2] for name in given[part].tolist()}
    seldom = {name for part in made.strata[1::2] for name in given[part].tolist()}
    assert 2 in seldom
    assert not often & seldom
    levels = [np.r_[a, b] for a, b in zip(made.strata[::2], made.strata[1::2], strict=True)]
    assert len(levels) == 3  # 45 checks, 6 a stratum, two strata a level
    for above, below in pairwise(levels):
        assert p[above].min() >= p[below].max()
    # as much sqrt(p (1 - p)) in each level, so as many checks in each
    takes = made.take[::2] + made.take[1::2]
    assert takes.max() - takes.min() <= 3


@pytest.mark.parametrize(("left", "count", "share"), [(5, 9, 0.3), (5, 5, 1.0), (1, 1, 0.0),
                                                      (40, 3, 0.5), (40, 10, 1.0)])  # fmt: skip
def test_edges_of_a_design(left: int, count: int, share: float) -> None:
    p = np.full(40, 0.2)  # all tied
    made = design(p, np.arange(40) % 3, np.arange(left), count, share)
    assert len(made.finding) + made.take.sum() == min(left, count)
    assert len(made.finding) + sum(map(len, made.strata)) == left
    if made.take.sum():
        assert made.variance(p) >= 0


def test_an_allocation_is_neymans() -> None:
    weights, sizes = np.array([10.0, 30.0, 60.0]), np.array([500, 500, 500])
    assert allocation(weights, sizes, 100).tolist() == [10, 30, 60]
    assert allocation(weights, np.array([500, 500, 20]), 100).tolist() == [20, 60, 20]
    assert allocation(np.array([0.0, 1.0]), np.array([9, 9]), 8).tolist() == [2, 6]
    assert allocation(weights, np.array([1, 1, 1]), 3).tolist() == [1, 1, 1]


def test_models_do_not_learn_the_label_that_they_judge(generator: np.random.Generator) -> None:
    """Labels of pure chance: a model that had seen them would know them."""
    features = generator.normal(size=(120, 8)).astype(np.float32)
    given = generator.integers(0, 3, 120)
    options = compose_options(["trainer.max_epochs=2", "audit.folds=3", "audit.neighbours=5"])
    places, right = [], []
    for part, models in said_of(options, features, np.arange(120), given, 3):
        places.append(part)
        assert all(p.sum(axis=1) == pytest.approx(np.ones(len(part)), abs=1e-4) for p in models)
        right.append([(p.argmax(axis=1) == given[part]).sum() for p in models])
    assert sorted(np.concatenate(places)) == list(range(120))
    assert (np.sum(right, axis=0) / 120 < 0.55).all()
    a, b = (of_labels(options, features, np.arange(120), given, 3) for _ in range(2))
    assert np.array_equal(a.score, b.score)


def test_the_second_round_learns_without_what_is_probably_wrong(
    generator: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A third of one class is called another: what leaves such labels out tells them better."""
    gold = np.arange(300) % 3
    features = (np.eye(3)[gold] * 5 + generator.normal(size=(300, 3))).astype(np.float32)
    given = np.where((gold == 0) & (generator.random(300) < 0.33), 1, gold)
    wrong = given != gold
    options = compose_options(["trainer.max_epochs=9", "audit.folds=3", "audit.neighbours=15"])
    twice = of_labels(options, features, np.arange(300), given, 3)
    monkeypatch.setattr("cartolearn.audit.suspicion.held_out.LEFT_OUT", 0.0)
    once = of_labels(options, features, np.arange(300), given, 3)
    odds_twice, odds_once = twice.inputs[:, 1:4], once.inputs[:, 1:4]
    assert (odds_twice[wrong].mean(axis=0) > odds_once[wrong].mean(axis=0)).all()
    assert (odds_twice[~wrong] < 0).mean() > 0.85


def test_a_class_that_no_label_names_is_never_suggested(generator: np.random.Generator) -> None:
    features = generator.normal(size=(60, 4)).astype(np.float32)
    given = np.where(generator.random(60) < 0.5, 1, 3)
    options = compose_options(["trainer.max_epochs=1", "audit.folds=2"])
    found = of_labels(options, features, np.arange(60), given, 5)
    assert set(found.suggested.tolist()) == {1, 3}
    assert (found.pair == given * 5 + found.suggested).all()


def test_a_class_of_one_label_is_fitted_without_a_warning(generator: np.random.Generator) -> None:
    x = generator.normal(size=(9, 3)).astype(np.float32)
    model = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fit(model, x, np.array([0] * 4 + [1] * 4 + [2])).predict(x[8:]) == [2]
