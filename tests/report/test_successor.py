"""The report on successor models: which rounds, paired with what, and what it says of it."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from scipy import stats

from cartolearn.cartography.style import save, themed
from cartolearn.report.figures.successor import successor_curves
from cartolearn.report.groups import Group, group_runs
from cartolearn.report.table import Table
from cartolearn.report.tables.successor import _within, every_round_table, successor_table
from cartolearn.runs.run import find_folders, load_runs
from cartolearn.statistics.intervals import Estimate
from cartolearn.statistics.paired import detectable, sign_flip_test
from tests.report.folders import Job, write_run


def groups(root: Path) -> dict[str, Group]:
    runs, _ = load_runs(find_folders([root], "run.json"))
    return {group.protocol.split()[0]: group for group in group_runs(runs, [])[0]}


@pytest.fixture
def both(tmp_path: Path) -> dict[str, Group]:
    """Runs with a successor, and runs whose acquisition model that is."""
    for seed in range(3):
        for strategy in ("random", "margin"):
            job = Job(strategy, seed, "cheap", settings={"threads": 1}, successor=0.2 + seed / 100)
            write_run(tmp_path / "cheap", job)
            itself = Job(strategy, seed, "itself", settings={"max_epochs": 9}, lift=0.2)
            write_run(tmp_path / "itself", itself)
    for path in (tmp_path / "itself").glob("*/config.yaml"):
        become_the_successor(path)
    return groups(tmp_path)


def become_the_successor(path: Path) -> None:
    config = yaml.safe_load(path.read_text())
    config |= {"model": {"of": "others"}, "embedding": None, "trainer": {"max_epochs": 9}}
    path.write_text(yaml.safe_dump(config))


def column(table: Table | None, name: str) -> list[Any]:
    assert table is not None
    return [row[list(table.columns).index(name)] for row in table.rows]


def test_a_row_is_a_number_of_labels_at_which_the_successor_was_trained(
    both: dict[str, Group],
) -> None:
    table = successor_table(both["cheap"])
    assert column(table, "strategy") == ["random"] * 3 + ["margin"] * 3
    assert column(table, "labels") == [20, 40, 50] * 2
    for difference in column(table, "successor - acquisition"):
        assert difference.value == pytest.approx(0.21)
        assert difference.low < 0.21 < difference.high
    assert column(table, "successor - random")[:3] == [None] * 3
    assert successor_table(both["itself"]) is None


def test_it_is_paired_by_seed_with_the_same_model_choosing_for_itself(
    both: dict[str, Group],
) -> None:
    cheap, itself = both["cheap"], both["itself"]
    assert cheap.every_round is not None
    assert cheap.every_round.protocol == itself.protocol
    assert itself.every_round is None
    table = every_round_table(cheap)
    runs, others = cheap.runs["margin"], itself.runs["margin"]
    values = np.array(
        [runs[s].successor["successor_accuracy"][2] - others[s].accuracy[2] for s in range(3)]
    )
    row = column(table, "labels").index(40, 3)
    difference = column(table, "difference")[row]
    assert difference.value == pytest.approx(values.mean())
    assert column(table, "p")[row] == pytest.approx(sign_flip_test(values))
    assert column(table, "could be seen")[row] == pytest.approx(
        detectable(float(values.std(ddof=1)), 3)
    )
    assert every_round_table(itself) is None


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [(-0.009, 0.02, "yes"), (-0.02, 0.02, "undecided"), (-0.05, -0.011, "no")],
)
def test_within_a_point_needs_the_whole_interval(low: float, high: float, said: str) -> None:
    assert _within(Estimate((low + high) / 2, low, high, 5)) == said


def test_what_could_be_seen_is_seen_by_four_of_five() -> None:
    random = np.random.default_rng(0)
    least = detectable(1.0, 8)
    studies = random.normal(least, 1.0, (4000, 8))
    found = stats.ttest_1samp(studies, 0.0, axis=1).pvalue < 0.05
    assert 0.75 < found.mean() < 0.85
    assert np.isnan(detectable(1.0, 1))
    assert detectable(1.0, 8, comparisons=5) > least


def test_the_figure_has_a_panel_a_strategy(both: dict[str, Group], tmp_path: Path) -> None:
    with themed():
        figure = successor_curves(both["cheap"])
        assert [axes.get_title() for axes in figure.axes if axes.get_visible()] == [
            "random", "margin",
        ]  # fmt: skip
        lines = figure.axes[1].get_lines()
        assert [line.get_xdata().tolist() for line in lines] == [
            [20, 30, 40, 50], [20, 40, 50], [20, 30, 40, 50],
        ]  # fmt: skip
        (picture, _) = save(figure, tmp_path, "figure_12_successor")
        assert picture.stat().st_size > 1000
        assert successor_curves(both["itself"]) is None
