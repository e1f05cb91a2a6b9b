"""Strategies whose picks depend on each other, against the naive oracles."""

import numpy as np
import pytest
import torch

from cartolearn.cartography.data_map import DataMap
from cartolearn.models.rows import all_rows
from cartolearn.strategies import clusters, distances, typiclust
from cartolearn.strategies.badge import BADGE
from cartolearn.strategies.base import Observations
from cartolearn.strategies.clusters import assigned, k_means, means, nearest_members, typicality
from cartolearn.strategies.coreset import Coreset
from cartolearn.strategies.distances import NearestCentre, nearest_columns, squared_distances
from cartolearn.strategies.kmeans import KMeans
from cartolearn.strategies.typiclust import TypiClust
from cartolearn.testing.scene import given, picked, psi, scene
from tests.conftest import Threads
from tests.strategies import oracles

seeds = pytest.mark.parametrize("seed", range(5))


@pytest.fixture(params=[(64, 512), (8, 16)], ids=["one block", "many blocks"])
def block(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also run with so small blocks that bounds go stale and all rows have to catch up."""
    monkeypatch.setattr(distances, "BLOCKS", request.param)


def positions(seen: Observations, ids: list[int]) -> list[int]:
    return [seen.pool_ids.tolist().index(i) for i in ids]


def blobs(sizes: tuple[int, ...], seed: int = 0, spread: float = 0.05) -> torch.Tensor:
    """Return float32 rows in far-apart clusters of the given sizes, blob after blob."""
    random = np.random.default_rng(seed)
    centres = 10 * np.eye(len(sizes), 6)
    rows = np.repeat(centres, sizes, axis=0) + spread * random.normal(size=(sum(sizes), 6))
    return torch.from_numpy(rows.astype(np.float32))


def blob_scene(sizes: tuple[int, ...], n_labelled: int, seed: int = 0) -> Observations:
    """Return observations whose features and representations are blobs, the first rows labelled."""
    rows = blobs(sizes, seed)
    base = scene().seen()
    gold = np.ones((2, n_labelled), dtype=np.float32)
    ids = np.arange(n_labelled)
    return given(
        base,
        features=rows,
        pool_ids=torch.arange(n_labelled, len(rows)),
        data_map=DataMap(ids, np.zeros(n_labelled, dtype=np.int64), gold, gold > 0),
        represent=rows[n_labelled:].__getitem__,
        joint_representations=all_rows(rows),
        labelled_representations=rows[:n_labelled],
    )


@seeds
@pytest.mark.usefixtures("block")
@pytest.mark.parametrize("space", ["representations", "features"])
def test_coreset_is_greedy_k_center(seed: int, space: str) -> None:
    observed = scene(seed=seed)
    strategy = Coreset(space=space)  # type: ignore[arg-type]
    seen = observed.seen()
    if space == "features":
        X = seen.features[seen.pool_ids].double().numpy()
        Z = seen.features[torch.from_numpy(seen.data_map.ids)].double().numpy()
    else:
        X, Z = psi(seen).double().numpy(), seen.labelled_representations.double().numpy()
    query = strategy.select(seen, 20, torch.Generator())
    expected = oracles.k_center(X, Z, 20)
    assert positions(seen, query.ids.tolist()) == expected
    centres = [*Z, *X[expected[:-1]]]
    last = min(np.linalg.norm(X[expected[-1]] - c) for c in centres)
    assert query.scores[-1] == pytest.approx(last, rel=1e-4)
    assert (np.diff(query.scores) <= 0).all()


def test_golden_coreset_on_a_line() -> None:
    """Labelled at 0; pool at 1, 4, 9, 10: 10 is farthest, then 4 (4 away), then 1, then 9 (tie)."""
    line = torch.tensor([[0.0], [1.0], [4.0], [9.0], [10.0]])
    base = blob_scene((1, 4), 1)
    seen = given(base, represent=line[1:].__getitem__, labelled_representations=line[:1])
    query = Coreset().select(seen, 4, torch.Generator())
    assert query.ids.tolist() == [4, 2, 1, 3]
    assert query.scores.tolist() == pytest.approx([10, 4, 1, 1])


def test_coreset_without_labels_starts_at_the_lowest_id() -> None:
    base = blob_scene((3, 3), 0)
    seen = given(base, labelled_representations=base.features[:0])
    ids = picked(Coreset(), seen, 2)
    assert ids[0] == 0
    assert ids[1] >= 3


@seeds
@pytest.mark.usefixtures("block")
def test_badge_is_k_means_pp_on_the_full_gradient_embeddings(seed: int) -> None:
    seen = scene(seed=seed, n_classes=3 + seed % 3).seen()
    generator = torch.Generator().manual_seed(seed)
    first = int(torch.randint(60, (), generator=generator))
    noises = [
        -np.log(torch.rand(60, dtype=torch.float64, generator=generator).numpy()) for _ in range(14)
    ]
    P, X = seen.probabilities.double().numpy(), psi(seen).double().numpy()
    expected = oracles.k_means_pp(oracles.gradient_embeddings(P, X), first, noises)
    assert positions(seen, picked(BADGE(), seen, 15, seed)) == expected


def test_badge_draws_in_proportion_to_the_squared_distance() -> None:
    """One instance has |g - g_first|^2 four times another's: it comes second 4 times as often."""
    base = scene(n_pool=3).seen()
    p = torch.tensor([[1.0, 0, 0], [0.5, 0.5, 0], [0.5, 0.5, 0]])
    rows = torch.tensor([[1.0, 0], [1.0, 0], [2.0, 0]])
    seen = given(base, map_pool=lambda f: f(rows, lambda: p), represent=rows.__getitem__)
    pairs = [positions(seen, picked(BADGE(), seen, 2, seed)) for seed in range(3000)]
    second = [pair[1] for pair in pairs if pair[0] == 0]
    assert len(second) == pytest.approx(1000, abs=100)
    assert second.count(2) / len(second) == pytest.approx(0.8, abs=0.04)


@seeds
def test_farthest_equals_updating_every_row_for_every_centre(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distances, "BLOCKS", (4, 16))
    x = torch.randn(300, 4, generator=torch.Generator().manual_seed(seed)).double()
    bounds = squared_distances(x, x[:1]).squeeze(1)
    tracker = NearestCentre(lambda a, b: squared_distances(x[a], x[b]), bounds.clone())
    full, weights = bounds.clone(), torch.Generator().manual_seed(seed)
    for _ in range(100):
        w = torch.rand(300, generator=weights, dtype=torch.float64)
        row = tracker.farthest(w)
        assert row == int((full * w).argmax())
        tracker.add(row)
        full = torch.minimum(full, squared_distances(x, x[row : row + 1]).squeeze(1))
        full[row] = -torch.inf


def test_squared_distances_agree_and_duplicates_are_exactly_0() -> None:
    x = 100 + torch.randn(20, 30, generator=torch.Generator().manual_seed(0))
    found = squared_distances(x, x[5:9])
    expected = [[float(((a - b).double() ** 2).sum()) for b in x[5:9]] for a in x]
    assert found.numpy() == pytest.approx(np.array(expected), rel=0.1, abs=0.4)
    assert (found[5:9].diagonal() == 0).all()


@seeds
@pytest.mark.parametrize("space", ["representations", "features"])
def test_k_means_takes_the_nearest_to_the_centre_of_each_blob(seed: int, space: str) -> None:
    sizes = (9, 14, 5, 11)
    seen = blob_scene(sizes, 0, seed)
    X, blob = seen.features[:].double().numpy(), np.repeat(range(4), sizes)
    labels, centres = oracles.lloyd(X, np.ones(39), blob, 4)
    expected = oracles.one_a_cluster(X, labels, centres)
    ids = picked(KMeans(space=space), seen, 4, seed)  # type: ignore[arg-type]
    assert sorted(ids) == sorted(expected)
    assert [blob[i] for i in ids] == [1, 3, 0, 2]


def test_k_means_fills_up_with_the_lowest_ids_after_the_clusters() -> None:
    """Three kinds of 4, 3 and 2 equal rows, in turn: ids 0, 1, 2 are the first of their kind."""
    kinds = torch.tensor([[0.0, 0], [9, 0], [0, 9]])[torch.tensor([0, 1, 2, 0, 1, 2, 0, 1, 0])]
    seen = given(blob_scene((9,), 0), represent=kinds.__getitem__)
    assert picked(KMeans(), seen, 6) == [0, 1, 2, 3, 4, 5]


@seeds
def test_clusters_are_a_fixed_point_of_weighted_lloyd(seed: int) -> None:
    random = np.random.default_rng(seed)
    X = random.normal(size=(60, 4)).astype(np.float32)
    weights = random.uniform(size=60)
    rows = all_rows(torch.from_numpy(X))
    found = k_means(rows, 5, seed, weights)
    labels, distance = assigned(rows, found)
    centres = found.numpy()
    expected, expected_centres = oracles.lloyd(X.astype(np.float64), weights, labels.tolist(), 5)
    assert labels.tolist() == expected
    assert centres == pytest.approx(np.array(expected_centres), abs=1e-3)
    lengths = np.linalg.norm(X - np.array(expected_centres)[expected], axis=1)
    assert distance == pytest.approx(lengths, abs=1e-3)
    nearest = nearest_members(labels, distance)
    assert sorted(nearest.tolist()) == sorted(oracles.one_a_cluster(X, expected, centres))


@seeds
def test_the_centres_of_many_rows_are_those_of_a_sample(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of 400 rows in blobs 120 are drawn, which a loop over everything draws and clusters too."""
    monkeypatch.setattr(clusters, "EXACT_UP_TO", 120)
    matrix, weights = blobs((150, 160, 90), seed, spread=2.0), np.random.default_rng(seed)
    w = weights.uniform(0.1, 1, 400)
    centres = k_means(all_rows(matrix), 3, seed, w).numpy()
    labels, _ = assigned(all_rows(matrix), torch.from_numpy(centres))
    X = matrix.double().numpy()
    drawn = torch.randperm(400, generator=torch.Generator().manual_seed(seed))[:120].numpy()
    by_blob = np.repeat(range(3), (150, 160, 90))[drawn]
    _, expected = oracles.lloyd(X[drawn], w[drawn], by_blob, 3)
    order = [int(np.argmin([np.sum((c - e) ** 2) for c in centres])) for e in expected]
    assert sorted(order) == [0, 1, 2]
    assert centres[order] == pytest.approx(np.array(expected), abs=1e-3)
    assert labels.tolist() == [
        int(np.argmin([np.sum((x - c) ** 2) for c in centres.astype(np.float64)])) for x in X
    ]


def test_a_cluster_that_lost_its_rows_keeps_its_centre() -> None:
    x, centres = torch.tensor([[0.0], [2.0], [4.0]]), torch.tensor([[0.0], [9.0]])
    found = means(x, torch.tensor([1.0, 1.0, 2.0]), torch.zeros(3).long(), centres)
    assert found.tolist() == [[2.5], [9.0]]


@seeds
def test_the_nearest_columns_are_those_of_a_stable_sort(seed: int) -> None:
    values = torch.randint(0, 6, (40, 9), generator=torch.Generator().manual_seed(seed)).float()
    for k in (1, 4, 9):
        expected = [sorted(sorted(range(9), key=row.__getitem__)[:k]) for row in values.tolist()]
        assert nearest_columns(values, k).tolist() == expected


def test_typiclust_takes_the_most_typical_of_the_largest_clusters_without_a_label(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rows 0 to 2 are labelled, in the largest blob; 4 clusters of 12, 8, 9 and 7 rows."""
    sizes = (12, 8, 9, 7)
    seen = blob_scene(sizes, 3)
    monkeypatch.setattr(typiclust, "MAX_CLUSTERS", 4)
    strategy = TypiClust(neighbours=3)
    query = strategy.select(seen, 3, torch.Generator().manual_seed(0))
    X, starts = seen.features[:].double().numpy(), np.cumsum((0, *sizes))
    for place, blob in enumerate((2, 1, 3)):
        cluster = X[starts[blob] : starts[blob + 1]]
        values = oracles.typicality(cluster, 3)
        assert query.ids[place] == starts[blob] + int(np.argmax(values))
        assert query.scores[place] == pytest.approx(max(values), rel=1e-3)


def test_typiclust_goes_round_the_clusters_and_small_ones_come_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sizes = (6, 2, 9)
    seen = blob_scene(sizes, 0)
    monkeypatch.setattr(typiclust, "MAX_CLUSTERS", 3)
    monkeypatch.setattr(typiclust, "MIN_SIZE", 3)
    strategy = TypiClust(neighbours=3)
    blob = np.repeat(range(3), sizes)
    ids = picked(strategy, seen, 17)
    assert [int(blob[i]) for i in ids[:6]] == [2, 0, 2, 0, 2, 0]
    assert sorted(ids) == list(range(17))


@seeds
def test_typicality_agrees_with_the_definition(seed: int) -> None:
    rows = torch.randn(30, 4, generator=torch.Generator().manual_seed(seed))
    for k in (1, 5, 29, 100):
        expected = oracles.typicality(rows.double().numpy(), k)
        assert typicality(all_rows(rows), k) == pytest.approx(expected, rel=1e-4)
    assert typicality(all_rows(rows[:1]), 5).tolist() == [0]
    assert typicality(all_rows(rows[:1].expand(4, -1)), 5).tolist() == [1e12] * 4


@pytest.mark.parametrize("number", [1, 3])
def test_typicality_in_chunks_with_duplicates_far_from_the_origin(
    number: int, threads: Threads, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads(number)
    monkeypatch.setattr(clusters, "TYPICALITY_ROWS", 1)
    rows = 100 + torch.randn(15, 30, generator=torch.Generator().manual_seed(0))
    rows[[3, 11]] = rows[0].clone()
    expected = oracles.typicality(rows.double().numpy(), 3)
    assert typicality(all_rows(rows), 3) == pytest.approx(expected, rel=0.01)


@seeds
def test_first_centres_are_rows_with_weight_one_of_each_blob(seed: int) -> None:
    matrix = blobs((20, 30, 25), seed)
    weights = torch.ones(75)
    weights[::2] = 0
    found = clusters.first_centres(matrix, weights, 3, torch.Generator().manual_seed(seed))
    places = [int((matrix == centre).all(dim=1).nonzero()[0]) for centre in found]
    assert all(weights[place] == 1 for place in places)
    assert sorted(np.repeat(range(3), (20, 30, 25))[places]) == [0, 1, 2]


def test_first_centres_of_fewer_kinds_of_rows_than_centres() -> None:
    matrix = torch.tensor([[1.0, 2.0], [1.0, 2.0], [5.0, 6.0]])
    found = clusters.first_centres(matrix, torch.ones(3), 3, torch.Generator().manual_seed(0))
    assert {tuple(row) for row in found.tolist()} == {(1.0, 2.0), (5.0, 6.0)}
