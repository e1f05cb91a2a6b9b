"""The script for a GPU, on the CPU with a tiny encoder."""

from pathlib import Path

import pytest

from benchmarks.fine_tuned import gpu
from tests.models.test_runs import words
from tests.models.tiny import write_encoder
from tests.reliability.small_run import write_texts

pytest.importorskip("transformers")


@pytest.mark.slow
def test_a_whole_run_and_what_is_told_of_it(tmp_path: Path) -> None:
    write_texts(tmp_path / "texts.csv", rows=90)
    encoder = write_encoder(tmp_path / "encoder", layers=1)
    mine = [word for word in words(tmp_path) if word != "logger=none"]
    mine += ["strategy=cal", "model=transformer", f"model.encoder={encoder}"]
    seconds, busy = gpu.whole_run(tmp_path / "run", mine)
    assert len(seconds) == 3
    line = gpu.told("trec", seconds, busy, 11.0)
    assert "a round of 3" in line
    assert line.endswith("(the paper: 11 s); no GPU to watch")


def test_load_is_a_mean_and_rounds_a_median() -> None:
    line = gpu.told("agnews", [1.0, 2.0, 9.0], [50.0, 70.0], 62.0)
    assert line == (
        "agnews: median 2.0 s a round of 3, most 9.0 s (the paper: 62 s); 60 % busy on average"
    )


def test_a_step_is_timed(tmp_path: Path) -> None:
    encoder = str(write_encoder(tmp_path / "encoder", layers=1))
    assert gpu.seconds_of_a_step(encoder, compiled=False, number=2) > 0
