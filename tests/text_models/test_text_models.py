"""The parts of a model of texts, each against a naive formula or scikit-learn."""

from typing import Any

import numpy as np
import pandas
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from benchmarks.labelling.rows import calibration_error
from cartolearn.text_models import ngrams
from cartolearn.text_models.acceptance import acceptance
from cartolearn.text_models.calibration import (
    best_temperature,
    softmax,
    temperature_of_chosen,
)
from cartolearn.text_models.candidates import MAJORITY, WORDS, Candidate, Labelled, candidates
from cartolearn.text_models.logistic import PENALTY, fit
from cartolearn.text_models.ngrams import KINDS, NGrams, idf, weighted
from cartolearn.text_models.text_model import checked, fit_text_model

TEXTS = ["the crash of it", "the crash", "please add it", "", "请问怎么办", "a b", "how how is it"]
LABELS = np.array([0, 0, 1, 2, 2, 1, 2])


@pytest.mark.parametrize("kind", KINDS)
def test_ngrams_weigh_what_scikit_learn_says(kind: str) -> None:
    learn, ask = TEXTS[:5], TEXTS[3:]
    known = TfidfVectorizer(sublinear_tf=True, **KINDS[kind]).fit(learn)
    place = list(KINDS).index(kind)
    counts = NGrams.of(TEXTS).counts(TEXTS)[place]
    rows = weighted(counts[3:], idf(counts[:5])).toarray()
    names = NGrams.of(TEXTS).known[kind]
    columns = [names.index(name) for name in known.get_feature_names_out()]
    np.testing.assert_allclose(rows[:, columns], known.transform(ask).toarray(), atol=1e-6)
    assert rows.sum() == pytest.approx(rows[:, columns].sum())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("held", [2, 100_000])
def test_ngrams_are_counted_as_scikit_learn_does(
    kind: str, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ngrams, "HELD", held)
    random = np.random.default_rng(0)
    signs = list("abÄß é\t\n\u00a0\u3000.-_1请İ")
    texts = ["".join(random.choice(signs, size)) for size in random.integers(0, 40, 200)]
    known = NGrams.of([*TEXTS, *texts[:50]])
    counter = CountVectorizer(vocabulary=known.known[kind], dtype=np.float32, **KINDS[kind])
    found = known.counts(texts)[list(KINDS).index(kind)]
    wanted = counter.transform(texts)
    assert found.dtype == wanted.dtype
    assert found.nnz == wanted.nnz > 0
    assert (found != wanted).nnz == 0


def test_texts_without_words_have_no_ngrams() -> None:
    known = NGrams.of(["", "", "!"])
    assert known.known["words"] == []
    assert [part.shape for part in known.counts(["a", "!"])] == [(2, 0), (2, known.width)]


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("sparse", [True, False])
def test_the_short_cut_finds_what_scikit_learn_finds(classes: int, sparse: bool) -> None:
    random = np.random.default_rng(classes)
    rows = random.normal(size=(40, 300)) * (random.random((40, 300)) < 0.2)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    rows[3] = rows[4]
    labels = random.integers(0, classes, 40)
    new = random.normal(size=(9, 300)) / 17
    whole = LogisticRegression(C=PENALTY, max_iter=2000, tol=1e-8).fit(rows, labels)
    found = fit(csr_matrix(rows) if sparse else rows, labels, classes)
    ours = softmax(found.logits(csr_matrix(new) if sparse else new))
    np.testing.assert_allclose(ours, whole.predict_proba(new), atol=2e-3)


def test_a_class_without_labels_is_never_said_and_rows_of_zeros_know_frequencies() -> None:
    for width in (9, 3, 0):
        found = fit(np.zeros((6, width)), np.array([0, 2, 2, 2, 0, 2]), 4)
        told = softmax(found.logits(np.zeros((2, width))))
        np.testing.assert_allclose(told, [[1 / 3, 0, 2 / 3, 0]] * 2, atol=1e-3)


def test_the_best_temperature_makes_confidence_true() -> None:
    random = np.random.default_rng(0)
    logits = random.normal(size=(20_000, 3)) * 2
    p = softmax(logits)
    gold = (random.random((20_000, 1)) > p.cumsum(axis=1)).sum(axis=1).clip(max=2)
    ones = np.ones(len(gold))
    assert best_temperature(logits * 4, gold, ones) == pytest.approx(4, rel=0.05)
    assert best_temperature(logits / 3, gold, ones) == pytest.approx(1 / 3, rel=0.05)
    assert calibration_error(p, gold) < 0.02 < calibration_error(softmax(logits * 4), gold)
    hidden = np.where(np.arange(3) == gold[:, None], -np.inf, logits)
    half = np.arange(len(gold)) % 2 == 0
    mixed = np.where(half[:, None], logits * 4, hidden)
    assert best_temperature(mixed, gold, ones) == pytest.approx(4, rel=0.05)
    assert best_temperature(hidden, gold, ones) == 1


@pytest.mark.parametrize(("few", "many", "expected"), [(40, 3000, 1.6), (3000, 40, 1.0)])
def test_what_was_chosen_calls_for_a_higher_temperature_than_what_comes(
    few: int, many: int, expected: float
) -> None:
    """Chosen rows fit 2 and random ones 1: of few of these it is 0.8 times 2, of many theirs."""
    random = np.random.default_rng(0)
    logits = random.normal(size=(few + many, 3)) * 3
    at_random = np.arange(few + many) < few
    p = softmax(np.where(at_random[:, None], logits, logits / 2))
    gold = (random.random((len(p), 1)) > p.cumsum(axis=1)).sum(axis=1).clip(max=2)
    found = temperature_of_chosen(logits, gold, at_random)
    assert found == pytest.approx(expected, rel=0.12)
    naive = naive_temperature(logits, gold, at_random)
    assert found == pytest.approx(naive, rel=0.05)
    for same in (np.ones(len(gold), dtype=bool), np.zeros(len(gold), dtype=bool)):
        alone = best_temperature(logits, gold, np.ones(len(gold)))
        assert temperature_of_chosen(logits, gold, same) == alone


