"""A sweep of W&B's own: its agent starts our runs; what its server says is recorded here."""

import csv
import multiprocessing
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.tracking.offline_file import OfflineRun

ROOT = Path(__file__).parents[2]
PROGRAM = Path(sys.executable).with_name("cartolearn")
pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason="the package is not installed here")


def sweep_file() -> dict[str, Any]:
    """Return the sweep file that docs/wandb.md shows."""
    page = (ROOT / "docs" / "wandb.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(# sweep.yaml.*?)```", page, flags=re.DOTALL)
    content: dict[str, Any] = yaml.safe_load(block)
    return content


class Server:
    """Hands out one run after the other, then the end, as the server's answers to an agent."""

    def __init__(self, runs: list[dict[str, Any]]) -> None:
        self.runs = runs

    def heartbeat(self, _api: object, _agent: str, _metrics: object, running: Any) -> list[Any]:
        if any(running.values()):
            return []
        return [self.runs.pop(0) if self.runs else {"type": "exit"}]


@pytest.mark.slow
@pytest.mark.parametrize("style", ["${args_no_hyphens}", "${args}"])
def test_an_agent_starts_runs_and_each_is_logged_under_its_id(
    style: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import wandb
    from wandb import wandb_agent
    from wandb.apis.public import sweeps

    with (tmp_path / "texts.csv").open("w", newline="", encoding="utf-8") as file:
        rows = ([f"{word} text {i}", word] for i in range(30) for word in "ab")
        csv.writer(file).writerows([["text", "label"], *rows])
    content = sweep_file()
    assert content["command"][-1] == "${args_no_hyphens}"
    content["command"] = [*content["command"][:-1], style]
    drawn = [("random", 0), ("margin", 0), ("random", 0)]  # the last was drawn before
    options = {
        "dataset": "csv", "dataset.train": "texts.csv", "embedding": "tfidf_svd",
        "embedding.dimensions": 5, "loop.seed_set_size": 10, "loop.rounds": 1,
        "loop.query_size": 5, "trainer.max_epochs": 1, "logger": "wandb",
    }  # fmt: skip
    runs = [
        {
            "type": "run", "run_id": f"drawn{number}", "program": content["program"],
            "args": {
                key: {"value": value}
                for key, value in (options | {"strategy": strategy, "seed": seed}).items()
            },
        }
        for number, (strategy, seed) in enumerate(drawn)
    ]  # fmt: skip
    assert set(content["parameters"]) <= set(options) | {"strategy", "seed"}
    server = Server(runs)
    monkeypatch.setattr(sweeps, "_sweep_with_runs", lambda *_: {"config": yaml.dump(content)})
    monkeypatch.setattr(wandb, "Api", object)
    monkeypatch.setattr(sweeps, "_register_agent", lambda *_, **__: {"id": "agent"})
    monkeypatch.setattr(sweeps, "_agent_heartbeat", server.heartbeat)
    monkeypatch.setattr(wandb_agent.Agent, "POLL_INTERVAL", 0.2)
    monkeypatch.chdir(tmp_path)
    for name, value in {
        "PATH": f"{PROGRAM.parent}{os.pathsep}{os.environ['PATH']}", "WANDB_MODE": "offline",
        "CAL_CACHE_DIR": str(tmp_path / "cache"), "WANDB_SWEEP_ID": "sweep1",
        "WANDB_RUN_ID": "", "WANDB_SWEEP_PARAM_PATH": "",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    queue: Any = multiprocessing.Queue()
    agent: Any = wandb_agent.Agent(object(), queue, sweep_id="sweep1", count=len(drawn))
    agent.run()

    folders = sorted(path.parent for path in tmp_path.rglob("finished.json"))
    assert len(folders) == 2
    ids = {}
    for folder in folders:
        offline = OfflineRun(folder / "wandb")
        assert [row["round"] for row in offline.history if "round" in row] == [0, 1]
        assert offline.run.sweep_id == "sweep1"
        ids[offline.config["choice/strategy"]] = offline.run.run_id
    assert ids == {"margin": "drawn1", "random": "drawn2"}
