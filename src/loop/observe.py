"""Computing what a strategy needs, and only that, in one pass over the pool."""

import torch
from torch import Tensor

from src.cartography.data_map import DataMap
from src.models.classifier import Classifier
from src.models.predict import CHUNK_ROWS, chunks
from src.strategies.base import Need, Observations


@torch.inference_mode()
def observe(
    classifier: Classifier,
    features: Tensor,
    pool_ids: Tensor,
    data_map: DataMap,
    needs: frozenset[Need],
    rows: int = CHUNK_ROWS,
) -> Observations:
    """Return the observations that ``needs`` names.

    Args:
        classifier: The trained main classifier.
        features: float32 [R, d], indexed by row id; may be memory-mapped.
        pool_ids: int64 [N], row ids of the pool; sorted here.
        data_map: Training dynamics of the labelled set.
        needs: What to compute.
        rows: Pool rows in a chunk; the result does not depend on it.
    """
    classifier.eval()
    pool_ids = pool_ids.sort().values
    size = len(pool_ids)
    width = classifier.head.in_features
    probabilities = torch.empty(size, classifier.head.out_features)
    representations = torch.empty(size if "representations" in needs else 0, width)
    if needs & {"probabilities", "representations"}:
        for place, chunk in chunks(pool_ids, rows):
            psi = classifier.represent(features[chunk].to(classifier.device))
            if "representations" in needs:
                representations[place] = psi.cpu()
            if "probabilities" in needs:
                probabilities[place] = classifier.classify(psi).softmax(dim=1).cpu()
    labelled = features[torch.from_numpy(data_map.ids)].to(classifier.device)
    return Observations(
        pool_ids=pool_ids,
        data_map=data_map,
        n_classes=classifier.head.out_features,
        features=features,
        probabilities=probabilities if "probabilities" in needs else None,
        representations=representations if "representations" in needs else None,
        labelled_representations=classifier.represent(labelled).cpu()
        if "labelled_representations" in needs
        else None,
    )
