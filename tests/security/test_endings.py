"""How a command ends: Ctrl-C, too long a name, a torn file: one line each, never a traceback."""

import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cartolearn.config.cli import guarded
from tests.label.conftest import run as label
from tests.reliability.conftest import finished, texts  # noqa: F401  (fixtures)
from tests.reliability.processes import start, wait_for
from tests.reliability.small_run import small_options


def long_run(texts: Path, folder: Path) -> None:  # noqa: F811
    """Do a run that takes minutes, by its command, with its errors in a file."""
    from cartolearn.commands.run import main

    folder.mkdir()
    error = os.open(folder / "stderr", os.O_WRONLY | os.O_CREAT)
    os.dup2(error, 2)
    sys.argv = ["run", *small_options(texts), f"hydra.run.dir='{folder / 'run'}'",
                "trainer.max_epochs=2000", f"paths.cache_dir='{folder / 'cache'}'"]  # fmt: skip
    main()


@pytest.mark.parametrize("attempt", range(3))
def test_ctrl_c_ends_with_130_and_says_how_to_go_on(
    texts: Path, tmp_path: Path, attempt: int  # noqa: F811
) -> None:  # fmt: skip
    folder = tmp_path / "out"
    process = start(long_run, texts, folder)
    while not (folder / "run" / "run.json").exists():  # the run has begun
        assert process.is_alive()
        time.sleep(0.05)
    time.sleep(random.Random(attempt).uniform(0.0, 3.0))  # noqa: S311
    assert process.pid is not None
    os.kill(process.pid, signal.SIGINT)
    assert wait_for(process) == 130
    said = (folder / "stderr").read_text()
    assert said.splitlines()[-1] == (
        "error: stopped; the same command goes on from the last finished round"
    )
    assert "Traceback" not in said


@pytest.mark.parametrize("what", [KeyboardInterrupt, SystemExit(1)])
def test_whatever_a_library_makes_of_ctrl_c(
    what: type[BaseException] | BaseException, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> None:
        try:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)
        except KeyboardInterrupt:
            raise what from None

    assert guarded(command) == 130
    assert capsys.readouterr().err.startswith("error: stopped; the same command")


def test_an_exit_of_its_own_stays(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        guarded(lambda: sys.exit(3))
    assert end.value.code == 3
    assert capsys.readouterr().err == ""


def one_line(capsys: pytest.CaptureFixture[str], does: Callable[[], int]) -> str:
    assert does() == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    return error


def test_too_long_a_name_and_path(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("text\na\n")
    for out in (tmp_path / ("n" * 300), Path("/".join([str(tmp_path), *["n" * 200] * 30]))):
        said = one_line(capsys, lambda out=out: label("init", tmp_path / "a.csv", "--out", out))  # type: ignore[misc]
        assert "too long" in said
        one_line(capsys, lambda out=out: label("status", out))  # type: ignore[misc]
    one_line(capsys, lambda: label("init", tmp_path / ("n" * 300), "--out", tmp_path / "p"))


@pytest.mark.parametrize("content", [b"", b"round,lab", b"\xff\xfe", b'a,"b\n', b"round\n1\n"])
def test_a_torn_rounds_csv(
    finished: Path, tmp_path: Path, content: bytes, capsys: pytest.CaptureFixture[str]  # noqa: F811
) -> None:  # fmt: skip
    from cartolearn.commands.report import main

    folder = Path(shutil.copytree(finished, tmp_path / "run"))
    (folder / "rounds.csv").write_bytes(content)
    for sums in (True, False):
        if not sums:
            (folder / "SHA256SUMS").unlink()
        assert main([str(folder), "--out", str(tmp_path / "report")]) == 2
        error = capsys.readouterr().err
        assert "rounds.csv" in error
        assert "Traceback" not in error
