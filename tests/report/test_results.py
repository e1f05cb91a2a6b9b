"""RESULTS.md and the files it is made of agree, and the command that makes it says what it has."""

import csv
import re
from pathlib import Path

import pytest

from benchmarks.results.__main__ import BEGIN, END, LINK, filled
from benchmarks.results.__main__ import main as results
from benchmarks.results.grid import SEEDS, STRATEGIES
from benchmarks.results.render import render
from benchmarks.results.summary import outcome
from cartolearn.commands.report import main as report
from tests.report.folders import Job, write_full, write_run

ROOT = Path(__file__).parents[2]
NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
LARGEST_PNG = 200_000


def test_the_page_is_what_its_files_say() -> None:
    page = (ROOT / "RESULTS.md").read_text(encoding="utf-8")
    assert filled(page, render(ROOT / LINK, LINK)) == page


def test_every_number_in_a_table_is_in_the_same_row_of_the_report_s_csv_file() -> None:
    page = (ROOT / "RESULTS.md").read_text(encoding="utf-8")
    tables = list((ROOT / LINK).rglob("*.md"))
    assert tables
    for path in tables:
        body = rows_of(path.read_text(encoding="utf-8"))
        with path.with_suffix(".csv").open(newline="", encoding="utf-8") as handle:
            known = list(csv.reader(handle))[1:]
        assert len(body) == len(known) > 0
        for line, cells in zip(body, known, strict=True):
            assert line in page
            assert [n for n in NUMBER.findall(line) if not is_known(n, cells)] == [], path
    assert len(rows_of(page)) == sum(len(rows_of(p.read_text("utf-8"))) for p in tables)


def rows_of(text: str) -> list[str]:
    """Lines of the tables' bodies."""
    found, body = [], False
    for line in text.splitlines():
        if line.startswith("| ---"):
            body = True
        elif not line.startswith("| "):
            body = False
        elif body:
            found.append(line)
    return found


def is_known(number: str, cells: list[str]) -> bool:
    """Whether a number stands in a cell as it is, or is a cell's number, rounded."""
    plain = number.replace(",", "")
    places = len(plain.partition(".")[2])
    return any(
        number in NUMBER.findall(cell) or rounded(cell, places) in (plain, f"-{plain}")
        for cell in cells
    )


def rounded(cell: str, places: int) -> str:
    try:
        return f"{float(cell):.{places}f}"
    except ValueError:
        return ""


