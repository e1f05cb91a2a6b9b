"""Runs in real processes, forked from a server that has all imports behind it; their files."""

import csv
import json
import multiprocessing
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from cartolearn.checksums import SUMS
from tests.reliability.small_run import execute_small

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["tests.reliability.warm"])
PATIENCE = 240


def start(function: Callable[..., object], *arguments: Any) -> BaseProcess:
    process = SERVER.Process(target=function, args=arguments)
    process.start()
    return process


def wait_for(process: BaseProcess) -> int | None:
    process.join(PATIENCE)
    return process.exitcode


def finish(texts: Path, folder: Path, *options: str) -> None:
    """Do a run to its end in another process."""
    assert wait_for(start(execute_small, texts, folder, *options)) == 0


def content(folder: Path) -> dict[str, Any]:
    """Return every file but the log, with the times taken out."""
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_dir() or name in ("run.log", "job.log", SUMS):
            continue
        if name == "rounds.csv":
            found[name] = [row[:5] for row in csv.reader(path.read_text().splitlines())]
        elif name.startswith("state/round_"):
            state = json.loads(json.loads(path.read_text())["payload"])
            state["row"] = {k: v for k, v in state["row"].items() if "seconds" not in k}
            found[name] = state
        else:
            found[name] = path.read_bytes()
    return found
