"""A whole run in under a second, for tests that disturb it; called in processes of their own."""

import csv
import logging
import os
import random
import signal
from collections.abc import Callable
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

WORDS = {
    "sport": ["match", "goal", "team", "win", "league", "coach", "player", "score"],
    "money": ["bank", "market", "price", "share", "profit", "trade", "bond", "rate"],
    "tech": ["code", "chip", "phone", "data", "cloud", "software", "robot", "screen"],
}
UNSYNCED = {".csv", ".parquet", ".png", ".safetensors"}
CONF = Path(__file__).parents[2] / "conf"


def write_texts(path: Path, rows: int = 240) -> Path:
    """Write a CSV of short texts in three classes that share some words."""
    draw = random.Random(0)  # noqa: S311
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["topic", "body"])
        for i in range(rows):
            topic = list(WORDS)[i % 3]
            other = draw.choice(list(WORDS.values()))
            words = draw.choices(WORDS[topic], k=4) + draw.choices(other, k=3)
            writer.writerow([topic, " ".join(words)])
    return path


def small_options(texts: Path | str) -> list[str]:
    """Return the command's words for a run of four rounds with small models."""
    return [
        "dataset=csv", f"dataset.train='{texts}'", "dataset.text=body", "dataset.label=topic",
        "loop.seed_set_size=20", "loop.rounds=4", "loop.query_size=10", "trainer.max_epochs=2",
        "model.hidden_sizes=[8]", "strategy.classifier.hidden_size=8",
        "strategy.classifier.max_epochs=2", "logger=none",
    ]  # fmt: skip


@cache
def small_config() -> Any:
    """Return the composed config of a small run, which takes Hydra half as long as the run."""
    from hydra import compose, initialize_config_dir

    import cartolearn.config.hydra_command  # noqa: F401  (registers what the config refers to)

    with initialize_config_dir(str(CONF), version_base="1.3"):
        return compose("config", small_options("texts.csv"))


def execute_small(texts: Path, folder: Path, *options: str) -> None:
    """Do a run, or go on with it."""
    from omegaconf import OmegaConf

    from cartolearn.loop.execute import execute
    from cartolearn.loop.resume import Task
    from cartolearn.tracking.base import open_trackers

    logging.getLogger().setLevel(logging.INFO)
    cache_dir = texts.absolute().parent / "cache"
    mine = [f"dataset.train='{texts}'", f"paths.cache_dir='{cache_dir}'", *options]
    config: Any = OmegaConf.merge(small_config(), OmegaConf.from_dotlist(mine))
    with redirect_stdout(StringIO()):
        choices = {"strategy": "cal", "dataset": "csv"}
        execute(Task(config, folder, choices, mine, Path.cwd()), open_trackers)


def die_at_write(number: int, stage: str) -> None:
    """Make this process kill itself at its n-th write: during, before or after the rename."""
    done = 0
    replace: Callable[[Path, Path], Path] = Path.replace

    def deadly(self: Path, target: Path) -> Path:
        nonlocal done
        done += 1
        if done < number:
            return replace(self, target)
        if stage == "half written" and target.suffix in UNSYNCED:
            whole = self.read_bytes()
            self.write_bytes(whole[: len(whole) // 2])
            replace(self, target)  # what a power cut may leave of an unsynced file
        if stage == "after the rename":
            replace(self, target)
        os.kill(os.getpid(), signal.SIGKILL)
        return target

    Path.replace = deadly  # type: ignore[method-assign, assignment]


def run_and_die(texts: Path, folder: Path, number: int, stage: str, *options: str) -> None:
    """Do a run that is killed at its n-th write."""
    die_at_write(number, stage)
    execute_small(texts, folder, *options)
