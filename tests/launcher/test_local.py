"""The launcher of one machine, driven as a user drives it: real sweeps in real processes."""

import json
import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.launcher.app import gradient
from tests.launcher.sweeps import ROOT, alive, at_once, attempts, results, start, sweep, until


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A sweep of ten jobs in which eight fail, each pair in another way."""
    folder = tmp_path_factory.mktemp("mixed")
    output = sweep(
        folder,
        "seed=0,1",
        "do=raise,exit,kill,quit,ok",
        "sleep=0.1",
        "hydra.launcher.jobs=3",
        code=1,
    )
    return folder, output


def test_jobs_that_die_do_not_affect_the_others(mixed: tuple[Path, str]) -> None:
    folder, _ = mixed
    assert len(attempts(folder)) == 10
    assert {name: json.loads(text)["value"] for name, text in results(folder).items()} == {
        "do=ok,seed=0": 0,
        "do=ok,seed=1": 1,
    }


def test_failures_are_listed_with_first_line(mixed: tuple[Path, str]) -> None:
    _, output = mixed
    rows = [line.split("│") for line in output.splitlines() if line.startswith("│")]
    listed = {row[1].strip(): row[2].strip() for row in rows}
    for seed in (0, 1):
        assert listed[f"do=raise,seed={seed}"] == "ValueError: no [luck]"
        assert listed[f"do=exit,seed={seed}"] == "ended without a result (exit code 9)"
        assert listed[f"do=quit,seed={seed}"] == "ended without a result (exit code 3)"
        assert listed[f"do=kill,seed={seed}"] == "killed by SIGKILL (out of memory?)"
    assert len(listed) == 8
    assert "2 of 10 done, 0 running, 8 failed" in output


def test_the_users_terminal_sees_no_traceback_and_no_output_of_jobs(
    mixed: tuple[Path, str],
) -> None:
    folder, output = mixed
    assert "Traceback" not in output
    assert "printed by job" not in output
    log = (folder / "multirun/sweep/do=raise,seed=1/job.log").read_text()
    assert "printed by job 1" in log
    assert "Traceback" in log
    assert "second line" in log


def test_each_job_has_one_thread_and_nothing_inherited(mixed: tuple[Path, str]) -> None:
    records = [record for [record] in attempts(mixed[0]).values()]
    assert {record["omp"] for record in records} == {"1"}
    assert {record["gpu"] for record in records} == {os.environ.get("CUDA_VISIBLE_DEVICES")}
    assert {len(record["threads"]) for record in records} == {2}  # main, and the launcher's watch
    assert {tuple(record["imported"]) for record in records} == {()}
    assert len({record["pids"][0] for record in records}) == 10


def test_running_again_starts_only_what_is_missing(mixed: tuple[Path, str], tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(mixed[0], copy)
    sweep(copy, "seed=0,1", "do=raise,exit,kill,quit,ok", "sleep=0.1", code=1)
    assert {name: len(records) for name, records in attempts(copy).items()} == {
        f"do={do},seed={seed}": 1 if do == "ok" else 2
        for do in ("raise", "exit", "kill", "quit", "ok")
        for seed in (0, 1)
    }
    output = sweep(copy, "seed=0,1", "do=ok", "sleep=0.1")
    assert "2 of 2 done (2 before), 0 running, 0 failed" in output
    sweep(copy, "seed=0,1", "do=ok", "sleep=0.1", "overwrite=true")
    assert len(attempts(copy)["do=ok,seed=0"]) == 2


@pytest.mark.parametrize("torn", [b'{"val', bytes(20), b"[1]"])
def test_a_job_whose_done_file_is_torn_is_started_again(
    mixed: tuple[Path, str], tmp_path: Path, torn: bytes
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(mixed[0], copy)
    (copy / "multirun/sweep/do=ok,seed=0/finished.json").write_bytes(torn)
    sweep(copy, "seed=0,1", "do=ok", "sleep=0.1")
    assert [len(attempts(copy)[f"do=ok,seed={seed}"]) for seed in (0, 1)] == [2, 1]


def test_no_more_jobs_at_once_than_slots(tmp_path: Path) -> None:
    sweep(tmp_path, "seed=range(7)", "sleep=0.3", "hydra.launcher.jobs=3")
    assert at_once(tmp_path) == {True: 3}


def test_gpus_are_shared_as_told(tmp_path: Path) -> None:
    options = ["hydra.launcher.gpus=[0,3]", "hydra.launcher.per_gpu=2"]
    sweep(tmp_path, "seed=range(9)", "sleep=0.5", *options)
    assert at_once(tmp_path, by=lambda record: record["gpu"]) == {"0": 2, "3": 2}


def test_order_and_number_of_slots_change_nothing(tmp_path: Path) -> None:
    sweep(tmp_path, "name=one", "seed=0,1,2,3,4", "hydra.launcher.jobs=1")
    sweep(tmp_path, "name=two", "seed=4,2,0,1,3", "hydra.launcher.jobs=4")
    assert len(results(tmp_path, "one")) == 5
    assert results(tmp_path, "one") == results(tmp_path, "two")


def test_editing_the_config_meanwhile_changes_nothing(tmp_path: Path) -> None:
    conf = tmp_path / "conf"
    shutil.copytree(ROOT / "tests/launcher/conf", conf)
    arguments = ["--config-dir", str(conf), "-cp", str(conf)]
    process = start(tmp_path, *arguments, "seed=0,1,2", "sleep=0.5", "hydra.launcher.jobs=1")
    until(lambda: attempts(tmp_path))
    text = (conf / "config.yaml").read_text()
    (conf / "config.yaml").write_text(text.replace("edited: before", "edited: after"))
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, output + errors
    assert [record["edited"] for [record] in attempts(tmp_path).values()] == ["before"] * 3


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_no_process_and_the_same_command_continues(
    tmp_path: Path, number: signal.Signals
) -> None:
    command = ["seed=range(4)", "hydra.launcher.jobs=2"]
    process = start(tmp_path, *command, "sleep=100", "helper=true")
    until(lambda: len(attempts(tmp_path)) == 2)
    os.killpg(process.pid, number)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == 130, output + errors
    assert "The same command continues." in errors
    pids = [pid for [record] in attempts(tmp_path).values() for pid in record["pids"]]
    assert len(pids) == 4
    until(lambda: not any(alive(pid) for pid in pids))
    sweep(tmp_path, *command)
    assert len(results(tmp_path)) == 4


def test_a_launcher_that_is_killed_takes_its_jobs_along(tmp_path: Path) -> None:
    process = start(tmp_path, "seed=0,1", "sleep=100", "helper=true", "hydra.launcher.jobs=2")
    until(lambda: len(attempts(tmp_path)) == 2)
    process.kill()
    process.communicate(timeout=30)
    pids = [pid for [record] in attempts(tmp_path).values() for pid in record["pids"]]
    until(lambda: not any(alive(pid) for pid in pids))


@pytest.mark.slow
def test_a_hundred_jobs_leave_nothing_behind(tmp_path: Path) -> None:
    left = []
    for count in (4, 100):
        process = start(tmp_path, f"name=n{count}", f"seed=range({count})", "helper=true")
        memory = []
        while process.poll() is None:
            pages = Path(f"/proc/{process.pid}/statm").read_text().split()[1]
            memory.append((len(results(tmp_path, f"n{count}")), int(pages)))
            time.sleep(0.1)
        assert process.returncode == 0, process.communicate()
        left.append(json.loads((tmp_path / "left.json").read_text()))
    meanwhile = [pages for done, pages in memory if 20 <= done < 100]
    assert max(meanwhile) < 1.05 * meanwhile[0], memory[::20]
    records = attempts(tmp_path, "n100").values()
    assert len(records) == 100
    assert not any(alive(pid) for [record] in records for pid in record["pids"])
    assert left[0] == left[1]
    assert left[1]["children"] == 0
    assert left[1]["threads"] == 1


@pytest.mark.slow
def test_modules_imported_once_are_there_and_safe_after_the_fork(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("APP_PRELOADS", "torch")
    sweep(tmp_path, "seed=0,1,2", "do=torch")
    assert {tuple(r["imported"]) for [r] in attempts(tmp_path).values()} == {("torch",)}
    values = [json.loads(text)["value"] for text in results(tmp_path).values()]
    assert values == [gradient(seed) for seed in (0, 1, 2)]


def test_a_sweep_keeps_the_configuration_it_began_with_or_is_refused(tmp_path: Path) -> None:
    """Finished or stopped, the first difference is shown, and no job runs with another value."""
    sweep(tmp_path, "seed=1", "keeps=true", "do=ok", "name=done")
    sweep(tmp_path, "seed=1", "keeps=true", "do=raise", "name=stopped", code=1)
    for name, more in (("done", "do=ok"), ("stopped", "do=raise")):
        command = [f"name={name}", "seed=0,1,2", "keeps=true", more, "edited=after"]
        output = sweep(tmp_path, *command, code=1)
        assert "edited: before there, after now. Nothing was started." in output
        assert "Traceback" not in output
        assert [len(records) for records in attempts(tmp_path, name).values()] == [1]
        assert "refused: edited: before" in sweep(tmp_path, *command, "hydra.launcher.dry_run=true")
    output = sweep(tmp_path, "name=done", "seed=0,1", "do=ok", "keeps=true")
    assert "2 of 2 done (1 before)" in output
    again = ["overwrite=true", "edited=x"]
    sweep(tmp_path, "name=done", "seed=0,1", "do=ok", "keeps=true", *again)
    assert [len(records) for records in attempts(tmp_path, "done").values()] == [2, 2]


def test_dry_run_prints_jobs_states_and_time_and_runs_nothing(tmp_path: Path) -> None:
    sweep(tmp_path, "seed=0,1", "keeps=true")
    for seed, rows in ((0, "0,10\n1,20\n"), (1, "0,30.5\n1,39.5\n")):
        folder = tmp_path / f"multirun/sweep/seed={seed}"
        (folder / "rounds.csv").write_text(f"round,seconds\n{rows}")
    options = ["keeps=true", "hydra.launcher.dry_run=true", "hydra.launcher.jobs=2"]
    output = sweep(tmp_path, "seed=range(5)", *options)
    table = [[cell.strip() for cell in line.split("│")[1:4]] for line in output.splitlines()]
    assert [row for row in table if row and row[0].startswith("seed=")] == [
        ["seed=0", "done", ""],
        ["seed=1", "done", ""],
        ["seed=2", "to do", "50 s"],
        ["seed=3", "to do", "50 s"],
        ["seed=4", "to do", "50 s"],
    ]
    assert "5 jobs, 2 done, 3 to run on 2 slots; about 1 min 40 s" in output
    assert len(attempts(tmp_path)) == 2


def test_jobs_that_would_share_a_folder_are_refused(tmp_path: Path) -> None:
    output = sweep(tmp_path, "seed=0,1", "hydra.sweep.subdir=same", code=1)
    assert "Two jobs would write the same folder multirun/sweep/same" in output
    assert "'seed=0' and 'seed=1' differ" in output


def test_a_job_asked_for_twice_runs_once(tmp_path: Path) -> None:
    sweep(tmp_path, "seed=1,1,2")
    assert [len(records) for records in attempts(tmp_path).values()] == [1, 1]


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("hydra.launcher.jobs=0", "hydra.launcher.jobs is 0: give 1 or more."),
        ("hydra.launcher.per_gpu=-1", "hydra.launcher.per_gpu is -1: give 1 or more."),
        ("hydra.launcher.jobs=many", "'many'"),
    ],
)
def test_bad_options_are_refused_before_any_job(tmp_path: Path, option: str, message: str) -> None:
    output = sweep(tmp_path, "seed=0,1", option, code=1)
    assert message in output
    assert not attempts(tmp_path)
