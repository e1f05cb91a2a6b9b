import numpy as np
import pytest

from cartolearn.statistics.batches import STATISTICS, batch_statistics


def test_against_a_loop_over_ids() -> None:
    generator = np.random.default_rng(0)
    ids = generator.permutation(200)[:30]
    columns = {name: generator.random(30) for name in STATISTICS}
    batch = generator.permutation(ids)[:7]
    naive = []
    for name in STATISTICS:
        by_id = dict(zip(ids.tolist(), columns[name].tolist(), strict=True))
        naive.append(sum(by_id[i] for i in batch.tolist()) / 7)
    assert batch_statistics(batch, ids, columns).tolist() == pytest.approx(naive)


@pytest.mark.parametrize("batch", [[4], [99], [0]])
def test_an_id_outside_the_map_is_an_error(batch: list[int]) -> None:
    columns = {name: np.ones(3) for name in STATISTICS}
    with pytest.raises(KeyError, match="not in the data map"):
        batch_statistics(np.array(batch), np.array([5, 1, 3]), columns)
