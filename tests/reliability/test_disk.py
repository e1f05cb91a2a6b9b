"""A full disk ends a run with one message; with room again, it goes on to the same files."""

import os
import resource
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import run
from tests.reliability.processes import content, finish, start, wait_for
from tests.reliability.small_run import execute_small, small_options


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with room for half a run."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small disk is not allowed here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_disk_full(
    texts: Path, finished: Path, small_disk: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = small_disk / "run"
    options = [
        *small_options(texts), "strategy=cal", f"paths.cache_dir='{texts.parent / 'cache'}'",
        f"hydra.run.dir='{folder}'",
    ]  # fmt: skip
    full = run(capfd, *options)
    assert full.code == 1
    last = full.err.strip().splitlines()[-1]
    assert last.startswith("error: cannot write")
    assert "No space left on device; when it can, the same command goes on" in last
    assert "Traceback" not in full.err
    assert "Logging error" not in full.err
    assert not list(folder.rglob("*.tmp"))
    done = len(list((folder / "state").glob("round_*.json")))
    assert done >= 1
    subprocess.run(["mount", "-o", "remount,size=16m", str(small_disk)], check=True)
    again = run(capfd, *options)
    assert again.code == 0, again.err
    assert f"going on after round {done - 1}" in again.err
    ours, theirs = content(folder), content(finished)
    for name in theirs.keys() - {"run.json", "config.yaml"}:
        assert ours[name] == theirs[name], name


@pytest.mark.parametrize("size", [1_000, 6_000, 12_000])
def test_files_may_not_grow_past_a_limit(
    texts: Path, finished: Path, tmp_path: Path, size: int
) -> None:
    folder, message = tmp_path / "run", tmp_path / "message"
    process = start(limited, texts, folder, message, size)
    assert wait_for(process) == 1
    assert message.read_text().startswith("error: cannot write")
    assert "File too large; when it can" in message.read_text()
    finish(texts, folder)
    assert content(folder) == content(finished)


def limited(texts: Path, folder: Path, message: Path, size: int) -> None:
    """Do a run in which no file gets larger than ``size`` bytes."""
    from cartolearn.config.cli import guarded

    stderr = os.open(message, os.O_CREAT | os.O_WRONLY)
    os.dup2(stderr, 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    raise SystemExit(guarded(lambda: execute_small(texts, folder)))
