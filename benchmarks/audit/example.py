"""The example of docs/audit.md: labels by a weak model, 200 checks, the measure, the fixed file.

    python -m benchmarks.audit.example --folder example

3,000 questions of TREC are labelled by a linear model that learned from few others, thinned to 15 %
errors. A checker who is always right fills in the sheet. The commands are printed with what they
say; a picture sets the intervals by class against the truth.
"""

import argparse
import csv
import json
import shlex
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.audit.cells import ROWS, labels_of
from benchmarks.coverage.sets import load
from benchmarks.measure import ROOT
from cartolearn.commands.audit import main as audit

PICTURE = ROOT / "docs" / "images" / "audit.png"


def main() -> None:
    """Make the file, audit it, and draw the picture."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--folder", type=Path, required=True)
    words.add_argument("--out", type=Path, default=PICTURE)
    given = words.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    gold, machine = _write(given.folder / "questions.csv")
    folder = given.folder / "audit"
    file = given.folder / "questions.csv"
    _run(f"init {file} --text question --label type --source model --out {folder}")
    _run(f"next {folder} -n 200")
    check(folder / "to_check.csv", gold)
    _run(f"add {folder} {folder / 'to_check.csv'}")
    _run(f"status {folder} audit.limit=0.1")
    _run(f"fix {folder} --leave-out 0.5")
    told = json.loads(_run(f"status {folder} --json", shown=False))
    _draw(given.out, told, gold, machine)
    _count(folder / "corrected.csv", gold, machine)


def _write(path: Path) -> tuple[list[str], list[str]]:
    whole = load("trec")
    order = np.random.default_rng(7).permutation(len(whole.texts))
    rows, others = order[:ROWS], order[ROWS:]
    given = labels_of(whole, rows, others, "weak", np.random.default_rng(7))
    names = np.array(["abbreviation", "description", "entity", "human", "location", "number"])
    gold, machine = names[whole.gold[rows]].tolist(), names[given].tolist()
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["question", "type"])
        writer.writerows(zip((whole.texts[row] for row in rows), machine, strict=True))
    return gold, machine


def _run(line: str, *, shown: bool = True) -> str:
    with redirect_stdout(StringIO()) as said:
        code = audit(shlex.split(line))
    if shown or code:
        sys.stdout.write(f"$ cartolearn audit {line}\n{said.getvalue()}\n")
    return said.getvalue()


def check(sheet: Path, gold: list[str]) -> None:
    with sheet.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    with sheet.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(row | {"label": gold[int(row["id"])]} for row in rows)


def _count(path: Path, gold: list[str], machine: list[str]) -> None:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        fixed = [row["type"] for row in csv.DictReader(stream)]
    for name, labels in (("before", machine), ("after", fixed)):
        left = [(label, true) for label, true in zip(labels, gold, strict=True) if label]
        wrong = sum(label != true for label, true in left)
        sys.stdout.write(f"{name}: {wrong} of {len(left)} labels are wrong\n")


def _draw(path: Path, told: dict[str, Any], gold: list[str], machine: list[str]) -> None:
    import matplotlib.pyplot as plt

    parts = [("all labels", told["wrong"])]
    parts += [
        (f"called {one['class']}", one) for one in told["classes"] if one["share"] is not None
    ]
    figure, axes = plt.subplots(figsize=(7, 0.45 * len(parts) + 1), layout="constrained")
    right = np.array(gold) == np.array(machine)
    for place, (name, one) in enumerate(reversed(parts)):
        members = [name in ("all labels", f"called {label}") for label in machine]
        true = 100 * (1 - right[members].mean())
        low, high, share = (100 * one[key] for key in ("low", "high", "share"))
        axes.plot([low, high], [place, place], color="#0072B2", linewidth=3, alpha=0.6,
                  label="95 % interval" if not place else None)  # fmt: skip
        axes.plot(share, place, "o", color="#0072B2", label="estimate" if not place else None)
        axes.plot(true, place, "D", color="#D55E00", fillstyle="none",
                  label="truth" if not place else None)  # fmt: skip
    axes.set_yticks(
        range(len(parts)), [f"{n} ({o['checked']} checked)" for n, o in reversed(parts)]
    )
    axes.set_xlabel("wrong labels (%)")
    axes.set_xlim(left=0)
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=120)


if __name__ == "__main__":
    main()
