"""What is odd about the data and may explain odd results, told once at the start of a run."""

import logging

import numpy as np
from numpy.typing import NDArray

from src.data.dataset import Dataset
from src.data.summary import summarise

log = logging.getLogger(__name__)


def log_oddities(dataset: Dataset, features: NDArray[np.float32]) -> None:
    """Log the dataset's counts, and features float32 [R, d] that tell no text from another."""
    log.info("%s", summarise(dataset))
    constant = int((features.min(axis=0) == features.max(axis=0)).sum())
    if constant:
        log.warning("%d of %d features are the same in every text", constant, features.shape[1])
