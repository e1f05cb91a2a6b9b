"""What the Dockerfile says: its extras are there, and the commands of its head are commands."""

import re
import shlex
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from cartolearn.commands import label, serve_model

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")
HEAD = re.sub(r"\\\n#", "", TEXT.partition("FROM")[0])
RUNS = [shlex.split(line) for line in re.findall(r"^# +(docker run .*)$", HEAD, flags=re.MULTILINE)]


def test_its_extras_are_ours_and_its_user_has_no_rights() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = re.search(r"/source\[([\w,-]+)\]", TEXT)
    assert named
    assert set(named[1].split(",")) == {"serve", "label-page"}
    assert set(named[1].split(",")) <= set(project["optional-dependencies"])
    assert re.findall(r"^USER (.*)$", TEXT, flags=re.MULTILINE) == ["10001"]


@pytest.mark.parametrize("run", RUNS, ids=lambda run: run[-1])
def test_every_command_runs_without_rights_and_serves_this_machine_alone(run: list[str]) -> None:
    image = run.index("cartolearn")
    before, after = run[:image], run[image + 1 :]
    for word in ("--read-only", "--cap-drop ALL", "no-new-privileges", "--user $(id -u):$(id -g)"):
        assert word in " ".join(before)
    if after == ["run"]:
        return
    parsers: dict[str, Callable[[], object]] = {
        "label": label.parser, "serve-model": serve_model.parser,
    }  # fmt: skip
    words = parsers[after[0]]().parse_args(after[1:])  # type: ignore[attr-defined]
    assert words.host == "0.0.0.0"  # noqa: S104
    assert before[before.index("-p") + 1] == f"127.0.0.1:{words.port}:{words.port}"


def test_what_is_made_in_a_clone_stays_out_of_it() -> None:
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", ".venv", ".*_cache", "multirun", "tests"} <= set(left_out)
    needed = {"src", "conf", "setup.py", "pyproject.toml", "README.md", "LICENSE"}
    assert not needed & set(left_out)
