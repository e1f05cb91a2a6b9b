"""A run that is killed anywhere goes on to exactly the files it would have had."""

import csv
import json
import multiprocessing
import random
import signal
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from tests.reliability.small_run import execute_small, run_and_die, write_texts

STAGES = ("half written", "before the rename", "after the rename")
server = multiprocessing.get_context("forkserver")
PRELOAD = ["src.run", "src.loop.execute", "src.strategies.cal", "src.data.tabular", "src.embeddings.wordllama"]
PRELOAD += ["pyarrow.parquet", "pyarrow.csv", "matplotlib.figure", "matplotlib.backends.backend_agg"]
server.set_forkserver_preload(PRELOAD)


def start(function: Callable[..., None], *arguments: Any) -> BaseProcess:
    process = server.Process(target=function, args=arguments)
    process.start()
    return process


def finish(texts: Path, folder: Path, *options: str) -> None:
    process = start(execute_small, texts, folder, *options)
    process.join(120)
    assert process.exitcode == 0


def content(folder: Path) -> dict[str, Any]:
    """Return every file but the log, with the times taken out."""
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_dir() or name == "run.log":
            continue
        if name == "rounds.csv":
            found[name] = [row[:5] for row in csv.reader(path.read_text().splitlines())]
        elif name.startswith("state/round_"):
            state = json.loads(json.loads(path.read_text())["payload"])
            state["row"] = {k: v for k, v in state["row"].items() if "seconds" not in k}
            found[name] = state
        else:
            found[name] = path.read_bytes()
    return found


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_texts(tmp_path_factory.mktemp("kill") / "texts.csv")


@pytest.fixture(scope="module", params=["", "loop.keep_weights=true"])
def undisturbed(request: Any, texts: Path) -> tuple[list[str], dict[str, Any]]:
    options = [request.param] if request.param else []
    folder = texts.parent / f"undisturbed{len(options)}"
    finish(texts, folder, *options)
    return options, content(folder)


@pytest.mark.parametrize("seed", range(12))
def test_killed_in_the_middle_of_a_write(
    texts: Path, tmp_path: Path, undisturbed: tuple[list[str], dict[str, Any]], seed: int
) -> None:
    options, expected = undisturbed
    draw = random.Random(seed)  # noqa: S311
    folder = tmp_path / "run"
    number, stage = draw.randint(1, 24), STAGES[seed % 3]
    process = start(run_and_die, texts, folder, number, stage, *options)
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    finish(texts, folder, *options)
    assert content(folder) == expected


@pytest.mark.parametrize("seed", range(8))
def test_killed_at_a_random_moment(
    texts: Path, tmp_path: Path, undisturbed: tuple[list[str], dict[str, Any]], seed: int
) -> None:
    options, expected = undisturbed
    folder = tmp_path / "run"
    process = start(execute_small, texts, folder, *options)
    time.sleep(random.Random(seed).uniform(0.1, 2.5))  # noqa: S311
    process.kill()
    process.join()
    finish(texts, folder, *options)
    assert content(folder) == expected


def test_killed_again_and_again(
    texts: Path, tmp_path: Path, undisturbed: tuple[list[str], dict[str, Any]]
) -> None:
    options, expected = undisturbed
    folder = tmp_path / "run"
    for number in (3, 7, 5, 9):
        start(run_and_die, texts, folder, number, "before the rename", *options).join(120)
    finish(texts, folder, *options)
    assert content(folder) == expected
