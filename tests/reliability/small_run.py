"""A whole run in about a second, for tests that kill it; called in processes of their own."""

import csv
import os
import random
import signal
from collections.abc import Callable
from pathlib import Path

WORDS = {
    "sport": ["match", "goal", "team", "win", "league", "coach", "player", "score"],
    "money": ["bank", "market", "price", "share", "profit", "trade", "bond", "rate"],
    "tech": ["code", "chip", "phone", "data", "cloud", "software", "robot", "screen"],
}


UNSYNCED = {".csv", ".parquet", ".png", ".pt"}


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


def execute_small(texts: Path, folder: Path, *options: str) -> None:
    """Do a run of four rounds, or go on with it."""
    import torch
    from hydra import compose, initialize_config_dir

    import src.run  # noqa: F401  (registers what the config refers to)
    from src.loop.execute import execute

    torch.set_num_threads(1)
    overrides = [
        "dataset=csv", f"dataset.train='{texts}'", "dataset.text=body", "dataset.label=topic",
        "loop.seed_set_size=20", "loop.rounds=4", "loop.query_size=10", "trainer.max_epochs=2",
        "logger=none", f"paths.cache_dir='{texts.parent / 'cache'}'", *options,
    ]  # fmt: skip
    conf = Path(__file__).parents[2] / "conf"
    with initialize_config_dir(str(conf), version_base="1.3"):
        config = compose("config", overrides)
    execute(config, folder, {"strategy": "cal", "dataset": "csv"}, overrides)


def die_at_write(number: int, stage: str) -> None:
    """Make this process kill itself at its n-th atomic write: during, before or after the rename."""
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
