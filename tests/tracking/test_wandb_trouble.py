"""Whatever happens to W&B, the run goes on with one warning, in bounded time."""

import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from cartolearn.tracking import wandb as options
from cartolearn.tracking.base import Trackers
from cartolearn.tracking.info import RunInfo
from cartolearn.tracking.wandb import Wandb
from tests.tracking.offline_file import OfflineRun
from tests.tracking.server import serving
from tests.tracking.services import services
from tests.tracking.simulated import info, records, track

KEY = "0123456789abcdef0123456789abcdef01234567"
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunInfo:
    """A run on a machine that is logged in, where waiting is short."""
    monkeypatch.setenv("WANDB_API_KEY", KEY)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("WANDB__FILE_STREAM_TRANSMIT_INTERVAL", "0.2")
    monkeypatch.setattr(options, "INIT_SECONDS", 2)
    monkeypatch.setattr(options, "FINISH_SECONDS", 2)
    return info(tmp_path / "sweep")


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    ours = [record for record in caplog.records if record.name.startswith("cartolearn.")]
    return [record.getMessage() for record in ours if record.levelno >= logging.WARNING]


def assert_whole_offline_run(run: RunInfo) -> None:
    offline = OfflineRun(run.folder / "wandb")
    assert [row["round"] for row in offline.history if "round" in row] == [0, 1, 2, 3]
    assert offline.exit_code == 0


@pytest.mark.parametrize("mode", ["auto", "online"])
def test_server_out_of_reach(
    run: RunInfo,
    mode: options.Mode,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("WANDB_BASE_URL", NOWHERE)
    start = time.monotonic()
    track({"wandb": Wandb("project", mode=mode)}, run)
    assert time.monotonic() - start < 60
    assert len(warnings(caplog)) == 1
    assert "offline" in warnings(caplog)[0]
    assert_whole_offline_run(run)
    assert services() == []
    assert capfd.readouterr().err == ""


def test_a_run_that_wandb_did_not_take_is_still_lacking(
    run: RunInfo, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    import wandb

    def refusing(**_: object) -> None:
        raise TimeoutError("waited in vain")

    tracker = Wandb("project", mode="offline")
    with monkeypatch.context() as patched:
        patched.setattr(wandb, "init", refusing)
        track({"wandb": tracker}, run)
    assert len(warnings(caplog)) == 1
    assert "waited in vain" in warnings(caplog)[0]
    assert tracker.lacks(run.folder)
    track({"wandb": tracker}, run)
    assert not tracker.lacks(run.folder)
    assert_whole_offline_run(run)


def test_key_that_the_server_refuses(
    run: RunInfo, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(refuse=True) as server:
        monkeypatch.setenv("WANDB_BASE_URL", server.url)
        track({"wandb": Wandb("project")}, run)
    assert server.operations
    assert len(warnings(caplog)) == 1
    assert_whole_offline_run(run)


def test_key_of_the_wrong_form(
    run: RunInfo, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WANDB_API_KEY", "my-secret")
    track({"wandb": Wandb("project")}, run)
    assert len(warnings(caplog)) == 1
    assert "my-secret" not in caplog.text
    assert_whole_offline_run(run)


@pytest.mark.slow
@pytest.mark.parametrize("finished", [False, True])
def test_server_gone_in_the_middle(
    run: RunInfo,
    finished: bool,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    done = records(run)
    with serving() as server:
        monkeypatch.setenv("WANDB_BASE_URL", server.url)
        tracking = Trackers({"wandb": Wandb("project")}, run)
        tracking.log(done[:1])
        wait_for(lambda: bool(server.rounds))
    tracking.log(done[:2])
    start = time.monotonic()
    if finished:
        tracking.finish({"aulc": 0.5}, 50)
    tracking.close("success")
    assert time.monotonic() - start < 60
    assert len(warnings(caplog)) == 1
    assert "cartolearn dashboard sync" in warnings(caplog)[0]
    assert services() == []


def test_service_killed_in_the_middle(run: RunInfo, caplog: pytest.LogCaptureFixture) -> None:
    done = records(run)
    tracking = Trackers({"wandb": Wandb("project", mode="offline")}, run)
    tracking.log(done[:1])
    (service,) = services()
    os.kill(service, signal.SIGKILL)
    for number in range(1, len(done)):
        time.sleep(0.1)
        tracking.log(done[: number + 1])
    tracking.finish({"aulc": 0.5}, 50)
    tracking.close("success")
    assert len(warnings(caplog)) == 1
    assert "wandb failed" in warnings(caplog)[0]


def test_disk_of_the_tracker_full(run: RunInfo, caplog: pytest.LogCaptureFixture) -> None:
    folder = run.folder / "wandb"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting a small disk is not allowed here")
    try:
        tracking = Trackers({"wandb": Wandb("project", mode="offline")}, run)
        done = records(run)
        for _ in range(100):
            tracking.log(done[:2])
        tracking.finish({"aulc": 0.5}, 50)
        tracking.close("success")
    finally:
        subprocess.run(["umount", str(folder)], check=True)
    assert len(warnings(caplog)) == 1
    assert "wandb failed" in warnings(caplog)[0]
    assert services() == []


def test_no_key_in_any_file(run: RunInfo, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as server:
        monkeypatch.setenv("WANDB_BASE_URL", server.url)
        tracking = Trackers({"wandb": Wandb("project")}, run)
        tracking.log(records(run)[:1])
        tracking.close("failed")
    files = [path for path in run.folder.rglob("*") if path.is_file()]
    assert any(path.suffix == ".wandb" for path in files)
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []


def wait_for(condition: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_a_killed_job_leaves_no_process(run: RunInfo) -> None:
    """W&B's process follows the job that started it."""
    code = f"""
import os, signal, sys
from pathlib import Path
import numpy as np
from cartolearn.data.dataset import Dataset
from cartolearn.tracking.info import RunInfo
from cartolearn.tracking.wandb import Wandb
ids = np.arange(0)
run = RunInfo(Path({str(run.folder)!r}), {{}}, {{}}, Dataset("d", [], ids, ("a",), ids, ids))
session = Wandb("project", mode="offline").open(run)
children = Path(f"/proc/self/task/{{os.getpid()}}/children").read_text(encoding="utf-8")
print(children, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    job = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert job.returncode == -signal.SIGKILL
    (service,) = job.stdout.split()
    wait_for(lambda: not is_running(int(service)))


def is_running(process: int) -> bool:
    try:
        state = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1]
    except OSError:
        return False
    return state.split()[0] != "Z"
