"""A project that version 0.1 made opens unchanged: its options, its labels, its next batch."""

import shutil
from pathlib import Path

import pytest

from cartolearn.label.choosing.batch import next_batch
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.folder import Project

NEXT = {3, 4, 6, 22, 24, 26, 27, 28, 36, 56}  # what version 0.1 chose of this project


@pytest.fixture
def old(tmp_path: Path) -> Project:
    """A copy of the project."""
    shutil.copytree(Path(__file__).parent / "version_0_1", tmp_path / "old")
    return Project.open(tmp_path / "old")


def test_options_by_their_old_names_count(old: Project) -> None:
    options = old.options
    assert options.strategy_name == "margin"
    assert (options.trainer.min_improvement, options.trainer.loss_floor) == (0.1, 0.05)
    assert (options.labelling.confidence_level, options.labelling.min_gain) == (0.9, 0.01)
    assert options.labelling.suspect_models == 2


def test_the_log_says_what_it_said(old: Project) -> None:
    state = old.state()
    assert (len(state.labels), len(state.repeats), len(state.batches)) == (29, 1, 2)


def test_the_same_texts_come_next(old: Project) -> None:
    assert {pick.id for pick in next_batch(ProjectFeatures.of(old), 10, "ana")} == NEXT
