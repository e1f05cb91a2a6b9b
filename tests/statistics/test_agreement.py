"""Agreement against published worked examples, scikit-learn, and formulas written out."""

from itertools import combinations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from cartolearn.statistics.agreement import (
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    share_agreeing,
)
from cartolearn.statistics.dawid_skene import dawid_skene, majority

# Krippendorff (2011): data A and B of two observers, data C of four; . is nothing.
FOUR = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]
BINARY = ["0100000010", "1110010000"]
NOMINAL = ["aabbdcccedda", "babbbccceddd"]

# Fleiss (1971) as worked out in many textbooks: ten subjects, fourteen raters, five classes.
FLEISS = np.array([
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
])  # fmt: skip


def counted(people: list[str], classes: str) -> np.ndarray:
    return np.array([[unit.count(c) for c in classes] for unit in zip(*people, strict=True)])


def test_alpha_of_krippendorffs_examples() -> None:
    assert krippendorff_alpha(counted(BINARY, "01")).value == pytest.approx(0.095, abs=5e-4)
    assert krippendorff_alpha(counted(NOMINAL, "abcde")).value == pytest.approx(0.692, abs=5e-4)
    found = krippendorff_alpha(counted(FOUR, "12345"))
    assert found.value == pytest.approx(0.743, abs=5e-4)
    assert found.items == 11


def test_kappa_of_fleiss_example() -> None:
    found = fleiss_kappa(FLEISS)
    assert found.value == pytest.approx(0.210, abs=5e-4)
    assert share_agreeing(FLEISS).value == pytest.approx(0.378, abs=5e-4)
    assert found.low < 0.210 < found.high


def test_kappa_of_cohens_example() -> None:
    """Fifty grants: both yes 20, both no 15, otherwise 5 and 10; kappa is 0.4."""
    first = np.repeat([0, 0, 1, 1], [20, 5, 10, 15])
    second = np.repeat([0, 1, 0, 1], [20, 5, 10, 15])
    found = cohen_kappa(first, second, 2)
    assert found.value == pytest.approx(0.4)
    # the standard error of kappa that is usual for large samples gives 0.15 to 0.65
    assert found.low == pytest.approx(0.15, abs=0.05)
    assert found.high == pytest.approx(0.65, abs=0.05)


@pytest.mark.parametrize("seed", range(5))
def test_cohen_is_scikit_learns(seed: int) -> None:
    random = np.random.default_rng(seed)
    first = random.integers(0, 4, 60)
    second = np.where(random.random(60) < 0.6, first, random.integers(0, 4, 60))
    expected = cohen_kappa_score(first, second)
    assert cohen_kappa(first, second, 4).value == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(3))
def test_figures_are_those_of_formulas_written_out(seed: int) -> None:
    random = np.random.default_rng(seed)
    said = [random.integers(0, 3, random.integers(1, 5)).tolist() for _ in range(30)]
    counts = np.array([[answers.count(c) for c in range(3)] for answers in said])
    several = [answers for answers in said if len(answers) > 1]
    agree = [np.mean([a == b for a, b in combinations(answers, 2)]) for answers in several]
    assert share_agreeing(counts).value == pytest.approx(np.mean(agree))
    pooled = [a for answers in several for a in answers]
    chance = sum((pooled.count(c) / len(pooled)) ** 2 for c in range(3))
    expected = (np.mean(agree) - chance) / (1 - chance)
    assert fleiss_kappa(counts).value == pytest.approx(expected)
    observed = sum(
        (a != b) / (len(answers) - 1)
        for answers in several
        for i, a in enumerate(answers)
        for j, b in enumerate(answers)
        if i != j
    ) / len(pooled)
    by_chance = sum(a != b for i, a in enumerate(pooled) for j, b in enumerate(pooled) if i != j)
    by_chance /= len(pooled) * (len(pooled) - 1)
    assert krippendorff_alpha(counts).value == pytest.approx(1 - observed / by_chance)


def test_intervals_hold_what_they_claim() -> None:
    """Two people who agree on 80 % of an endless pool: how often an interval holds that."""
    held = []
    for seed in range(100):
        random = np.random.default_rng(seed)
        first = random.integers(0, 3, 60)
        other = (first + random.integers(1, 3, 60)) % 3
        second = np.where(random.random(60) < 0.8, first, other)
        counts = np.eye(3, dtype=np.int64)[first] + np.eye(3, dtype=np.int64)[second]
        found = share_agreeing(counts)
        held.append(found.low <= 0.8 <= found.high)
    assert np.mean(held) > 0.9


