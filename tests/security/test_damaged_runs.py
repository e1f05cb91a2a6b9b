"""Damage to a finished run, and changes of its data, are noticed and said in one line."""

import random
import shutil
from pathlib import Path

import pytest

from cartolearn.commands.check import main as check
from cartolearn.errors import InputError
from cartolearn.runs.run import load_run, load_runs
from tests.command import run as run_command
from tests.reliability.conftest import finished, texts  # noqa: F401  (fixtures)
from tests.reliability.small_run import execute_small


def flip(path: Path, draw: random.Random) -> None:
    data = bytearray(path.read_bytes())
    bit = draw.randrange(8 * len(data))
    data[bit // 8] ^= 1 << bit % 8
    path.write_bytes(data)


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:  # noqa: F811
    return Path(shutil.copytree(finished, tmp_path / "run"))


def test_a_finished_run_cut_short_is_not_reported(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check([str(folder)]) == 0
    path = folder / "rounds.csv"
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:4]))
    with pytest.raises(InputError, match=r"rounds\.csv is damaged"):
        load_runs([folder])
    (folder / "SHA256SUMS").unlink()  # a run of before checksums
    with pytest.raises(InputError, match="has 3 rows, but the run ended after round 4"):
        load_run(folder)


@pytest.mark.parametrize("value", ["5.30", "nan", "-1", "inf", "1e400", "x", ""])
def test_accuracies_that_cannot_be_are_refused(folder: Path, value: str) -> None:
    (folder / "SHA256SUMS").unlink()
    path = folder / "rounds.csv"
    header, first, *others = path.read_text().splitlines()
    cells = first.split(",")
    cells[header.split(",").index("accuracy")] = value
    path.write_text("\n".join([header, ",".join(cells), *others]) + "\n")
    with pytest.raises(InputError, match=r"rounds\.csv, line 2"):
        load_run(folder)


def test_what_a_check_of_a_run_names_is_restored_by_resuming(
    folder: Path, finished: Path, capfd: pytest.CaptureFixture[str],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(folder.parent)
    draw = random.Random(1)  # noqa: S311
    for name in ("rounds.csv", "data_maps/round_003.parquet"):
        flip(folder / name, draw)
    assert check([str(folder)]) == 2
    out = capfd.readouterr().out
    assert "rounds.csv: it is not the file that was written" in out
    assert "data_maps/round_003.parquet" in out
    assert f"cartolearn run resume={folder}" in out
    assert run_command(capfd, f"resume='{folder}'").code == 0
    assert check([str(folder)]) == 0
    assert (folder / "selections.parquet").read_bytes() == (
        finished / "selections.parquet"
    ).read_bytes()


def test_data_that_changed_after_a_run_finished_are_told(
    texts: Path, folder: Path, caplog: pytest.LogCaptureFixture  # noqa: F811
) -> None:  # fmt: skip
    before, whole = (folder / "rounds.csv").read_bytes(), texts.read_text()
    try:
        texts.write_text(whole.replace("bank", "bonk", 1))
        execute_small(texts, folder)
        assert "its data have changed: the texts or labels of the dataset" in caplog.text
        texts.rename(texts.with_suffix(".gone"))
        execute_small(texts, folder)
        assert "its data have changed: there is no file" in caplog.text
    finally:
        texts.with_suffix(".gone").unlink(missing_ok=True)
        texts.write_text(whole)
    caplog.clear()
    execute_small(texts, folder)
    assert "have changed" not in caplog.text
    assert (folder / "rounds.csv").read_bytes() == before
