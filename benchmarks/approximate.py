"""What is lost by features in float16, and by choosing from a pool in two steps.

Features are those of wordllama, the model and its training those of labelling. A line of results is
written after each selection and each run; what is there is not done again. Said before it was run:
a loss counts where the interval of the AULC, paired by seed, is below 0; a point of it matters.
Parts name 400 candidates and not 2,000, so that two steps look at a twelfth of the pool: of a part
of a million it is a five-hundredth.

    python -m benchmarks.approximate FOLDER halves 0 1 2 3 4   # one selection by every strategy
    python -m benchmarks.approximate FOLDER float16 0 1 2 3 4  # AULC of those that pick together
    python -m benchmarks.approximate FOLDER steps 0 1 2 3 4    # the same, in two steps
    python -m benchmarks.approximate FOLDER page               # the tables of docs/scale.md
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from benchmarks.coverage.sets import load
from cartolearn.config.build import build
from cartolearn.config.schema import PART_SIZE
from cartolearn.data.kept_texts import ProjectTexts
from cartolearn.embeddings.features import Features
from cartolearn.embeddings.moments import moments
from cartolearn.embeddings.wordllama import WordLlama
from cartolearn.generators import generator
from cartolearn.id_sets import without
from cartolearn.label.project.options import compose_options
from cartolearn.models.learner import Learner
from cartolearn.models.trained import Trained
from cartolearn.statistics.intervals import mean_estimate
from cartolearn.strategies import two_steps
from cartolearn.strategies.observations import Observations

SETS = {"trec": 4000, "snips": 4000, "banking77": 4000}
LARGE, LARGE_SIZE, PART, CANDIDATES = "agnews", 21_000, 5000, 400
TEST, FIRST, BATCH, ROUNDS = 1000, 40, 20, 5
SELECTED_AFTER, SELECTED = 100, 50
SCORED = (
    "least_confidence", "margin", "entropy", "bald", "cal", "contrastive", "pool_confidence",
    "pool_flips", "pool_margin", "pool_variability",
)  # fmt: skip
CLUSTERED = ("diverse_minibatch",)  # scored row by row, so that two steps are exact
TOGETHER = (
    "badge", "coreset", "coverage", "max_herding", "kmeans", "typiclust", "dal", "cal_dal",
)  # fmt: skip
STRATEGIES = (*SCORED, *CLUSTERED, *TOGETHER)
ARMS = {"whole": (False, PART_SIZE), "float16": (True, PART_SIZE), "two steps": (False, PART)}
Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Pool:
    """A set: its features in both types, classes, and which rows test."""

    features: dict[bool, Features]
    gold: Ints
    classes: int

    @property
    def test(self) -> Ints:
        """The first rows, int64 [TEST]."""
        return np.arange(TEST)

    def drawn(self, seed: int, count: int) -> Ints:
        """Return rows to begin with, int64 [count], at random."""
        random = np.random.default_rng([seed, 7])
        return random.permutation(np.arange(TEST, len(self.gold)))[:count]

    def inputs(self, *, half: bool) -> Features:
        """Return standardised features."""
        raw = self.features[half]
        return raw.standardised(*moments(raw))

    def trained(self, name: str, seed: int, rows: Ints, *, half: bool) -> Trained:
        """Train on some rows as labelling does."""
        options = compose_options([f"strategy={name}"])
        make = partial(build, options.model, "model")
        learner = Learner(self.inputs(half=half), self.classes, make, options.trainer, seed)
        return learner.train(rows, self.gold[rows], "head", keep_epochs=True)

    def selected(
        self, name: str, seed: int, trained: Trained, rows: Ints, n: int, part: int
    ) -> Ints:
        """Let a strategy choose n more."""
        left = without(np.arange(TEST, len(self.gold)), rows)
        seen = Observations(torch.from_numpy(left), trained, part_size=part)
        strategy = compose_options([f"strategy={name}"]).strategy
        return strategy.select(seen, n, generator(seed, "batch", len(rows))).ids


@cache
def pool(name: str) -> Pool:
    """Return a set with its features."""
    whole = load(name, SETS.get(name, LARGE_SIZE))
    made = WordLlama().embed(ProjectTexts(whole.texts, len(whole.texts)))
    rows = torch.from_numpy(made.features)
    kinds = {half: Features([rows.half() if half else rows], made.report) for half in (False, True)}
    return Pool(kinds, whole.gold, whole.n_classes)


def picks(name: str, strategy: str, seed: int) -> dict[str, Any]:
    """Return how many picks of one selection are the same with features in float16.

    Once seen by the same model, trained on float32, and once by one that was trained on float16.
    """
    data = pool(name)
    rows = data.drawn(seed, SELECTED_AFTER)
    models: dict[bool | str, Trained] = {
        half: data.trained(strategy, seed, rows, half=half) for half in (False, True)
    }
    models["seen"] = replace(models[False], inputs=data.inputs(half=True))
    ids = {
        key: data.selected(strategy, seed, model, rows, SELECTED, PART_SIZE)
        for key, model in models.items()
    }
    same = {key: len(np.intersect1d(ids[False], ids[key])) for key in ("seen", True)}
    return {"same": same["seen"], "trained": same[True], "of": SELECTED}


def run(name: str, strategy: str, seed: int, arm: str) -> dict[str, Any]:
    """Return the AULC of a run: the mean accuracy on the test rows after every training."""
    data, (half, part) = pool(name), ARMS[arm]
    rows, right = data.drawn(seed, FIRST), []
    for number in range(ROUNDS + 1):
        trained = data.trained(strategy, seed, rows, half=half)
        said = trained.probabilities(torch.from_numpy(data.test)).argmax(dim=1).numpy()
        right.append(float((said == data.gold[data.test]).mean()))
        if number < ROUNDS:
            more = data.selected(strategy, seed, trained, rows, BATCH, part)
            rows = np.concatenate([rows, more])
    curve = np.array(right)
    return {"aulc": float((curve[1:] + curve[:-1]).mean() / 2)}


def jobs(kind: str, seeds: Sequence[int]) -> Iterator[tuple[str, ...]]:
    """Yield what is measured, one seed after the other."""
    for seed in map(str, seeds):
        if kind == "halves":
            yield from ((kind, name, strategy, seed) for name in SETS for strategy in STRATEGIES)
            continue
        sets, arm = (SETS, "float16") if kind == "float16" else ((LARGE,), "two steps")
        for strategy in TOGETHER if kind == "steps" else (*CLUSTERED, *TOGETHER):
            for name in sets:
                yield from (("runs", name, strategy, seed, one) for one in ("whole", arm))


def measure(path: Path, kind: str, seeds: Sequence[int]) -> None:
    """Measure what is not in the file yet."""
    torch.set_num_threads(1)
    two_steps.CANDIDATES = CANDIDATES
    done = {tuple(line["job"]) for line in read(path)}
    for job in jobs(kind, seeds):
        if job in done:
            continue
        _, name, strategy, seed, *arm = job
        found = (
            picks(name, strategy, int(seed)) if not arm else run(name, strategy, int(seed), *arm)
        )
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"job": job} | found) + "\n")


def read(path: Path) -> list[dict[str, Any]]:
    """Return what was measured so far."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def page(lines: list[dict[str, Any]]) -> Iterator[str]:
    """Yield the tables."""
    known = {tuple(line["job"]): line for line in lines}
    yield "| strategy | " + " | ".join(SETS) + " |"
    yield "| --- |" + " --- |" * len(SETS)
    for strategy in STRATEGIES:
        cells = []
        for name in SETS:
            some = [one for job, one in known.items() if job[:3] == ("halves", name, strategy)]
            same, own, of = (sum(one[key] for one in some) for key in ("same", "trained", "of"))
            cells.append(f"{100 * same / of:.1f} %, {100 * own / of:.1f} %" if of else "")
        yield f"| `{strategy}` | " + " | ".join(cells) + " |"
    yield ""
    yield "| strategy | float16, of all sets | two steps |"
    yield "| --- | --- | --- |"
    groups = [*((name,) for name in (*CLUSTERED, *TOGETHER)), (*CLUSTERED, *TOGETHER)]
    for group in groups:
        lines_of = (lost(known, group, arm) for arm in ("float16", "two steps"))
        named = f"`{group[0]}`" if len(group) == 1 else "all of them"
        yield f"| {named} | " + " | ".join(lines_of) + " |"


def lost(known: dict[tuple[str, ...], dict[str, Any]], strategies: Sequence[str], arm: str) -> str:
    """Return the AULC less that of the exact run, in points, with its interval over the runs."""
    gains = [
        100 * (one["aulc"] - known[(*job[:4], "whole")]["aulc"])
        for job, one in known.items()
        if job[0] == "runs" and job[2] in strategies and job[4] == arm
        and (*job[:4], "whole") in known
    ]  # fmt: skip
    if not gains:
        return ""
    if len(gains) == 1:
        return f"{gains[0]:+.2f}, 1 run"
    told = mean_estimate(np.array(gains))
    return f"{told.value:+.2f} ({told.low:+.2f} to {told.high:+.2f}), {len(gains)} runs"


def main(words: Sequence[str]) -> None:
    """Measure, or write the tables."""
    folder, kind, *seeds = words
    path = Path(folder) / "approximate.jsonl"
    if kind == "page":
        print("\n".join(page(read(path))))
    else:
        measure(path, kind, list(map(int, seeds)))


if __name__ == "__main__":
    main(sys.argv[1:])