def naive_temperature(
    logits: NDArray[np.float64], gold: NDArray[np.int64], at_random: NDArray[np.bool_]
) -> float:
    """Try pairs of temperatures: minus the log likelihoods, and a normal log ratio of both."""
    tried = np.geomspace(0.5, 4, 120)
    losses = []
    for part in (at_random, ~at_random):
        x, y = logits[part], gold[part]
        losses.append([-np.log(softmax(x, t)[np.arange(len(y)), y]).sum() for t in tried])
    ratio = np.log(tried[:, None] / tried[None, :] / 0.8)
    total = np.array(losses[0])[:, None] + np.array(losses[1])[None, :] + (ratio / 0.15) ** 2 / 2
    return float(tried[np.unravel_index(total.argmin(), total.shape)[0]])


def test_few_labels_that_are_all_right_allow_no_certainty() -> None:
    logits, gold = np.eye(3)[[0, 1, 2, 0]] * 9, np.array([0, 1, 2, 0])
    p = softmax(logits, best_temperature(logits, gold, np.ones(4)))
    assert 0.7 < p.max() < 0.95


def test_the_calibration_error_is_the_naive_one() -> None:
    p = np.array([[0.9, 0.1, 0], [0.6, 0.4, 0], [0.2, 0.8, 0], [0.5, 0.25, 0.25]])
    gold = np.array([0, 1, 1, 0])
    # in the order of confidence: .5 right, .6 wrong | .8 right, .9 right
    assert calibration_error(p, gold, bins=2) == pytest.approx((0.05 + 0.15) / 2)
    assert calibration_error(p, gold, bins=99) == pytest.approx((0.5 + 0.6 + 0.2 + 0.1) / 4)


def test_candidates_are_fitted_to_the_labels_they_may_see() -> None:
    counts = NGrams.of(TEXTS).counts(TEXTS)
    vectors = np.random.default_rng(0).normal(size=(7, 5)).astype(np.float32)
    labelled = Labelled(counts, {"mine": vectors}, LABELS, 4)
    names = [candidate.name for candidate in candidates(["mine"])]
    assert names == ["majority", "words", "mine", "words+mine"]
    learn, ask = np.array([0, 1, 2, 3, 5]), np.array([4, 6])
    said = softmax(labelled.logits(MAJORITY, learn, ask))
    np.testing.assert_allclose(said, [[0.4, 0.4, 0.2, 0]] * 2)
    own = softmax(labelled.held_out(MAJORITY, [ask, learn]))
    np.testing.assert_allclose(own, [[2 / 7, 2 / 7, 3 / 7, 0]] * 7)
    only = softmax(labelled.logits(WORDS, np.array([0, 1]), ask))
    np.testing.assert_allclose(only, [[1, 0, 0, 0]] * 2)
    model = fit_text_model(
        [TEXTS[i] for i in learn], LABELS[learn], list("abcd"), words=True, encoder=None
    )
    assert model.classes == ["a", "b", "c"]
    ours = labelled.logits(WORDS, learn, ask)
    np.testing.assert_allclose(model.logits([TEXTS[i] for i in ask]), ours[:, :3], atol=1e-4)
    held = labelled.held_out(Candidate("mine", encoder="mine"), [np.array([0, 4]), ask[1:]])
    assert np.isneginf(held[[1, 2, 3, 5]]).all()
    assert np.isfinite(held[[0, 4, 6]][:, :3]).all()


def test_what_is_accepted_keeps_its_precision_by_labels_and_by_confidence() -> None:
    p = np.array([[0.99, 0.01], [0.98, 0.02], [0.9, 0.1], [0.1, 0.9], [0.6, 0.4]])
    gold, ones = np.array([0, 0, 0, 1, 1]), np.ones(5)
    found = acceptance(p, gold, ones, ones, 0.93)  # (.99 + .98 + .9 + .9) / 4 = .9425, all right
    assert (found.threshold, found.share) == (0.9, 0.8)
    assert acceptance(p, gold, ones, ones, 0.95).threshold == 0.98  # a threshold takes both .9
    wrong = np.array([1, 0, 0, 1, 1])
    assert acceptance(p, wrong, ones, ones, 0.93).threshold is None
    weighted = acceptance(p, wrong, np.array([0.1, 3, 3, 3, 1]), np.array([1, 1, 1, 1, 4]), 0.9)
    assert weighted.threshold == 0.9
    assert weighted.share == pytest.approx(4 / 8)
    assert found.accepts(np.array([0.95, 0.9, 0.89])).tolist() == [True, True, False]
    assert not acceptance(p, wrong, ones, ones, 0.93).accepts(np.array([1.0])).any()


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        ("a text", "not one text"),
        (None, "not a NoneType"),
        ({"text": ["a"]}, "not a dict"),
        (pandas.DataFrame({"text": ["a"]}), "one column of a table, not a DataFrame"),
        ([["a"]], r"texts\[0\] is list"),
        (["a", "\ud83d"], r"texts\[1\] holds half a character .* at 0"),
    ],
)
def test_what_is_no_list_of_texts_is_refused(texts: Any, message: str) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        checked(texts)
    assert checked(pandas.Series(["a", "b"], index=[5, 7])) == ["a", "b"]  # type: ignore[arg-type]
