"""Large audits: seconds and peak memory of each command, by the number of labels.

Texts and features are those of ``benchmarks.scale``; 15 % of the labels are the next class. A line
of results is written after each command; what is there is not done again.

    python -m benchmarks.audit.large FOLDER 10000 100000 1000000
    python -m benchmarks.audit.large FOLDER --page

Options of the audit may follow the sizes, e.g. audit.learn_from=2000, in a folder of their own.
"""

import csv
import shutil
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import numpy as np

from benchmarks import scale
from benchmarks.scale import CLASSES, IMPORTED
from cartolearn.audit.project.folder import Audit
from cartolearn.commands.audit import main as audit

CHECKS, WRONG = 200, 0.15
COMMANDS = ("init", "next", "again", "status", "fix")
ALSO = ("cartolearn.audit.commands", "cartolearn.audit.suspicion.held_out",
        "cartolearn.audit.measuring.status", "sklearn.discriminant_analysis",
        "sklearn.linear_model")  # fmt: skip
SAID = {
    "init": "`audit init` of a CSV",
    "next": f"`audit next -n {CHECKS}`, the first",
    "again": f"`audit next -n {CHECKS}`, the second",
    "status": "`audit status`",
    "fix": "`audit fix --above 0.5`",
}


def main(words: Sequence[str]) -> None:
    """Measure the sizes named, or write the table of what was measured."""
    folder, *rest = words
    results = Path(folder) / "audit.jsonl"
    if rest == ["--page"]:
        lines = scale.read(results)
        known = {(line["command"], line["size"]): line for line in lines}
        print("\n".join(scale.table(known, sorted({line["size"] for line in lines}), SAID)))
        return
    for module in (*IMPORTED, *ALSO):
        import_module(module)
    options = [word for word in rest if "=" in word]
    for size in [int(word) for word in rest if word not in options]:
        measure(Path(folder), size, results, options)


def measure(folder: Path, size: int, results: Path, options: Sequence[str]) -> None:
    """Measure one size; its files go once all is done."""
    done = {line["command"] for line in scale.read(results) if line["size"] == size}
    if done >= set(COMMANDS):
        return
    work = folder / f"audit-{size}"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    table, project, shards = work / "texts.csv", work / "audit", work / "shards"
    labelled(table, size)
    sheet = project / "to_check.csv"
    given = [f"paths.features={shards}", *options]
    steps = {
        "init": ["init", table, "--text", "text", "--out", project, "embedding=wordllama"],
        "next": ["next", project, "-n", CHECKS, *given],
        "again": ["next", project, "-n", CHECKS, *given, "--overwrite"],
        "status": ["status", project, *given],
        "fix": ["fix", project, "--above", "0.5", *given],
    }
    for command, step in steps.items():
        scale.timed(results, size, command, *step, of=audit)
        if command == "init":
            scale.forked(lambda: scale.written(Audit.open(project).texts, shards))
        if command == "next":
            scale.answer(sheet)
            scale.run("add", project, sheet, of=audit)
    shutil.rmtree(work)


def labelled(path: Path, size: int) -> None:
    """Write a CSV of made-up texts with labels of which some are wrong."""
    plain = path.with_suffix(".plain")
    scale.write(plain, size)
    wrong = np.random.default_rng(1).random(size) < WRONG
    with plain.open(encoding="utf-8") as source, path.open("w", encoding="utf-8") as target:
        next(source)
        rows = csv.writer(target)
        rows.writerow(["text", "label"])
        for line, is_wrong in zip(source, wrong.tolist(), strict=True):
            true = CLASSES.index(line[0])
            rows.writerow([line.rstrip("\n"), CLASSES[(true + is_wrong) % len(CLASSES)]])
    plain.unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
