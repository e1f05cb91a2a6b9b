"""Runs made again by a newer version give the page of results what it lacks, and nothing else."""

import csv
from pathlib import Path

import pytest
from PIL import Image

from benchmarks.results.__main__ import BEGIN, END, LINK
from benchmarks.results.__main__ import main as results
from benchmarks.results.grid import SEEDS
from benchmarks.results.merge import Written
from cartolearn.commands.report import main as report
from tests.report.folders import Job, write_full, write_run

COMPLETE, NOT_COMPLETE = "CAL's binary classifier is around random", "All but DAL beat random"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A page on random, CAL and DAL, made by a version without a table and two claims."""
    for strategy in ("random", "cal", "dal"):
        for seed in map(int, SEEDS):
            write_run(tmp_path / strategy, Job(strategy, seed, name="paper_trec"))
    write_full(tmp_path / "cal", Job(name="paper_trec"), 0.6)
    made = tmp_path / "project"
    made.mkdir()
    (made / "RESULTS.md").write_text(f"{BEGIN}{END}", encoding="utf-8")
    everything = reported(tmp_path, "random", "cal", "dal")
    assert results([str(everything), "--project", str(made)]) == 0
    for path in (made / LINK / "trec-paper_trec").glob("seconds.*"):
        path.unlink()
    for name in ("claims.csv", "claims_parts.csv"):
        table = Written.read(made / LINK / name)
        stay = [not row[0].startswith((COMPLETE, NOT_COMPLETE)) for row in table.rows]
        assert len(stay) == sum(stay) + (2 if name == "claims.csv" else 3 + 5)
        table.taken([place for place, stays in enumerate(stay) if stays]).write(made / LINK / name)
    return made


def reported(root: Path, *strategies: str) -> Path:
    """Return the folder of a report on these strategies, without pictures."""
    out = root / f"report_{'_'.join(strategies)}"
    runs = [str(root / strategy) for strategy in strategies]
    assert report([*runs, "--out", str(out), "--no-figures"]) == 0
    return out


def rows(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.reader(handle))


def held(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*")}


def test_what_is_lacking_is_added(project: Path, tmp_path: Path) -> None:
    some = reported(tmp_path, "random", "cal")
    Image.new("RGB", (20, 10)).save(some / "trec-paper_trec" / "figure_8_overlap.png")
    before, claims = held(project / LINK), rows(project / LINK / "claims.csv")
    assert results([str(some), "--add", "--project", str(project)]) == 0
    after = held(project / LINK)
    new = {"seconds.csv", "seconds.md", "figure_8_overlap.png"}
    assert set(after) - set(before) == {f"trec-paper_trec/{name}" for name in new}
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"claims.csv", "claims.md", "claims_parts.csv"}
    (added,) = [row for row in rows(project / LINK / "claims.csv") if row not in claims]
    assert added[0].startswith(COMPLETE)
    assert len(rows(project / LINK / "claims.csv")) == len(claims) + 1
    assert COMPLETE in (project / "RESULTS.md").read_text(encoding="utf-8")
    shown = [row[0] for row in rows(project / LINK / "trec-paper_trec" / "seconds.csv")]
    assert sorted(shown[1:]) == ["cal", "random"]
    for runs in (some, reported(tmp_path, "cal")):  # CAL alone, without a difference from random
        again = results([str(runs), "--add", "--project", str(project)])
        assert (again, held(project / LINK)) == (0, after)


def test_runs_that_end_otherwise_are_refused(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for seed in map(int, SEEDS):
        write_run(tmp_path / "other", Job("cal", seed, name="paper_trec", lift=0.2))
    before = held(project)
    wanted = [str(reported(tmp_path, "random", "other")), "--add", "--project", str(project)]
    assert results(wanted) == 2
    assert "these runs (cal) have other accuracies than those of" in capsys.readouterr().err
    assert held(project) == before


def test_a_recipe_that_the_page_lacks_is_refused(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for seed in (1, 2):
        write_run(tmp_path / "own", Job("random", seed, name="own", settings={"max_epochs": 9}))
    before = held(project)
    for runs in (("own",), ("random", "cal", "own")):  # nor is what stands before it taken
        assert results([str(reported(tmp_path, *runs)), "--add", "--project", str(project)]) == 2
        assert "has nothing on trec and own; leave out --add" in capsys.readouterr().err
        assert held(project) == before
