import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.regions import REGIONS, regions
from cartolearn.report.groups import Group
from cartolearn.report.html.figures import curves_figure, map_data, predictions
from cartolearn.report.html.page import table_html
from cartolearn.report.html.suspects import suspects, suspects_table
from cartolearn.report.html.texts import texts_of
from cartolearn.report.table import Table
from tests.report.folders import Job, write_run


def test_data_in_a_script_element_cannot_end_it(grid: Group) -> None:
    json = pytest.importorskip("plotly.io.json", reason="plotly is not installed")
    text = json.to_json_plotly({"texts": ["</script><!--", "\u2028"]}, engine="json")
    assert not set("<>/\u2028") & set(text)


def test_a_band_goes_with_its_line(grid: Group) -> None:
    pytest.importorskip("plotly", reason="plotly is not installed")
    traces = [trace for trace in curves_figure(grid).data if trace.name]
    groups = [trace.legendgroup for trace in traces]
    assert groups[: len(groups) // 2] == groups[len(groups) // 2 :]
    assert "cal (5 seeds)" in groups
    lines = [trace for trace in traces if trace.mode == "lines+markers"]
    assert lines[0].y.tolist() == grid.curves("random")[1].mean(axis=0).tolist()


def test_a_map_s_points_know_their_rows(grid: Group) -> None:
    pytest.importorskip("plotly", reason="plotly is not installed")
    full = grid.full[0]
    data_map = DataMap.load(full.map_path)
    made = map_data("all", data_map, predictions(full))
    rows = [row for trace in made["figure"]["data"] for row in points(trace["customdata"])]
    assert sorted(rows) == list(range(len(data_map.ids)))
    assert made["path"].shape == data_map.gold_probabilities.T.shape
    assert set(made["region"]) == set(REGIONS)


def points(spec: Any) -> list[int]:
    if not isinstance(spec, dict):
        return [int(row[0]) for row in spec]
    return np.frombuffer(base64.b64decode(spec["bdata"]), spec["dtype"]).astype(int).tolist()


def test_table_cells_are_escaped_and_know_what_they_sort_by() -> None:
    html = table_html(Table("t", "<b>", ['"x"'], [("<i>a</i>",), (1234.5,)], "&"))
    assert "<i>" not in html
    assert "<b>" not in html
    assert 'data-value="1234.5">1,234.500<' in html


def test_suspects_agree_with_a_loop_over_the_maps(grid: Group) -> None:
    hard: dict[int, int] = {}
    confidence: dict[int, list[float]] = {}
    for run in grid.all_runs:
        for r in range(len(run.accuracy)):
            ids, cols = run.map_columns(r)
            region = regions(cols["confidence"], cols["variability"])
            for i, g, c, p in zip(
                ids.tolist(), region, cols["correctness"], cols["confidence"], strict=True
            ):
                hard[i] = hard.get(i, 0) + int(g == 2 and c == 0)
                confidence.setdefault(i, []).append(float(p))
    found = suspects(grid)
    assert found.hard.to_dict() == {i: n for i, n in hard.items() if n >= 2}
    assert found.maps.to_dict() == {i: len(confidence[i]) for i in found.index}
    means = [sum(confidence[i]) / len(confidence[i]) for i in found.index]
    assert found.confidence.tolist() == pytest.approx(means)
    assert means == sorted(means)
    assert len(found) > 3
    assert len(suspects_table(grid, texts_of(grid)).rows) == len(found)


def test_texts_come_from_the_selections_if_the_dataset_is_not_there(
    tmp_path: Path, groups_of: Callable[[Path], list[Group]]
) -> None:
    write_run(tmp_path, Job("cal"))
    (group,) = groups_of(tmp_path)
    texts = texts_of(group)
    assert len(texts.text) == 30
    row = int(group.runs["cal"][0].batches[0][0])
    assert texts.text[row] == f"What is thing number {row} called ?"
    assert texts.label[row] in group.dataset.classes
