"""The launcher of SLURM on a real cluster of one node, which is started if that is possible."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.launcher.sweeps import alive, attempts, equals_a_serial_run, results, start, sweep, until

pytestmark = [pytest.mark.slurm, pytest.mark.slow, pytest.mark.usefixtures("slurm")]
LAUNCHER = ["hydra/launcher=slurm", "hydra.launcher.memory_gb=1", "hydra.launcher.minutes=5"]


@pytest.fixture(autouse=True)
def _empty_queue(slurm: None) -> Iterator[None]:
    yield
    subprocess.run(["scancel", "--me", "--signal=KILL", "--full"], check=False)
    subprocess.run(["scancel", "--me"], check=False)


def queue(states: str) -> list[str]:
    """Return the ids of our jobs in these states."""
    command = ["squeue", "--me", "--noheader", "--array", f"--states={states}", "--format=%i"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


def test_results_are_those_of_a_serial_run(tmp_path: Path) -> None:
    equals_a_serial_run(tmp_path, LAUNCHER)


def test_jobs_that_die_affect_no_other_and_are_listed(tmp_path: Path) -> None:
    output = sweep(tmp_path, *LAUNCHER, "seed=1", "do=raise,kill,ok", code=1)
    assert "FAILED do=raise,seed=1" in output
    assert "ValueError: no [luck]" in output
    assert "FAILED do=kill,seed=1" in output
    assert "ended as FAILED" in output
    assert results(tmp_path).keys() == {"do=ok,seed=1"}
    assert "python -m tests.launcher.app seed=1 do=kill" in output


def test_a_preempted_job_is_queued_again_and_finishes_in_its_folder(tmp_path: Path) -> None:
    process = start(tmp_path, *LAUNCHER, "seed=0,1", "sleep=4")
    until(lambda: len(attempts(tmp_path)) == 2, 60)
    first = queue("RUNNING")[0]
    subprocess.run(["scancel", "--signal=USR2", first], check=True)
    until(lambda: queue("PENDING") == [first], 30)
    until(lambda: _release(first), 30)
    output, errors = process.communicate(timeout=200)
    assert process.returncode == 0, output + errors
    tries = sorted(len(records) for records in attempts(tmp_path).values())
    assert tries == [1, 2]
    assert len(results(tmp_path)) == 2


def _release(job: str) -> bool:
    """Lift the two minutes that SLURM holds back what was requeued."""
    release = ["scontrol", "update", f"JobId={job}", "StartTime=now"]
    return subprocess.run(release, capture_output=True, check=False).returncode == 0


def test_gpus_are_allocated_and_packed_runs_share_one(tmp_path: Path) -> None:
    options = ["hydra.launcher.gpus=1", "hydra.launcher.packed=2", "hydra.launcher.cpus=1"]
    sweep(tmp_path, *LAUNCHER, *options, "seed=0,1,2", "sleep=1")
    records = [record for [record] in attempts(tmp_path).values()]
    assert len(records) == 3
    assert all(record["gpu"] in {"0", "1"} for record in records)
    zero, one = records[0], records[1]
    assert zero["gpu"] == one["gpu"]
    ends = json.loads((tmp_path / "multirun/sweep/seed=0/finished.json").read_text())
    assert one["start"] < ends["end"]


def test_ctrl_c_cancels_what_is_queued_and_the_same_command_continues(tmp_path: Path) -> None:
    process = start(tmp_path, *LAUNCHER, "seed=range(4)", "sleep=60")
    until(lambda: attempts(tmp_path), 60)
    process.send_signal(2)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130, output + errors
    until(lambda: not queue("RUNNING,PENDING,COMPLETING"), 60)
    pids = [pid for records in attempts(tmp_path).values() for r in records for pid in r["pids"]]
    assert not any(alive(pid) for pid in pids)
