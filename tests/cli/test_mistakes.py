"""Mistakes in a command line: one line that names the option as it was written, and no training."""

from pathlib import Path

import pytest

from tests.command import run

SWEPT = "names several values: add -m to run each of them"
EMPTY = "the sweep has no job"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["seed=range(5"], "seed=range(5 cannot be read: is a bracket or a quote left open"),
        (["seed=range(5", "-m"], "seed=range(5 cannot be read"),
        (["seed=0,,1", "-m"], "seed=0,,1 cannot be read"),
        (["seed=choice()", "-m"], "seed=choice() cannot be read: empty choice is not legal"),
        (["seed=range(5)"], f"seed=range(5) {SWEPT}"),
        (["seed=0,1"], f"seed=0,1 {SWEPT}"),
        (["loop.query_size=5,9"], f"{SWEPT}, or write 'loop.query_size=[5,9]' for a list"),
        (["strategy=cal,nosuch", "-m"], "no strategy is called 'nosuch'"),
        (["seed=range(0)", "-m"], EMPTY),
        (["strategy=glob(zz*)", "-m"], EMPTY),
        (
            ["hydra.launcher=slurm", "-m"],
            "hydra.launcher=slurm: one is chosen with a slash, hydra/",
        ),
        (["hydra.launcher.nosuch=1", "-m"], "unknown option hydra.launcher.nosuch"),
        (["+trainer.gradient_clip_val=-1"], "trainer.gradient_clip_val=-1: Input should be"),
        (["+trainer.accumulate_grad_batches=0"], "trainer.accumulate_grad_batches=0: Input should"),
        (["+trainer.limit_train_batches=0"], "trainer.limit_train_batches=0: Input should be"),
        (["loop.validation_share=1.0"], "loop.validation_share=1.0: Input should be less than 1"),
        (["hydra.run.dir=/proc/nowhere"], "no folder can be made at /proc/nowhere; choose another"),
        (["hydra.sweep.dir=/proc/nowhere", "-m"], "no folder can be made at /proc/nowhere; choose"),
    ],
    ids=lambda given: " ".join(given) if isinstance(given, list) else "",
)
def test_it_is_one_line(
    words: list[str],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run(capfd, "logger=none", *words)
    assert done.code == 2, done.err
    (line,) = [line for line in done.err.splitlines() if line.startswith("error: ")]
    assert told in line
    assert done.err.splitlines()[-1] == line
    assert "Traceback" not in done.err
    assert not list(tmp_path.rglob("config.yaml"))


def test_a_path_that_is_too_long_is_not_shown_in_full(capfd: pytest.CaptureFixture[str]) -> None:
    path = "/tmp" + "/d" * 3000  # noqa: S108
    done = run(capfd, "logger=none", f"hydra.run.dir={path}")
    assert done.code == 2
    assert "... (6004 characters) is too long for this file system" in done.err
    assert len(done.err.splitlines()[-1]) < 500


def test_a_cluster_that_is_not_there_or_takes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("submitit")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    sweep = ["logger=none", "hydra/launcher=slurm", "seed=0,1", "-m"]
    none = run(capfd, *sweep)
    assert none.code == 2
    assert "there is no sbatch on this machine; start the sweep where" in none.err
    for name, says in (("sbatch", "echo no such account >&2; exit 1"), ("srun", "exit 0")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{says}\n")
        (tmp_path / name).chmod(0o755)
    refused = run(capfd, *sweep)
    assert refused.code == 2
    assert refused.err.splitlines()[-1] == "error: SLURM took no job: no such account"
    assert "Traceback" not in refused.err
