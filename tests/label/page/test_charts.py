"""The two pictures beside the text, and what can be marked on them."""

import numpy as np
import pytest
import torch

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.regions import REGIONS
from cartolearn.label.choosing.batch import train_on
from cartolearn.label.measuring.status import status_of
from cartolearn.label.page.charts import MOST_POINTS, curve_options, map_options
from cartolearn.label.page.regions import named, polygon
from cartolearn.label.page.results import Maps, Points
from cartolearn.label.page.trainer import Trainer
from cartolearn.label.project.folder import Project


def test_charts_hold_what_was_measured(project: Project, gold: list[str]) -> None:
    labels = [{"event": "label", "id": row, "label": gold[row]} for row in range(45)]
    project.record(labels, "ana")
    trainer = Trainer(project)
    drawn, measured = trainer.draw(), trainer.measure()
    assert drawn is not None
    assert measured.labels == 45
    curve, to_come, *_ = measured.chart["series"]
    status = status_of(trainer.features, project.state(), compared=False)
    assert [x for x, _ in curve["data"]] == [point.labels for point in status.curve]
    assert [x for x, _ in to_come["data"]] == [45, 145, 240]
    assert measured.advice == status.advice
    series = drawn.chart["series"]
    assert len(series[0]["data"]) == 240 - 45
    assert sum(len(one["data"]) for one in series[1:]) == 45
    assert drawn.chart["graphic"][0]["style"]["text"] == ""  # takes the words away
    assert measured.chart["graphic"][0]["style"]["text"] == ""
    names = [point["name"].replace("\n", " ") for point in series[0]["data"]]
    assert names == [project.texts[row] for row in drawn.pool.ids]


def test_empty_charts_say_why() -> None:
    assert len(curve_options(None)["series"][0]["data"]) == 0
    assert map_options(None)["series"] == []
    assert "No map yet" in map_options(None)["graphic"][0]["style"]["text"]


def test_the_map_of_the_pool_is_that_of_all_its_epochs(
    project: Project, gold: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.record([{"event": "label", "id": n, "label": gold[n]} for n in range(45)], "ana")
    trainer = Trainer(project)
    monkeypatch.setattr("cartolearn.label.page.trainer.ROWS", 50)
    drawn = trainer.draw()
    trained = train_on(trainer.features, project.state())
    assert drawn is not None
    assert trained is not None
    whole = trained.dynamics(torch.arange(45, 240)).data_map
    assert drawn.pool.ids.tolist() == list(range(45, 240))
    for name in ("confidence", "variability", "correctness"):
        np.testing.assert_allclose(getattr(drawn.pool, name), getattr(whole, name), atol=1e-6)


def test_a_large_pool_is_drawn_in_part() -> None:
    n = 100_000
    p = np.random.default_rng(0).uniform(size=(3, n)).astype(np.float32)
    pool = Points.of(DataMap(np.arange(n), np.zeros(n, np.int64), p, p > 0.5))
    series = map_options(Maps(pool, pool))["series"]
    assert all(len(one["data"]) <= MOST_POINTS for one in series)


@pytest.mark.parametrize("seed", range(20))
def test_a_polygon_holds_what_matplotlib_says(seed: int) -> None:
    from matplotlib.path import Path as Outline

    random = np.random.default_rng(seed)
    corners, points = random.uniform(size=(3 + seed, 2)), random.uniform(size=(500, 2))
    inside = polygon(corners.tolist())(points)
    assert inside.tolist() == Outline(corners).contains_points(points).tolist()
    assert inside.any()


def test_polygons_and_named_parts() -> None:
    points = np.array([[0.1, 0.1], [0.5, 0.5], [0.9, 0.2], [0.3, 0.9]])
    inside = polygon([[0, 0], [0.6, 0], [0.6, 0.6], [0, 0.6]])(points)
    assert inside.tolist() == [True, True, False, False]
    hollow = polygon([[0, 0], [1, 0], [0.5, 0.4], [0, 1]])(points)
    assert hollow.tolist() == [True, False, False, False]
    chosen = {name: named(name)(points).tolist() for name in REGIONS}
    assert chosen == {
        "easy to learn": [False, True, False, True],
        "ambiguous": [False, False, True, False],
        "hard to learn": [True, False, False, False],
    }
    assert not named("easy to learn")(points[:0]).any()
