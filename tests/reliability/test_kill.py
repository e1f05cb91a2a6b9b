"""A run that is killed anywhere goes on to exactly the files it would have had."""

import random
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.reliability.processes import content, finish, start, wait_for
from tests.reliability.small_run import execute_small, run_and_die

STAGES = ("half written", "before the rename", "after the rename")


@pytest.fixture(scope="module", params=["reset", "keep_weights"])
def undisturbed(
    request: Any, finished: Path, finished_kept: Path
) -> tuple[list[str], dict[str, Any]]:
    if request.param == "reset":
        return [], content(finished)
    return ["loop.keep_weights=true"], content(finished_kept)


@pytest.mark.parametrize("seed", range(6))
def test_killed_in_the_middle_of_a_write(
    texts: Path, tmp_path: Path, undisturbed: tuple[list[str], dict[str, Any]], seed: int
) -> None:
    options, expected = undisturbed
    draw = random.Random(seed)  # noqa: S311
    folder = tmp_path / "run"
    number, stage = draw.randint(1, 24), STAGES[seed % 3]
    process = start(run_and_die, texts, folder, number, stage, *options)
    assert wait_for(process) == -signal.SIGKILL
    finish(texts, folder, *options)
    assert content(folder) == expected


@pytest.mark.parametrize("seed", range(4))
def test_killed_at_a_random_moment(texts: Path, tmp_path: Path, finished: Path, seed: int) -> None:
    folder = tmp_path / "run"
    process = start(execute_small, texts, folder)
    time.sleep(random.Random(seed).uniform(0.1, 1.5))  # noqa: S311
    process.kill()
    process.join()
    finish(texts, folder)
    assert content(folder) == content(finished)


def test_killed_again_and_again(
    texts: Path, tmp_path: Path, undisturbed: tuple[list[str], dict[str, Any]]
) -> None:
    options, expected = undisturbed
    folder = tmp_path / "run"
    for number in (3, 7, 5, 9):
        wait_for(start(run_and_die, texts, folder, number, "before the rename", *options))
    finish(texts, folder, *options)
    assert content(folder) == expected


def test_it_goes_on_after_the_last_whole_round(
    texts: Path, tmp_path: Path, undisturbed: tuple[list[str], dict[str, Any]]
) -> None:
    options, expected = undisturbed
    folder = tmp_path / "run"
    wait_for(start(run_and_die, texts, folder, 20, "before the rename", *options))
    whole = sorted(path.name for path in (folder / "state").glob("round_*.json"))
    assert len(whole) >= 3
    kept = {name: (folder / "state" / name).read_bytes() for name in whole}
    finish(texts, folder, *options)
    assert f"going on after round {len(whole) - 1}\n" in (folder / "run.log").read_text()
    for name, state in kept.items():
        assert (folder / "state" / name).read_bytes() == state  # its times too: not done again
    assert content(folder) == expected
