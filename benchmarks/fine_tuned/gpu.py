"""Whole fine-tuned runs on a GPU: ``python -m benchmarks.fine_tuned.gpu FOLDER``.

TREC and AG News with CAL, as the recipes have them: seconds of a round beside the paper's (11 s and
62 s on an A100, section 7), how busy the card is, and what ``model.compiled=true`` saves of a
training step. Without a GPU it runs on the CPU and says so.
"""

import argparse
import csv
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import fmean, median

import torch
from torch.nn import functional

PAPER = {"trec": 11.0, "agnews": 62.0}
EVERY = 0.5  # seconds between two looks at the card
STEPS = 30


def main() -> None:
    """Run both datasets, and print a line each; then the step with and without compilation."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("words", nargs="*", help="further options of a run")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    print(f"on {card()}")
    for name, paper in PAPER.items():
        words = [f"experiment=finetuned_{name}", "strategy=cal", *options.words]
        seconds, busy = whole_run(options.folder / name, words)
        print(told(name, seconds, busy, paper))
    for compiled in (False, True):
        seconds_a_step = seconds_of_a_step("installed", compiled=compiled)
        print(f"model.compiled={str(compiled).lower()}: {1000 * seconds_a_step:.1f} ms a step")


def card() -> str:
    """Return the name of the GPU, or that there is none."""
    return torch.cuda.get_device_name() if torch.cuda.is_available() else "the CPU (no GPU here)"


def whole_run(folder: Path, words: Sequence[str]) -> tuple[list[float], list[float]]:
    """Do a run in ``folder``; return the seconds of its rounds, and the card's load in percent."""
    command = [sys.executable, "-m", "cartolearn", "run", *words, "logger=none"]
    command += ["overwrite=true", f"hydra.run.dir={folder}"]
    with watched_card() as busy:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with (folder / "rounds.csv").open(encoding="utf-8") as file:
        return [float(row["seconds"]) for row in csv.DictReader(file)], busy


@contextmanager
def watched_card() -> Iterator[list[float]]:
    """Collect the card's utilisation in percent; the list stays empty without a GPU."""
    found, ended = list[float](), threading.Event()

    def look() -> None:
        query = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits"]
        while not ended.wait(EVERY):
            found.append(float(subprocess.check_output(query, text=True).split()[0]))

    watch = threading.Thread(target=look) if torch.cuda.is_available() else None
    if watch is not None:
        watch.start()
    try:
        yield found
    finally:
        ended.set()
        if watch is not None:
            watch.join()


def told(name: str, seconds: Sequence[float], busy: Sequence[float], paper: float) -> str:
    """Return the line on a run."""
    load = f"{fmean(busy):.0f} % busy on average" if busy else "no GPU to watch"
    rounds = f"median {median(seconds):.1f} s a round of {len(seconds)}"
    return f"{name}: {rounds}, most {max(seconds):.1f} s (the paper: {paper:.0f} s); {load}"


def seconds_of_a_step(encoder: str, *, compiled: bool, number: int = STEPS) -> float:
    """Return the median seconds of a training step on 16 texts of 8 tokens, after the first."""
    from cartolearn.models.transformer import Transformer

    device = "cuda" if torch.cuda.is_available() else "cpu"
    y = torch.arange(16, device=device) % 2
    x = torch.randint(1, 20, (16, 8), device=device)
    model = Transformer(n_classes=2, labels=y.cpu(), encoder=encoder, compiled=compiled).to(device)
    adam = torch.optim.AdamW(model.parameters(), lr=1e-4, fused=True)

    def step() -> float:
        start = time.perf_counter()
        functional.cross_entropy(model(x), y).backward()
        adam.step()
        adam.zero_grad()
        if x.is_cuda:
            torch.cuda.synchronize()
        return time.perf_counter() - start

    step()  # compilation, and the first look at memory
    return median(step() for _ in range(number))


if __name__ == "__main__":
    main()
