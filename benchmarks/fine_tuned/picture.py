"""Draw how much the model matters beside the strategy, from runs of two recipes on TREC."""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cartolearn.files import atomic_write
from cartolearn.runs.run import Run, load_run
from cartolearn.statistics.intervals import mean_intervals

Floats = NDArray[np.float64]
COLOURS = ("#0072B2", "#D55E00")


@dataclass(frozen=True)
class Line:
    """Accuracy by labels of one strategy on one model: mean and interval over seeds, [K] each."""

    name: str
    labels: Floats
    mean: Floats
    low: Floats
    high: Floats


def main() -> None:
    """Read the runs and write the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("finetuned", type=Path, help="runs of experiment=finetuned_trec")
    parser.add_argument("paper", type=Path, help="runs of experiment=paper_trec")
    parser.add_argument("--out", type=Path, default=Path("docs/images/models.png"))
    words = parser.parse_args()
    encoder, paper = words.finetuned, words.paper
    models = [
        [line_of(encoder, name, "fine-tuned encoder") for name in ("random", "coverage")],
        [line_of(paper, name, "paper's MLP") for name in ("random", "cal")],
    ]
    draw(models, words.out)
    for line in (line for lines in models for line in lines):
        points = zip(line.labels, line.mean, strict=True)
        print(line.name, *(f"{labels:.0f}: {mean:.3f}" for labels, mean in points))


def line_of(folder: Path, strategy: str, model: str) -> Line:
    """Return the line of a strategy as ``conf/`` has it, over all seeds that are there."""
    read = (load_run(path.parent) for path in sorted(folder.glob("*/finished.json")))
    runs = [run for run in read if run.strategy == strategy and plain(run)]
    labels = runs[0].labelled
    mean, low, high = mean_intervals(np.stack([run.accuracy for run in runs]))
    return Line(f"{model}, {strategy} ({len(runs)} seeds)", labels.astype(float), mean, low, high)


def plain(run: Run) -> bool:
    """Whether the strategy has the options that matter here as ``conf/strategy`` has them."""
    options = run.config["strategy"]
    usual = {"space": "features", "correctness_threshold": 0.2}
    return all(options.get(key, value) == value for key, value in usual.items())


def draw(models: list[list[Line]], path: Path) -> None:
    """Draw a colour a model; the random baseline is dashed."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.5, 4.2), layout="constrained")
    axes = figure.subplots()
    for lines, colour in zip(models, COLOURS, strict=True):
        for line in lines:
            style = ("--" if ", random" in line.name else "-") + "o" * (len(line.labels) < 10)
            axes.plot(line.labels, line.mean, style, color=colour, label=line.name)
            axes.fill_between(line.labels, line.low, line.high, color=colour, alpha=0.15)
    axes.set_xscale("log", base=2)
    ticks = [32, 64, 128, 256, 512, 1000, 2000]
    axes.set_xticks(ticks, [str(tick) for tick in ticks])
    axes.minorticks_off()
    axes.set(xlabel="labelled questions of TREC", ylabel="accuracy on test questions")
    axes.set_ylim(0.3, 1)
    axes.grid(alpha=0.3)
    axes.legend(
        loc="center right",
        bbox_to_anchor=(1, 0.62),
        fontsize="small",
        title="mean, 95 % interval over seeds",
    )
    with atomic_write(path) as temporary:
        figure.savefig(temporary, format="png", dpi=130)


if __name__ == "__main__":
    main()
