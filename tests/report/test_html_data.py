import base64
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from cartolearn.cartography.regions import regions
from cartolearn.report.groups import Group
from cartolearn.report.html.data import packed, to_json
from cartolearn.report.html.page import table_html
from cartolearn.report.html.suspects import Tally, ranked, suspects
from cartolearn.report.html.texts import texts_of
from cartolearn.report.table import Table
from tests.report.folders import Job, write_run


def test_json_in_a_script_element_cannot_end_it() -> None:
    text = to_json(["</script><!--", "a & b", "\u2028"])
    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == ["</script><!--", "a & b", "\u2028"]


def test_packed_arrays_read_back() -> None:
    values = np.array([[1.5, -2.0], [3.0, 0.25]])
    data = base64.b64decode(packed(values, "f4")["data"])
    assert np.frombuffer(data, "<f4").tolist() == [1.5, -2.0, 3.0, 0.25]
    assert base64.b64decode(packed(np.array([0, 255]), "u1")["data"]) == b"\x00\xff"


def test_table_cells_are_escaped_and_know_what_they_sort_by() -> None:
    html = table_html(Table("t", "<b>", ['"x"'], [("<i>a</i>",), (1234.5,)], "&"))
    assert "<i>" not in html
    assert "<b>" not in html
    assert 'data-value="1234.5">1,234.500<' in html


def test_regions_by_hand() -> None:
    confidence = np.array([0.9, 0.5, 0.49, 0.1, 0.5, 0.6])
    variability = np.array([0.1, 0.1, 0.1, 0.1, 0.4, 0.5])
    assert regions(confidence, variability).tolist() == [0, 0, 2, 2, 1, 1]
    assert regions(np.empty(0), np.empty(0)).tolist() == []
    assert regions(np.array([0.2, 0.8]), np.zeros(2)).tolist() == [2, 0]


def columns(confidence: list[float], correctness: list[float]) -> dict[str, np.ndarray]:
    return {
        "confidence": np.array(confidence),
        "variability": np.full(len(confidence), 0.1),
        "correctness": np.array(correctness),
    }


def test_many_hard_maps_come_before_few_and_one_is_not_enough() -> None:
    tally = Tally(4)
    for _ in range(6):
        tally.add(np.array([0, 1]), columns([0.10, 0.9], [0.0, 1.0]))
    for _ in range(2):
        tally.add(np.array([2, 9]), columns([0.05, 0.05], [0.0, 0.1]))
    tally.add(np.array([3]), columns([0.01], [0.0]))
    rows = ranked(tally)
    assert [(row["id"], row["hard"], row["maps"]) for row in rows] == [(0, 6, 6), (2, 2, 2)]
    assert rows[0]["confidence"] == 0.1


def test_suspects_agree_with_a_loop_over_the_maps(grid: Group) -> None:
    hard: dict[int, int] = {}
    for by_seed in grid.runs.values():
        for run in by_seed.values():
            for r in range(len(run.accuracy)):
                ids, cols = run.map_columns(r)
                region = regions(cols["confidence"], cols["variability"])
                for i, g, c in zip(ids.tolist(), region, cols["correctness"], strict=True):
                    hard[i] = hard.get(i, 0) + int(g == 2 and c == 0)
    rows = suspects(grid)
    assert {row["id"]: row["hard"] for row in rows} == {i: n for i, n in hard.items() if n >= 2}
    assert len(rows) > 3


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