def test_links_lead_to_small_files() -> None:
    page = (ROOT / "RESULTS.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)]+)\)", page)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
    sizes = {path.name: path.stat().st_size for path in (ROOT / LINK).rglob("*.png")}
    assert {name: size for name, size in sizes.items() if size > LARGEST_PNG} == {}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with one recipe run in part, and a page made of it."""
    root = tmp_path_factory.mktemp("project")
    for strategy in STRATEGIES[:3]:
        for seed in map(int, SEEDS):
            write_run(root / "runs", Job(strategy, seed, name="paper_trec"))
    for seed in map(int, SEEDS[:2]):
        write_run(root / "runs", Job("cal", seed, name="paper_trec"))
    write_full(root / "runs", Job(name="paper_trec"), 0.6)
    write_full(root / "other", Job(name="released_trec", settings={"max_epochs": 9}), 0.4321)
    write_wrong_labels(root / "wrong")
    (root / "RESULTS.md").write_text(f"Before.\n\n{BEGIN}old\n{END}\nAfter.\n", encoding="utf-8")
    roots = [str(root / "runs"), str(root / "other")]
    assert report([*roots, "--out", str(root / "report"), "--no-figures"]) == 0
    wanted = [str(root / "report"), "--wrong-labels", str(root), "--project", str(root)]
    assert results(wanted) == 0
    return root


def write_wrong_labels(folder: Path) -> None:
    folder.mkdir()
    (folder / "wrong_labels_trec.csv").write_text("ranking,precision\nx,0.25\n")
    (folder / "wrong_labels_trec.md").write_text("| ranking |\n| --- |\n| x 0.25 |\n")


def test_the_page_says_what_was_run_and_what_was_not(made: Path) -> None:
    page = (made / "RESULTS.md").read_text(encoding="utf-8")
    assert page.startswith("Before.\n")
    assert page.endswith("After.\n")
    assert "| paper\\_trec | 17 of 35 | 0 of 20 | 0 of 5 | entropy" not in page
    (paper,) = [
        line for line in page.splitlines() if line.startswith("| paper\\_trec | 17 of 35 |")
    ]
    assert "cal (3 seeds)" in paper
    assert "thresholds (all)" in paper
    assert "bald (5 seeds)" in paper
    assert "least\\_confidence" not in paper
    assert "| paper\\_agnews | 0 of 35 | 0 of 20 | 0 of 5 | everything |" in page
    assert "0.432" in page
    assert "| x 0.25 |" in page


def test_a_second_report_leaves_nothing_of_the_first(made: Path) -> None:
    stale = made / LINK / "trec-old" / "accuracy.csv"
    stale.parent.mkdir()
    stale.touch()
    assert results([str(made / "report"), "--project", str(made)]) == 0
    assert not stale.parent.exists()
    assert (made / LINK / "wrong_labels_trec.csv").is_file()


def test_recipes_reported_one_after_another_end_as_those_reported_at_once(
    tmp_path: Path,
) -> None:
    epochs = {"released_trec": 7, "paper_trec": 8, "other": 9}
    for recipe, number in epochs.items():
        settings = {"max_epochs": number}
        for strategy in ("random", "cal") if recipe != "other" else ():
            for seed in (1, 2):
                job = Job(strategy, seed, name=recipe, settings=settings)
                write_run(tmp_path / recipe, job)
        write_full(tmp_path / recipe, Job(name=recipe, settings=settings), 0.6)
    everything = [list(epochs), ["released_trec", "other"], ["paper_trec"]]
    for number, folders in enumerate(everything):
        made = [str(tmp_path / folder) for folder in folders]
        assert report([*made, "--out", str(tmp_path / f"report{number}"), "--no-figures"]) == 0
    pages = []
    for name, numbers in (("at_once", (0,)), ("in_turn", (1, 2)), ("again", (2, 1, 2, 0))):
        project = tmp_path / name
        project.mkdir()
        (project / "RESULTS.md").write_text(f"{BEGIN}{END}", encoding="utf-8")
        for number in numbers:
            assert results([str(tmp_path / f"report{number}"), "--project", str(project)]) == 0
        pages.append((project / "RESULTS.md").read_text(encoding="utf-8"))
        files = [path.relative_to(project) for path in sorted((project / LINK).rglob("*"))]
        pages.append("\n".join(map(str, files)))
    assert "other" in pages[0]
    assert pages[0::2] == [pages[0]] * 3
    assert pages[1::2] == [pages[1]] * 3


def test_a_report_with_other_columns_is_not_mixed_with_earlier_ones(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    claims = made / LINK / "claims.csv"
    before = claims.read_text(encoding="utf-8")
    claims.write_text(before.replace("verdict", "judgement"), encoding="utf-8")
    assert results([str(made / "report"), "--project", str(made)]) == 2
    assert "are not those of the earlier report" in capsys.readouterr().err
    claims.write_text(before, encoding="utf-8")


def test_what_is_no_report_is_an_error(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert results([str(made / "runs"), "--project", str(made)]) == 2
    assert "has no runs.csv" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("first", "low", "high", "said"),
    [
        ("cal", "0.01", "0.02", "beats"),
        ("dal", "0.01", "0.02", "loses to"),
        ("cal", "-0.02", "-0.01", "loses to"),
        ("dal", "-0.02", "-0.01", "beats"),
        ("cal", "-0.01", "0.02", "is not told apart from"),
        ("cal", "", "", "is not judged yet (fewer than 5 seeds) against"),
    ],
)
def test_outcome_is_told_from_cal_s_side(first: str, low: str, high: str, said: str) -> None:
    row = {"A": first, "B": "x", "seeds": "5", "AULC low": low, "AULC high": high}
    assert outcome(row) == said


def test_few_seeds_decide_nothing() -> None:
    row = {"A": "cal", "B": "dal", "seeds": "4", "AULC low": "0.1", "AULC high": "0.2"}
    assert outcome(row).startswith("is not judged yet")
