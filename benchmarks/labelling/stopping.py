"""When does which rule say stop, and is it right?

    python -m benchmarks.labelling.stopping projects --out results/stopping.jsonl

Judges the projects that ``benchmarks.labelling.projects`` has simulated. A project stops at the
first size at which the rule says so. It is wrong where the next 100 labels then bring more than
``worth``: where the lower 95 % bound of their gain, the mean of three trainings on the texts that
are never offered, is above it. A project's curve is flat from the first size on at which a power
law through its true accuracies says that 100 further labels bring less than ``worth``; a verdict is
in time up to 200 labels after that.

Beside the rule of ``status``: its forecast (where it was asked for; looked at every 100 labels),
disagreement alone (at most 5 % with the model of 100 labels ago),
classification change (Zhu, Wang and Hovy 2008: no text set aside changes its class within a batch),
kappa average (Bloodgood and Vijay-Shanker 2009: the last three kappas of successive models are .99
on average) and overall uncertainty (Zhu, Wang and Hovy 2008: the mean entropy is below .05 of that
of even chances), with the thresholds that small-text has.
"""

import argparse
import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import cohen_kappa_score

from benchmarks.labelling.projects import BATCH, Run
from cartolearn.files import write_text
from cartolearn.label.measuring.stopping import AHEAD, LEAST_LABELS, outlook

WORTH, IN_TIME = 0.005, 200
BACK = AHEAD // BATCH
Rule = Callable[[Run, int], bool]


def believed_gain(run: Run, k: int) -> bool:
    """What ``status`` says."""
    found = outlook(run.believed[k].astype(np.float64), changed(run, k, BACK), WORTH)
    return found.verdict == "stop"


def disagreement(run: Run, k: int) -> bool:
    """Three comparisons with the model of 100 labels ago, the mean share that changed."""
    some = range(max(k - 2, BACK), k + 1)
    return float(np.mean([changed(run, j, BACK) for j in some])) <= 0.05


def classification_change(run: Run, k: int) -> bool:
    """Nothing changed within a batch."""
    return changed(run, k, 1) == 0


def kappa_average(run: Run, k: int) -> bool:
    """Successive models agree beyond chance almost always."""
    said = run.said[k - 3 : k + 1]
    kappas = [cohen_kappa_score(a, b) for a, b in pairwise(said)]
    return float(np.mean(kappas)) >= 0.99


def overall_uncertainty(run: Run, k: int) -> bool:
    """The model is sure of everything."""
    return bool(run.entropy[k] < 0.05)


def forecast(run: Run, k: int) -> bool:
    """What ``status`` said before: "you may stop" where the forecast gain is small."""
    return bool(run.forecast[k] < WORTH)


RULES: dict[str, Rule] = {
    "status": believed_gain,
    "forecast": forecast,
    "disagreement": disagreement,
    "classification change": classification_change,
    "kappa average": kappa_average,
    "overall uncertainty": overall_uncertainty,
}


def changed(run: Run, k: int, back: int) -> float:
    """Return the share of the texts set aside whose class changed within so many batches."""
    return float((run.said[k] != run.said[k - back]).mean())


def gain(run: Run, k: int) -> tuple[float, float]:
    """Return what the next 100 labels brought, over three trainings, and its standard error."""
    after = [*run.ahead[k], *run.right[k + BACK : k + BACK + 1]]
    gains = np.mean(after, axis=0) - run.right[k]
    return float(gains.mean()), float(gains.std(ddof=1) / np.sqrt(len(gains)))


def flat_from(run: Run) -> int | None:
    """Return from which size on 100 further labels bring less than ``WORTH``; None if never."""
    from scipy.optimize import curve_fit

    def law(n: Any, top: float, a: float, b: float) -> Any:
        return top - a * (n / 100) ** -b

    accuracy = run.right.mean(axis=1)
    start, limits = (float(accuracy.max()), 0.2, 0.7), ([0, 0, 0.05], [1, 1, 3])
    fitted, _ = curve_fit(law, run.sizes, accuracy, p0=start, bounds=limits)
    flat = law(run.sizes + AHEAD, *fitted) - law(run.sizes, *fitted) < WORTH
    return int(run.sizes[flat.argmax()]) if flat.any() else None


def judge(run: Run, rule: Rule) -> dict[str, Any]:
    """Return when a rule stops a project, and what it would have brought to go on."""
    first = LEAST_LABELS // BATCH - 1
    stops = [k for k in range(first, len(run.sizes)) if rule(run, k)]
    found: dict[str, Any] = {"stop": None, "gain": None, "wrong": None}
    if stops:
        middle, error = gain(run, stops[0])
        wrong = middle - 1.645 * error > WORTH
        found = {"stop": int(run.sizes[stops[0]]), "gain": middle, "wrong": bool(wrong)}
    return found


def main() -> None:
    """Write a JSON line for each project and rule."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("projects", type=Path, help="the folder of benchmarks.labelling.projects")
    words.add_argument("--out", type=Path, required=True)
    given = words.parse_args()
    lines = []
    for path in sorted(given.projects.glob("*.npz")):
        run = Run.load(path)
        name, _, seed = path.stem.rpartition("-")
        about = {"name": name, "seed": int(seed), "labels": int(run.sizes[-1])}
        about["flat"] = flat_from(run)
        for rule, says in RULES.items():
            if rule == "forecast" and np.isnan(run.forecast).all():
                continue
            lines.append(json.dumps(about | {"rule": rule} | judge(run, says)))
    write_text(given.out, "".join(line + "\n" for line in lines))


if __name__ == "__main__":
    main()
