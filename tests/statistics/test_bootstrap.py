from itertools import product

import numpy as np
import pytest
from scipy.stats import bootstrap

from cartolearn.statistics.bootstrap import resampled_means


@pytest.mark.parametrize("values", [[0.1, 0.4, 0.9], [0.4, 0.1, 0.4], [0.4, 0.4, 0.4]])
def test_means_are_spread_as_those_of_all_resamples(values: list[float]) -> None:
    exact = [sum(draw) / 3 for draw in product(values, repeat=3)]
    found = resampled_means(np.array(values), 50_000, np.random.default_rng(0))
    for mean in set(np.round(exact, 9)):
        wanted = np.mean(np.isclose(exact, mean))
        assert np.mean(np.isclose(found, mean)) == pytest.approx(wanted, abs=0.01)


def test_quantiles_are_those_of_scipys_percentile_bootstrap() -> None:
    values = np.random.default_rng(3).gamma(2, size=12)
    wanted = bootstrap(
        (values,), np.mean, n_resamples=50_000, method="percentile", confidence_level=0.9, rng=0
    ).confidence_interval
    found = np.quantile(resampled_means(values, 50_000, np.random.default_rng(1)), [0.05, 0.95])
    assert found.tolist() == pytest.approx([wanted.low, wanted.high], rel=0.02)


def test_rows_stay_together_over_the_columns() -> None:
    values = np.random.default_rng(0).random((6, 1)) * [1, -2, 1]
    found = resampled_means(values, 100, np.random.default_rng(0))
    assert found.shape == (100, 3)
    assert np.allclose(found[:, 1], -2 * found[:, 0])
    assert np.array_equal(found[:, 0], found[:, 2])
