"""The classifier in scikit-learn's form; scikit-learn's own checks decide what that means."""

from typing import Any, Self

import numpy as np
import pytest
from sklearn.utils.estimator_checks import check_estimator
from sklearn.utils.validation import check_is_fitted, validate_data

from cartolearn.text_models.estimator import TextClassifier

# What no classifier that reads text can do, and why.
NOT_FOR_TEXTS: dict[str, str] = {}


class OfNumbers(TextClassifier):
    """Reads numbers as words, since scikit-learn's checks give matrices of numbers.

    Each row becomes a text with a word for each column and its value's sign and size.
    """

    def fit(self, X: Any, y: Any) -> Self:
        X, y = validate_data(self, X, y, dtype="numeric")
        super().fit(_as_texts(X), y)
        return self

    def predict(self, X: Any) -> Any:
        check_is_fitted(self)
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def predict_proba(self, X: Any) -> Any:
        check_is_fitted(self)
        return super().predict_proba(_as_texts(validate_data(self, X, reset=False)))

    def decision_function(self, X: Any) -> Any:
        check_is_fitted(self)
        return super().decision_function(_as_texts(validate_data(self, X, reset=False)))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array, tags.input_tags.string = True, False
        tags.input_tags.one_d_array = False
        return tags


def _as_texts(X: Any) -> list[str]:
    return [" ".join(f"col{c}at{round(2 * v)}" for c, v in enumerate(row)) for row in X]


def test_the_checks_of_scikit_learn() -> None:
    found = check_estimator(
        OfNumbers(reads="words"), expected_failed_checks=NOT_FOR_TEXTS, on_fail=None, on_skip=None
    )
    failed = {r["check_name"]: repr(r["exception"])[:300] for r in found if r["status"] == "failed"}
    assert failed == {}
    assert sum(result["status"] == "passed" for result in found) >= 40


@pytest.mark.parametrize("missing", [None, float("nan")])
def test_a_label_that_is_missing_is_named(missing: object) -> None:
    labels = np.array(["a", "b", missing], dtype=object)
    with pytest.raises(ValueError, match=r"the label of texts\[2\] is missing"):
        TextClassifier(reads="words").fit(["x", "y", "z"], labels)
