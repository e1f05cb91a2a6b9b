"""The benchmark runs, its verdicts follow its figures, the bare loop is the same mathematics."""

from pathlib import Path

import pytest

from tests.benchmarks.__main__ import main
from tests.benchmarks.result import Result, load_results


def test_rows_that_need_no_process_run_and_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "results.json"
    shown = main(["--quick", "--json", str(path), "train", "pass", "lockstep", "threads"])
    assert set(shown) == set(load_results(path)) >= {"train trec", "data_map trec", "dropout"}
    assert all(one.ours > 0 and one.reference > 0 for one in shown.values())
    assert "the same weights" in shown["train trec"].notes[0]
    assert float(shown["lockstep batched"].notes[0].split()[5]) < 1e-5
    assert float(shown["lockstep vmap"].notes[0].split()[5]) < 1e-5


@pytest.mark.parametrize(
    ("ours", "reference", "more", "verdict"),
    [
        (1.1, 1.0, {"target": 1.15}, "met"),
        (1.2, 1.0, {"target": 1.15}, "MISSED"),
        (10.0, 9.0, {"target": 0.8, "side": "at least"}, "met"),
        (10.0, 7.0, {"target": 0.8, "side": "at least"}, "MISSED"),
        (3.9, 1.0, {"target": 4.0, "judged": "ours"}, "met"),
        (4.1, 9.0, {"target": 4.0, "judged": "ours"}, "MISSED"),
        (4.1, 9.0, {}, ""),
    ],
)
def test_verdict(ours: float, reference: float, more: dict[str, object], verdict: str) -> None:
    assert Result("row", "", ours, reference, "s", **more).verdict == verdict  # type: ignore[arg-type]
