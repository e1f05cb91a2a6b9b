import numpy as np

from cartolearn.cartography.regions import regions


def test_regions_by_hand() -> None:
    confidence = np.array([0.9, 0.5, 0.49, 0.1, 0.5, 0.6])
    variability = np.array([0.1, 0.1, 0.1, 0.1, 0.4, 0.5])
    assert regions(confidence, variability).tolist() == [0, 0, 2, 2, 1, 1]
    assert regions(np.empty(0), np.empty(0)).tolist() == []
    assert regions(np.array([0.2, 0.8]), np.zeros(2)).tolist() == [2, 0]
