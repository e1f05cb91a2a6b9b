"""Axes of figures that count rounds."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cartolearn.report.figures.batches import batch_statistics
from cartolearn.report.figures.binary import binary_classifiers
from cartolearn.report.groups import Group
from tests.report.folders import Job, write_run


@pytest.mark.parametrize("draw", [batch_statistics, binary_classifiers])
def test_no_axis_has_half_a_round(
    draw: Callable[[Group], Any], groups_of: Callable[[Path], list[Group]], tmp_path: Path
) -> None:
    for strategy in ("random", "cal"):
        write_run(tmp_path, Job(strategy, rounds=2))
    (group,) = groups_of(tmp_path)
    for axes in draw(group).axes:
        ticks = axes.get_xticks()
        assert len(ticks) >= 2
        assert (ticks == ticks.round()).all()