def test_full_agreement_is_not_certainty() -> None:
    labels = np.array([0, 1, 2, 0, 1, 2, 0, 1])
    counts = 2 * np.eye(3, dtype=np.int64)[labels]
    for found in (
        share_agreeing(counts),
        fleiss_kappa(counts),
        krippendorff_alpha(counts),
        cohen_kappa(labels, labels, 3),
    ):
        assert (found.value, found.high) == (1, 1)
        assert 0.3 < found.low < 0.7
    assert share_agreeing(counts).low == pytest.approx(0.025 ** (1 / 8))


def test_what_is_not_defined_says_so() -> None:
    nothing = krippendorff_alpha(np.array([[1, 0], [0, 1]]))
    assert (nothing.items, np.isnan(nothing.value)) == (0, True)
    same = np.array([[2, 0], [2, 0], [3, 0]])
    assert np.isnan(krippendorff_alpha(same).value)
    assert np.isnan(fleiss_kappa(same).value)
    assert share_agreeing(same).value == 1
    assert np.isnan(share_agreeing(np.array([[2, 0]])).low)


def answers_of(seed: int, skill: list[float], items: int = 120, classes: int = 3):  # type: ignore[no-untyped-def]
    random = np.random.default_rng(seed)
    gold = random.integers(0, classes, items)
    answers = []
    for item in range(items):
        for who, right in enumerate(skill):
            if random.random() < 0.7 or who == 0:
                wrong = (gold[item] + random.integers(1, classes)) % classes
                label = gold[item] if random.random() < right else wrong
                answers.append((item, who, int(label)))
    return gold, answers


def naive_em(answers, items: int, people: int, classes: int, rounds: int) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Dawid and Skene's equations 2.3 to 2.5, one sum at a time."""
    p = majority(answers, items, classes)
    for _ in range(rounds):
        prior = [sum(p[i][c] for i in range(items)) / items for c in range(classes)]
        table = {}
        for who in range(people):
            for true in range(classes):
                of = [(p[i][true], label) for i, w, label in answers if w == who]
                total = sum(weight for weight, _ in of)
                for said in range(classes):
                    part = sum(weight for weight, label in of if label == said)
                    table[who, true, said] = part / total if total else 0.0
        fresh = np.zeros((items, classes))
        for i in range(items):
            for true in range(classes):
                value = prior[true]
                for item, who, label in answers:
                    if item == i:
                        value *= table[who, true, label]
                fresh[i][true] = value
            fresh[i] /= fresh[i].sum()
        p = fresh
    return p


def test_dawid_skene_is_its_equations() -> None:
    _, answers = answers_of(0, [0.8, 0.7, 0.6], items=25)
    ours = dawid_skene(answers, 25, 3, 3)
    np.testing.assert_allclose(ours, naive_em(answers, 25, 3, 3, 120), atol=1e-3)


def test_dawid_skene_knows_whom_to_trust() -> None:
    """One who is nearly always right and four who often are not."""
    by_vote, by_model = [], []
    for seed in range(5):
        gold, answers = answers_of(seed, [0.95, 0.6, 0.55, 0.6, 0.55], items=500)
        by_vote.append(np.mean(majority(answers, 500, 3).argmax(axis=1) == gold))
        by_model.append(np.mean(dawid_skene(answers, 500, 5, 3).argmax(axis=1) == gold))
    assert np.mean(by_model) > np.mean(by_vote) + 0.05


def test_dawid_skene_is_crowd_kits() -> None:
    aggregation = pytest.importorskip("crowdkit.aggregation")
    pandas = pytest.importorskip("pandas")
    gold, answers = answers_of(3, [0.9, 0.8, 0.6, 0.7])
    frame = pandas.DataFrame(answers, columns=["task", "worker", "label"])
    theirs = aggregation.DawidSkene(n_iter=200, tol=1e-9).fit_predict(frame).sort_index()
    ours = dawid_skene(answers, len(gold), 4, 3).argmax(axis=1)
    assert np.mean(theirs.to_numpy() == ours) > 0.99
