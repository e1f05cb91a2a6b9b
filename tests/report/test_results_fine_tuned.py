"""The page of results on runs with a fine-tuned encoder: published rows, verdicts of their own."""

import csv
from pathlib import Path

import pytest

from benchmarks.results.__main__ import BEGIN, END, LINK
from benchmarks.results.__main__ import main as results
from benchmarks.results.grid import SEEDS
from benchmarks.results.published import FILE
from cartolearn.commands.report import main as report
from tests.report.folders import Job, write_run

RECIPES = "paper_trec", "finetuned_trec"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The paper's model and an encoder, each with random and CAL."""
    root = tmp_path_factory.mktemp("project")
    for number, recipe in enumerate(RECIPES):
        for strategy in ("random", "cal"):
            for seed in map(int, SEEDS):
                job = Job(strategy, seed, name=recipe, settings={"max_epochs": 7 + number})
                write_run(root / "runs" / recipe, job)
    (root / "RESULTS.md").write_text(f"{BEGIN}{END}", encoding="utf-8")
    assert report([str(root / "runs"), "--out", str(root / "report"), "--no-figures"]) == 0
    for _ in range(2):  # the second time nothing is doubled
        assert results([str(root / "report"), "--project", str(root)]) == 0
    return root


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def test_published_accuracies_stand_in_the_table_of_the_encoder_alone(project: Path) -> None:
    folder = project / LINK / "trec-finetuned_trec"
    table = rows(folder / "by_labels.csv")
    labels = [int(row["labels"]) for row in table]
    assert labels == sorted(labels)
    published = [row for row in table if row["strategy"].startswith("published: ")]
    known = [row for row in rows(FILE) if row["dataset"] == "trec"]
    assert known
    assert sorted((row["labels"], row["accuracy"]) for row in published) == sorted(
        (row["labels"], row["accuracy"]) for row in known
    )
    assert {row["seeds"] + row["p"] + row["could be seen"] for row in published} == {""}
    shown = (folder / "by_labels.md").read_text(encoding="utf-8")
    assert "| 128 | published: RoBERTa-base, random |  | 0.856 |  |  |  |  |" in shown
    assert all(row["source"] in shown for row in known)
    widths = {line.count("|") for line in shown.splitlines() if line.startswith("|")}
    assert widths == {9}
    paper = (project / LINK / "trec-paper_trec" / "by_labels.md").read_text(encoding="utf-8")
    assert "published" not in paper


def test_verdicts_on_other_models_stand_apart_and_are_of_what_was_run(project: Path) -> None:
    page = (project / "RESULTS.md").read_text(encoding="utf-8")
    paper, others = page.split("## Fine-tuned: do the claims hold?")
    of_encoder = "| CAL's binary classifier is around random at first, and learns | trec |"
    assert of_encoder in paper
    assert of_encoder in others
    assert "no runs" in paper.split("### The paper's claims")[1].split("## trec")[0]
    table = others.split("## trec, finetuned")[0]
    assert "no runs" not in table
    assert "paper\\_trec" not in table
    told = rows(project / LINK / "claims_parts.csv")
    assert not [row for row in told if row["protocol"] == RECIPES[1] and row["seeds"] == "0"]
    assert [row for row in told if row["protocol"] == RECIPES[0] and row["seeds"] == "0"]
