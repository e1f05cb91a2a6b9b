"""The launcher of Ray on a real local Ray."""

import json
import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hydra.errors import HydraException

from hydra_plugins.cartolearn_launchers.ray import RayLauncher
from tests.launcher.sweeps import attempts, equals_a_serial_run, results, start, sweep, until

pytestmark = pytest.mark.slow
pytest.importorskip("ray", reason="ray is not installed (extra 'ray')")
LAUNCHER = ["hydra/launcher=ray", "+hydra.launcher.init.num_cpus=2"]
LAUNCHER += ["+hydra.launcher.init.include_dashboard=false"]


def test_results_are_those_of_a_serial_run(tmp_path: Path) -> None:
    equals_a_serial_run(tmp_path, LAUNCHER)
    assert len({record["pids"][0] for [record] in attempts(tmp_path).values()}) == 3


def test_jobs_that_die_affect_no_other_and_are_listed(tmp_path: Path) -> None:
    output = sweep(tmp_path, *LAUNCHER, "seed=1", "do=raise,kill,ok", code=1)
    assert "ValueError: no [luck]" in output
    assert "FAILED do=kill,seed=1" in output
    assert "WorkerCrashedError" in output
    assert results(tmp_path).keys() == {"do=ok,seed=1"}


def test_ctrl_c_ends_the_jobs(tmp_path: Path) -> None:
    process = start(tmp_path, *LAUNCHER, "seed=range(4)", "sleep=60")
    until(lambda: len(attempts(tmp_path)) == 2, 60)
    process.send_signal(2)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 130, output + errors
    sweep(tmp_path, *LAUNCHER, "seed=range(4)")
    assert len(results(tmp_path)) == 4


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A Ray of its own, with its own secret, to which the sweep connects."""
    monkeypatch.setenv("RAY_AUTH_MODE", "token")
    monkeypatch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
    ray = str(Path(sys.executable).with_name("ray"))
    options = ["--num-cpus=2", "--num-gpus=2", "--include-dashboard=false", "--port=26379"]
    command = [ray, "start", "--head", "--block", "--disable-usage-stats", *options]
    head = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    assert head.stdout is not None
    for line in head.stdout:
        if "--block" in line:
            break
    yield "127.0.0.1:26379"
    os.killpg(head.pid, signal.SIGTERM)
    head.communicate(timeout=60)


def test_a_cluster_that_cannot_be_reached_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import ray

    def refuse(**_: object) -> None:
        raise ConnectionError("nobody there")

    monkeypatch.setattr(ray, "init", refuse)
    with pytest.raises(HydraException, match="There is no Ray at head:1: nobody there"):
        RayLauncher(address="head:1").connect()


def test_a_cluster_by_address_gives_each_job_its_share_of_a_gpu(
    tmp_path: Path, address: str
) -> None:
    options = ["hydra/launcher=ray", f"hydra.launcher.address={address}"]
    options += ["hydra.launcher.gpus=1"]
    sweep(tmp_path, *options, "seed=0,1", "sleep=2")
    records = [record for [record] in attempts(tmp_path).values()]
    assert {record["gpu"] for record in records} == {"0", "1"}
    assert json.loads(results(tmp_path)["seed=1"]) == {"value": 1}
