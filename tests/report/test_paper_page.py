"""The table of the paper in docs/paper.md points at code, commands and verdicts that are there."""

import csv
import re
from collections import defaultdict
from functools import partial, reduce
from importlib import import_module
from pathlib import Path

import pytest

from cartolearn.__main__ import COMMANDS
from cartolearn.config.folder import CONF
from cartolearn.report.claims.paper import CLAIMS

ROOT = Path(__file__).parents[2]
ITEMS, STATEMENTS = (
    [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in part.splitlines()
        if line.startswith("| ") and not line.startswith("| ---")
    ][1:]
    for part in (ROOT / "docs" / "paper.md").read_text(encoding="utf-8").split("\n## ")[1:]
)


@pytest.mark.parametrize("row", ITEMS + STATEMENTS, ids=lambda row: row[0])
def test_the_code_is_where_the_row_says(row: list[str]) -> None:
    module, _, path = row[1].strip("`").partition(":")
    assert callable(found := reduce(getattr, path.split("."), import_module(module))) or found


@pytest.mark.parametrize("row", ITEMS, ids=lambda row: row[0])
def test_the_command_is_one(row: list[str]) -> None:
    words = row[2].strip("`").split()
    assert words[:3] == ["python", "-m", "src.run"] or (
        words[0] == "cartolearn" and words[1] in COMMANDS
    )
    for group, choice in (word.split("=") for word in words if re.fullmatch(r"[a-z]+=\w+", word)):
        assert (CONF / group / f"{choice}.yaml").is_file(), f"{group}={choice}"


MISSING = "not computed"


def test_every_figure_table_and_equation_of_the_paper_has_a_row() -> None:
    named = [row[0] for row in ITEMS]
    wanted = [f"Equation {k}," for k in (1, 2, 3)] + [f"Table {k}," for k in (1, 2, 3, 4)]
    wanted += [f"Figure {k}," for k in range(1, 7)] + ["Algorithm 1,"]
    assert [w for w in wanted if not any(name.startswith(w) for name in named)] == []


def test_every_claim_has_a_row_with_its_code_and_its_verdicts() -> None:
    with (ROOT / "docs" / "results" / "claims.csv").open(encoding="utf-8") as handle:
        known = {(row["claim"], row["protocol"]): row["verdict"] for row in csv.DictReader(handle)}
    expected: dict[tuple[str, str], list[str]] = defaultdict(lambda: ["-", "-"])
    for claim in CLAIMS:
        measure = claim.parts.func if isinstance(claim.parts, partial) else claim.parts
        row = expected[claim.text, f"`{measure.__module__}:{measure.__name__}`"]
        for place, data in enumerate(("trec", "agnews")):
            if claim.only in (None, data):
                recipes = (f"paper_{data}", f"released_{data}")
                both = [known.get((claim.text, recipe), MISSING) for recipe in recipes]
                row[place] = MISSING if both == [MISSING] * 2 else " / ".join(both)
    assert {(row[0], row[1]): row[2:] for row in STATEMENTS} == expected
