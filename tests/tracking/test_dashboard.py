"""The dashboard against the objects and the wire format of wandb-workspaces, without network."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from cartolearn.commands.dashboard import main
from cartolearn.tracking.wandb import Wandb
from tests.report.folders import Job, World
from tests.tracking.offline_file import OfflineRun
from tests.tracking.simulated import WORLD, info, track

pytest.importorskip("wandb_workspaces", reason="the extra dashboard is not installed")

from wandb_workspaces.reports.v2 import interface as wr

from cartolearn.dashboard.report import report_of
from cartolearn.dashboard.workspace import workspace_of


@pytest.fixture
def no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer the one question that the library asks of a server."""
    monkeypatch.setattr(wr, "_get_api", lambda: None)
    found = {"project": {"internalId": "1"}}
    monkeypatch.setattr(wr, "execute_graphql", lambda *_: found)


def wire(made: Any) -> Any:
    """Return what the library would send."""
    return json.loads(made._to_model().model_dump_json(by_alias=True, exclude_none=True))


def grids(report: wr.Report) -> list[Any]:
    return [block for block in report.blocks if isinstance(block, wr.PanelGrid)]


def test_workspace_has_curves_with_bands_over_the_seeds() -> None:
    workspace = workspace_of("me", "project")
    assert [section.name for section in workspace.sections] == [
        "Learning curves", "Batches", "Seconds", "Data maps", "Successor and all data",
    ]  # fmt: skip
    spec = wire(workspace)["spec"]
    section = spec["section"]["panelBankConfig"]["sections"][0]
    config = section["panels"][0]["config"]
    assert config["metrics"] == ["accuracy"]
    assert config["xAxis"] == "n_labelled"
    assert (config["groupBy"], config["groupAgg"], config["groupArea"]) == (
        "group.value",
        "mean",
        "stddev",
    )
    (runs,) = spec["section"]["runSets"]
    assert [key["name"] for key in runs["grouping"]] == ["protocol.value", "group.value"]


@pytest.mark.usefixtures("no_server")
def test_report_separates_strategies_from_thresholds() -> None:
    curves, thresholds, batches, maps = grids(report_of("me", "project", ["trec, paper"]))
    (runs,) = wire(thresholds)["metadata"]["runSets"]
    (key,) = runs["grouping"]
    assert (key["section"], key["name"]) == ("config", "group.value")
    filters = json.dumps(runs["filters"])
    assert "jobType" in filters
    assert "trec, paper" in filters
    panel = wire(thresholds)["metadata"]["panelBankSectionConfig"]["panels"][0]
    assert panel["config"]["groupBy"] == "group.value"
    (runs,) = wire(curves)["metadata"]["runSets"]
    assert "strategy/correctness_threshold" in json.dumps(runs["filters"])
    *curves_of_batches, chosen = batches.panels
    assert [panel.y[0] for panel in curves_of_batches] == [
        f"batch/{name}" for name in ("confidence", "variability", "correctness", "balance")
    ]
    assert chosen.table_name == "batch/chosen"
    assert maps.panels[0].media_keys == ["data_map/first", "data_map/last"]


def test_the_workspace_shows_what_a_person_looks_for() -> None:
    sections = {section.name: section.panels for section in workspace_of("me", "project").sections}
    shown = {name: [wire(panel)["config"] for panel in panels] for name, panels in sections.items()}
    lines = [panel for panels in shown.values() for panel in panels if "xAxis" in panel]
    drawn = {panel["metrics"][0]: panel for panel in lines}
    assert drawn["train_loss"]["xAxis"] == "epoch"
    by_labels = {"accuracy", "macro_f1", "train_seconds", "score_seconds", "evaluate_seconds"}
    assert {drawn[metric]["xAxis"] for metric in by_labels} == {"n_labelled"}
    tables = [
        panel.table_name
        for panels in sections.values()
        for panel in panels
        if isinstance(panel, wr.WeavePanelSummaryTable)
    ]
    assert tables == ["batch/chosen", "data_map/table"]


def test_a_line_is_of_one_dataset_strategy_and_threshold(tmp_path: Path) -> None:
    trec, agnews = WORLD, World(dataset="agnews", classes=4)
    other = Job("cal", overrides=("strategy.correctness_threshold=0.4",))
    runs = [
        (Job("random", seed=0), trec), (Job("random", seed=1), trec), (Job("random"), agnews),
        (Job("cal"), trec), (other, trec),
    ]  # fmt: skip
    groups = [
        info(tmp_path / str(number), job, world).flat_config["group"]
        for number, (job, world) in enumerate(runs)
    ]
    assert groups[0] == groups[1]
    assert len(set(groups)) == 4
    sections = workspace_of("me", "project").sections
    panels: list[Any] = [panel for part in sections for panel in part.panels]
    keys = {
        wire(panel)["config"]["groupBy"]
        for panel in panels
        if isinstance(panel, wr.LinePlot | wr.BarPlot)
    }
    assert keys == {"group.value"}


