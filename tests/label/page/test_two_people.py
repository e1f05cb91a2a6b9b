"""Two people in two browsers, and a kill of the server in the middle."""

from pathlib import Path

import pytest

from benchmarks.browsing import CHROMIUM
from tests.label.conftest import toy_project

pytest.importorskip("nicegui", reason="the page needs the extra label-page")
pytest.importorskip("playwright", reason="driving the page needs the extra browser")
from benchmarks.labelling.two_people import label_together

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM, reason="no chromium here"),
]


def test_nothing_is_lost_or_doubled(tmp_path: Path, gold: list[str]) -> None:
    found = label_together(toy_project(tmp_path / "toy"), gold, 30)
    assert found.acknowledged == 60
    assert (found.lost, found.doubled) == ([], [])
    assert len(found.under_way) <= 2
