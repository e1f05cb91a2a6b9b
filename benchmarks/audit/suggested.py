"""The example of docs/audit.md with a language model: label suggest, 100 checks, the measure.

    python -m benchmarks.audit.suggested --folder example

No language model answers here but a stub on the loopback address. It says what a linear model says
that learned from few other texts, thinned to 15 % errors. All else is as with a real one: 600
questions of TREC are sent one by one, and a checker who is always right fills in the sheet.
"""

import argparse
import csv
import json
import shlex
import sys
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np

from benchmarks.audit.cells import labels_of
from benchmarks.audit.example import check
from benchmarks.coverage.sets import load
from cartolearn.commands.audit import main as audit
from cartolearn.commands.label import main as label
from tests.label.suggesting.stub import Answer, Body, chat, served, text_of

QUESTIONS, CHECKS = 600, 100
NAMES = np.array(["abbreviation", "description", "entity", "human", "location", "number"])


def main() -> None:
    """Make the project, ask the stub, audit what it said."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--folder", type=Path, required=True)
    folder = words.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    whole = load("trec")
    order = np.random.default_rng(7).permutation(len(whole.texts))
    rows, others = order[:QUESTIONS], order[QUESTIONS:]
    given = labels_of(whole, rows, others, "weak", np.random.default_rng(7))
    gold = NAMES[whole.gold[rows]].tolist()
    texts = [whole.texts[row] for row in rows]
    says = dict(zip(texts, NAMES[given].tolist(), strict=True))
    with (folder / "questions.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["question"], *([text] for text in texts)])

    def answer(body: Body, number: int, headers: dict[str, str]) -> Answer:
        return chat(json.dumps({"label": says[text_of(body)]}))

    project, audited = folder / "project", folder / "audit"
    run(f"label init {folder / 'questions.csv'} --text question --out {project}"
        f" --classes {','.join(NAMES)}")  # fmt: skip
    run(f"label describe {project} number 'How many, how much, when.'")
    with served(answer) as stub:
        run(f"label suggest {project} --endpoint {stub.url} --model stub --requests 1000 --yes")
    run(f"audit init {project} --out {audited} --label stub --source stub")
    run(f"audit next {audited} -n {CHECKS}")
    check(audited / "to_check.csv", gold)
    run(f"audit add {audited} {audited / 'to_check.csv'}")
    run(f"audit status {audited}")
    run(f"audit fix {audited} --above 0.5")
    wrong = sum(says[text] != true for text, true in zip(texts, gold, strict=True))
    sys.stdout.write(f"in truth: {wrong} of {QUESTIONS} labels are wrong\n")


def run(line: str) -> None:
    """Run a command, and print it with what it says.

    Raises:
        SystemExit: It failed.
    """
    of, *words = shlex.split(line)
    with redirect_stdout(StringIO()) as said:
        code = {"label": label, "audit": audit}[of](words)
    sys.stdout.write(f"$ cartolearn {line}\n{said.getvalue()}\n")
    if code:
        raise SystemExit(code)


if __name__ == "__main__":
    main()
