"""A person who labels through the files, and errs in a share of the answers.

    python -m benchmarks.labelling.annotator trec agnews shop --out annotator.jsonl

Every batch goes out with ``next`` and comes back with ``add``; wrong answers are drawn evenly from
the other classes. After some batches the accuracy that ``status`` reports is set against that on
1,000 texts that the project never saw, by their true labels and by labels of the same person.
"""

import argparse
import csv
import json
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from dataclasses import asdict, dataclass
from io import StringIO
from pathlib import Path

import numpy as np

from benchmarks.labelling.texts import Texts, answers, draw
from cartolearn.label.measuring.accuracy import evaluate
from cartolearn.label.model.chosen import choose, train
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.folder import Project
from tests.label.conftest import fill_in, run

NO_ENCODER = ("embedding=wordllama",)


@dataclass(frozen=True)
class Measured:
    """What ``status`` says with so many labels, and the truth.

    Attributes:
        labels: Labelled texts.
        at_random: Of these, the labels of the random share.
        accuracy: As ``status`` reports it, cross-validated; with its interval ``low`` to ``high``.
        truth: Accuracy of a model of all labels on the test texts, by their true labels.
        as_given: The same by labels with as many wrong ones as the person gives.
    """

    labels: int
    at_random: int
    accuracy: float
    low: float
    high: float
    truth: float
    as_given: float


def label_by_files(
    folder: Path, drawn: Texts, batches: int, n: int, wrong: float, options: Sequence[str]
) -> Iterator[Project]:
    """Label ``batches`` batches of ``n`` texts; give the project after each."""
    with (folder / "texts.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["body"], *([text] for text in drawn.texts)])
    path, classes = folder / "project", f"--classes={','.join(drawn.classes)}"
    _do("init", folder / "texts.csv", "--text=body", classes, "--out", path, *options)
    for batch in range(batches):
        _do("next", path, "-n", n)
        fill_in(path / "to_label.csv", drawn.gold, wrong, seed=batch)
        _do("add", path, path / "to_label.csv")
        yield Project.open(path)


def _do(*words: object) -> None:
    with redirect_stdout(StringIO()):
        assert run(*words) == 0, words


def measure(project: Project, drawn: Texts, wrong: float) -> Measured:
    """Set what ``status`` reports against the test texts."""
    features, state = ProjectFeatures.of(project), project.state()
    level = project.options.labelling.confidence_level
    choice = choose(features, state)
    seen = evaluate(features, state, np.array([len(state.labels)]), choice)
    low, high = seen.bounds(level)[0].tolist()
    labels = train(features, state, choice).predict(drawn.test_texts).labels
    said = np.array([state.classes.index(name) for name in labels])
    gold = np.array([state.classes.index(name) for name in drawn.test_gold])
    given = answers(gold, len(state.classes), wrong, seed=0)
    return Measured(
        labels=len(state.labels),
        at_random=len(seen.ids) if seen.at_random else 0,
        accuracy=float(seen.accuracy[0]),
        low=low,
        high=high,
        truth=float((said == gold).mean()),
        as_given=float((said == given).mean()),
    )


def study(name: str, seed: int, wrong: float, batches: int, n: int, every: int) -> list[Measured]:
    """Label a drawing of a data set, and measure after every few batches."""
    drawn = draw(name, seed)
    with tempfile.TemporaryDirectory() as folder:
        options = [*NO_ENCODER, f"seed={seed}"]
        projects = enumerate(label_by_files(Path(folder), drawn, batches, n, wrong, options), 1)
        return [measure(project, drawn, wrong) for batch, project in projects if not batch % every]


def main() -> None:
    """Append a JSON line for each measurement to a file."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("names", nargs="+", choices=("trec", "agnews", "rotten_tomatoes", "shop"))
    words.add_argument("--wrong", type=float, nargs="+", default=[0.0, 0.05, 0.2])
    words.add_argument("--seeds", type=int, nargs=2, default=[0, 1], help="first, last + 1")
    words.add_argument("--batches", type=int, default=20)
    words.add_argument("-n", type=int, default=25, help="texts a batch")
    words.add_argument("--every", type=int, default=10, help="measure after so many batches")
    words.add_argument("--out", type=Path, required=True)
    given = words.parse_args()
    for seed in range(*given.seeds):
        for name in given.names:
            for wrong in given.wrong:
                found = study(name, seed, wrong, given.batches, given.n, given.every)
                what = {"name": name, "wrong": wrong, "seed": seed, "batches": given.batches}
                with given.out.open("a", encoding="utf-8") as stream:
                    stream.writelines(json.dumps(what | asdict(one)) + "\n" for one in found)


if __name__ == "__main__":
    main()
