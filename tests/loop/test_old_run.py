"""Run folders of version 0.1, whose configs name classes that have moved."""

from pathlib import Path

import pytest
from omegaconf import OmegaConf

from cartolearn.errors import InputError
from cartolearn.loop.folder import RunFolder
from cartolearn.loop.resume import Task, saved_task

OLD = "strategy:\n  _target_: src.strategies.cal.CAL\nseed: 0\n"


def test_it_is_not_resumed_and_the_line_says_why(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(OLD)
    own = OmegaConf.create({"resume": str(tmp_path), "paths": {"cache_dir": "x"}})
    with pytest.raises(InputError, match=r"version 0\.1.*src\.strategies\.cal\.CAL.*reported on"):
        saved_task(Task(own, tmp_path, {}, [], tmp_path))


def test_the_same_command_does_not_go_on_with_it(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(OLD)
    with pytest.raises(InputError, match="overwrite=true starts it anew"):
        RunFolder(tmp_path).check_same({"strategy": {"_target_": "cartolearn.strategies.cal.CAL"}})
    assert (tmp_path / "config.yaml").read_text() == OLD
