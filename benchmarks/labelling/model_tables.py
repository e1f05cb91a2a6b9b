"""What the studies of the models found, as tables."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.labelling.rows import Rows, grouped, mean_with_interval, table


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


OURS, TUNED, SETFIT, HEAD = "the tool", "fine-tuned", "SetFit", "SetFit, C = 10"
DEAR = TUNED, SETFIT, HEAD


def peers(rows: Rows) -> str:
    """Return accuracy and seconds of others on the same labels, and how many they would need."""
    names = [peer for peer in dict.fromkeys(row["peer"] for row in rows) if peer not in DEAR]
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
The last column is against the best mean of the first three; at most +1.0 is wanted.

{table(head, lines)}

Seconds of the processor, vectors apart: for the tool, to compare its candidates in ten parts and to
fit one; for the others, one fit. Labels: how many random ones it takes in one project for the mean
accuracy that the tool has with 300 chosen ones, between the sizes by the logarithm.

{table(counted, needs)}
{fine_tuned(rows)}"""


def fine_tuned(rows: Rows) -> str:
    """Return how the tool's fine-tuned encoder does beside SetFit's, where both were trained."""
    lines = []
    for (text,), group in grouped(rows, "name"):
        ours, theirs, head = (
            {row["seed"]: row for row in group if row["peer"] == peer} for peer in DEAR
        )
        both = sorted(ours.keys() & theirs.keys())
        if not both:
            continue
        cells = [text, str(len(both)), f"{_points(ours, both).mean():.1f}"]
        for by in (theirs, head):
            there = both if by.keys() >= set(both) else []
            points = _points(by, there)
            cells += [f"{points.mean():.1f}" if there else "-"]
            cells += [mean_with_interval(_points(ours, there) - points) if there else "-"]
        seconds = [sum(by[seed]["seconds"] for seed in both) for by in (ours, theirs)]
        cells += [f"{some / len(both):.0f}" for some in seconds]
        lines.append([*cells, f"1/{seconds[1] / seconds[0]:.1f}"])
    names = ["texts", "projects", TUNED, SETFIT, "difference", HEAD, "difference"]
    names += [f"seconds, {TUNED}", f"seconds, {SETFIT}", "ratio"]
    if not lines:
        return ""
    return f"""
Fine-tuned on these labels, all-MiniLM-L6-v2 as `status --transformer` does it and by SetFit
(`--setfit`, `num_iterations=20`), with SetFit's own head and with the others' (C = 10), which many
classes need; differences in points, paired, with their 95 % intervals, of which the lower end is
wanted above -1.0; processor seconds to train and to label 2,500 texts, of which a fifth of SetFit's
is wanted. Sets that are missing were not run: SetFit takes minutes of a core for each project.

{table(names, lines)}
"""


def _points(by: Mapping[int, Mapping[str, Any]], seeds: Sequence[int]) -> NDArray[np.float64]:
    return 100 * np.array([by[seed]["accuracy"] for seed in seeds])


def needed(curve: Sequence[tuple[int, float]], accuracy: float) -> str:
    """Return how many labels reach an accuracy, by accuracies at ascending numbers of labels."""
    for (size, before), (next_size, reached) in pairwise(curve):
        if before >= accuracy:
            return f"at most {size}"
        if reached >= accuracy:
            share = (accuracy - before) / (reached - before)
            return f"{size * (next_size / size) ** share:.0f}"
    return f"over {curve[-1][0]}"
