"""Run the test program's sweeps in real processes, and read back what its jobs recorded."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def start(folder: Path, *arguments: str, program: str = "tests.launcher.app") -> Any:
    """Start a sweep whose ``multirun`` lies in ``folder``, as its own process group."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    command = [sys.executable, "-m", program, *arguments, "-m"]
    return subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def sweep(folder: Path, *arguments: str, code: int = 0) -> str:
    """Run a sweep to its end, check the exit code, and return all it printed."""
    process = start(folder, *arguments)
    output, errors = process.communicate(timeout=600)
    assert process.returncode == code, output + errors
    return str(output + errors)


def attempts(folder: Path, name: str = "sweep") -> dict[str, list[dict[str, Any]]]:
    """Return what each job recorded, one entry for each time it was started."""
    found = {}
    for path in sorted((folder / "multirun" / name).glob("*/attempts.jsonl")):
        found[path.parent.name] = [json.loads(line) for line in path.read_text().splitlines()]
    return found


def results(folder: Path, name: str = "sweep") -> dict[str, str]:
    """Return the text of every result, by its job's name."""
    paths = sorted((folder / "multirun" / name).glob("*/result.json"))
    return {path.parent.name: path.read_text() for path in paths}


def equals_a_serial_run(folder: Path, launcher: Sequence[str]) -> None:
    """Check that a sweep gives what one job after the other gives, and is not done twice."""
    output = sweep(folder, *launcher, "seed=0,1,2")
    assert "3 of 3 done, 0 running, 0 failed" in output
    sweep(folder, "name=serial", "seed=0,1,2", "hydra.launcher.jobs=1")
    assert len(results(folder)) == 3
    assert results(folder) == results(folder, "serial")
    assert {record["omp"] for [record] in attempts(folder).values()} == {"1"}
    assert "3 of 3 done (3 before)" in sweep(folder, *launcher, "seed=0,1,2")


def at_once(folder: Path, *, by: Callable[[dict[str, Any]], object] = bool) -> dict[object, int]:
    """Return how many jobs ran side by side at most, for each value of ``by``."""
    events = []
    for name, [record] in attempts(folder).items():
        end = json.loads((folder / "multirun" / "sweep" / name / "finished.json").read_text())
        events += [(record["start"], 1, by(record)), (end["end"], -1, by(record))]
    now: dict[object, int] = {}
    most: dict[object, int] = {}
    for _, change, key in sorted(events, key=lambda event: event[:2]):
        now[key] = now.get(key, 0) + change
        most[key] = max(most.get(key, 0), now[key])
    return most


def until(condition: Callable[[], object], seconds: float = 30.0) -> None:
    """Wait until ``condition`` holds, and fail if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    """Tell whether the process runs (a zombie does not)."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"