@pytest.mark.usefixtures("no_server")
def test_every_metric_of_the_panels_is_one_that_runs_log(tmp_path: Path) -> None:
    run = info(tmp_path, Job("cal", options={"correctness_threshold": 0.2}, successor=0.1))
    track({"wandb": Wandb("project", mode="offline")}, run)
    offline = OfflineRun(run.folder / "wandb")
    logged = {key for row in offline.history for key in row} | set(offline.summary)
    needs_full_data = {"labels_to_90_percent", "labels_to_95_percent"}
    workspace = workspace_of("me", "project")
    panels: list[Any] = [panel for part in workspace.sections for panel in part.panels]
    panels += [panel for grid in grids(report_of("me", "project", [])) for panel in grid.panels]
    for panel in panels:
        assert panel_keys(panel) <= logged | needs_full_data
        group = getattr(panel, "groupby", None)
        assert not isinstance(group, wr.Config) or group.name in offline.config
    assert offline.config["protocol"] == "trec, grid"
    assert offline.run.job_type == "cal"


def panel_keys(panel: Any) -> set[str]:
    if isinstance(panel, wr.MediaBrowser):
        return {f"{key}/path" for key in panel.media_keys}
    if isinstance(panel, wr.WeavePanelSummaryTable):
        return {f"{panel.table_name}/path"}
    if isinstance(panel, wr.BarPlot):
        return {str(getattr(metric, "name", "")) for metric in panel.metrics}
    return {str(panel.x), *map(str, panel.y)}


def test_a_part_for_each_group() -> None:
    report = report_of("me", "project", ["trec, grid", "agnews, grid"])
    heads = [block.text for block in report.blocks if isinstance(block, wr.H1)]
    assert heads == ["trec, grid", "agnews, grid"]
    assert [grid.runsets[0].name for grid in grids(report)] == [
        *["trec, grid"] * 4,
        *["agnews, grid"] * 4,
    ]


def test_tables_of_the_report_command(tmp_path: Path) -> None:
    folder = tmp_path / "trec"
    folder.mkdir()
    aso = "strategy,cal,<b>|x\ncal,,0.12345\n<b>|x,1.0,\n"
    (folder / "table_2_aso.csv").write_text(aso, encoding="utf-8")
    (folder / "table_4_overlap.csv").write_text("a,b,run\ncal,random,12\n", encoding="utf-8")
    blocks = report_of("me", "project", [], tmp_path).blocks
    titles = [block.text for block in blocks if isinstance(block, wr.H2)]
    assert titles[-2:] == ["Almost Stochastic Order (trec)", "Overlap of the batches (trec)"]
    first, second = (block.text for block in blocks if isinstance(block, wr.MarkdownBlock))
    assert first.splitlines() == [
        "| strategy | cal | &lt;b&gt;\\|x |",
        "| --- | --- | --- |",
        "| cal |  | 0.123 |",
        "| &lt;b&gt;\\|x | 1.000 |  |",
    ]
    assert second.splitlines()[-1] == "| cal | random | 12 |"


def test_dry_run_prints_every_panel(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["me/project", "--dry-run", "--group", "trec, grid"]) == 0
    text = capsys.readouterr().out
    workspace, report = workspace_of("me", "project"), report_of("me", "project", ["trec, grid"])
    panels: list[Any] = [panel for part in workspace.sections for panel in part.panels]
    panels += [panel for grid in grids(report) for panel in grid.panels]
    assert text.count("\n    - ") == len(panels)
    assert all(f"- {getattr(panel, 'title', 'Table')} (" in text for panel in panels)
    assert "workspace 'Cartography active learning' in me/project" in text


def test_group_that_the_library_cannot_filter_by(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["me/project", "--dry-run", "--group", "trec, it's"]) == 2
    assert "quote" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["project"], ["me/"], ["/project"], ["a/b/c"]])
def test_project_that_is_none(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert "ENTITY/PROJECT" in capsys.readouterr().err


def test_report_folder_without_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["me/project", "--dry-run", "--report", str(tmp_path)]) == 2
    assert "cartolearn report" in capsys.readouterr().err


def test_without_the_library_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith("cartolearn.dashboard.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "wandb_workspaces", None)
    assert main(["me/project", "--dry-run"]) == 2
    assert "[dashboard]" in capsys.readouterr().err


def test_without_a_server_there_is_a_clear_message(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("WANDB_API_KEY", "NETRC"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("WANDB_BASE_URL", "http://127.0.0.1:9")
    assert main(["me/project"]) == 2
    assert "W&B does not take it" in capsys.readouterr().err
