"""The command, from folders to files."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from cartolearn.commands.report import main
from cartolearn.report.figures import draw_figures
from cartolearn.report.figures.curves import learning_curves
from cartolearn.report.figures.heatmaps import aso_heatmap
from cartolearn.report.groups import Group
from cartolearn.report.make import folder_name
from tests.report.folders import Job, World, write_run

FIGURES = (
    "figure_1_full_map", "figure_5_6_densities", "figure_2_seed_map", "figure_3_learning_curves",
    "figure_4_batch_statistics", "figure_7_threshold", "figure_8_overlap", "figure_9_aso",
    "figure_10_binary_classifiers", "figure_11_lead_by_classifier",
)  # fmt: skip


def test_figures_are_drawn_in_both_formats(grid: Group, tmp_path: Path) -> None:
    paths = list(draw_figures([(grid, tmp_path)], "aulc"))
    assert [path.name for path in paths] == [f"{n}.{e}" for n in FIGURES for e in ("png", "pdf")]
    for path in paths:
        head = path.read_bytes()[:4]
        assert head == (b"\x89PNG" if path.suffix == ".png" else b"%PDF")
        assert path.stat().st_size > 5_000


def test_one_seed_has_no_interval_and_no_aso_to_draw(
    tmp_path: Path, groups_of: Callable[[Path], list[Group]]
) -> None:
    for strategy in ("cal", "random"):
        write_run(tmp_path / "sweep", Job(strategy, 0))
    (group,) = groups_of(tmp_path / "sweep")
    assert aso_heatmap(group, "aulc") is None
    title = learning_curves(group).axes[0].get_title()
    assert title.endswith("one seed")
    assert "interval" not in title


def test_the_command_writes_tables_and_says_what_it_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for seed in range(2):
        write_run(tmp_path / "sweep", Job("cal", seed))
        write_run(tmp_path / "sweep", Job("random", seed), World(dataset="agnews"))
    write_run(tmp_path / "sweep", Job("random", 1, stop_after=0))
    assert main([str(tmp_path / "sweep"), "--no-figures"]) == 0
    shown = capsys.readouterr().out
    assert "left out:" in shown
    assert "0 of 3 rounds" in shown
    assert "not decided" in shown
    out = tmp_path / "sweep" / "report"
    with (out / "table_1_datasets.csv").open(encoding="utf-8") as handle:
        assert [row["dataset"] for row in csv.DictReader(handle)] == ["agnews", "trec"]
    assert (out / "trec-grid" / "accuracy.tex").is_file()
    assert (out / "claims.md").is_file()


def test_a_second_report_over_the_same_folder_is_the_same(
    grid_folder: Path, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        assert main([str(grid_folder), "--no-figures", "--out", str(tmp_path / name)]) == 0
    files = sorted(path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*.*"))
    assert len(files) == 3 * 18
    for file in files:
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


@pytest.mark.parametrize("make", [lambda _: None, lambda p: (p / "notes.txt").write_text("x")])
def test_a_folder_without_runs_is_said_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], make: object
) -> None:
    make(tmp_path)  # type: ignore[operator]
    assert main([str(tmp_path)]) == 2
    assert "no complete run in" in capsys.readouterr().err
    assert not (tmp_path / "report").exists()


def test_a_broken_run_is_an_error_and_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write_run(tmp_path, Job())
    (folder / "rounds.csv").write_text("round\n", encoding="utf-8")
    assert main([str(tmp_path)]) == 2
    assert "rounds.csv has no column" in capsys.readouterr().err


def test_folder_names_hold_no_slashes(grid: Group) -> None:
    odd = Group(grid.dataset, "a/b c model.x='y'", grid.runs)
    assert folder_name(odd) == "trec-a-b-c-model.x=-y-"
