"""Every command and program in the README works, on small data in the official formats."""

import csv
import os
import random
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cartolearn import load
from cartolearn.commands.audit import main as audit
from cartolearn.commands.label import main as label
from tests.command import run

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
WORDS = ["alpha", "beta", "gamma", "delta", "omega", "sigma", "kappa", "theta"]
SMALLER = [
    "loop.seed_set_size=20", "loop.rounds=1", "loop.query_size=5", "trainer.max_epochs=1",
    "logger=none",
]  # fmt: skip


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def commands() -> list[str]:
    lines = [line.split("  #")[0].strip() for block in blocks("bash") for line in block.split("\n")]
    return [line for line in lines if line.startswith("python -m src.run")]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with all files of TREC and AG News, a hundred rows each, and word vectors."""
    folder = tmp_path_factory.mktemp("data")
    draw = random.Random(0)  # noqa: S311

    def text() -> str:
        return " ".join(draw.choices(WORDS, k=6))

    (folder / "trec").mkdir()
    classes = ["ABBR", "DESC", "ENTY", "HUM", "LOC", "NUM"]
    for name, rows in (("train_5500.label", 100), ("TREC_10.label", 30)):
        lines = [f"{classes[i % 6]}:fine {text()}\n" for i in range(rows)]
        (folder / "trec" / name).write_text("".join(lines), encoding="latin-1")
    (folder / "agnews").mkdir()
    for name in ("train.csv", "test.csv"):
        with (folder / "agnews" / name).open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, quoting=csv.QUOTE_ALL)
            writer.writerows([str(i % 4 + 1), text(), text()] for i in range(100))
    (folder / "vectors").mkdir()
    vectors = [f"{w} {' '.join(f'{draw.gauss(0, 1):.3f}' for _ in range(300))}" for w in WORDS]
    (folder / "vectors" / "small.vec").write_text(
        f"{len(WORDS)} 300\n" + "\n".join(vectors) + "\n", encoding="utf-8"
    )
    with (folder / "my.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["body", "topic"]] + [[text(), "ab"[i % 2]] for i in range(80)])
    return folder


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_readme_works(
    command: str,
    data: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CAL_DATA_DIR", str(data))
    monkeypatch.setenv("CAL_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.csv").write_bytes((data / "my.csv").read_bytes())
    words = shlex.split(command)[3:]
    asked = {word.split("=")[0] for word in words}
    shows = {"--help", "--cfg", "--dry-run"} & set(words)
    extra = [] if shows else [option for option in SMALLER if option.split("=")[0] not in asked]
    flags = [word for word in words if word == "-m"]
    done = run(capfd, *flags, *(word for word in words if word != "-m"), *extra)
    assert done.code == 0, done.err
    if not shows:
        found = [path.parent.name for path in tmp_path.rglob("finished.json")]
        assert len(found) == jobs_of(words)


def said(command: str) -> list[list[str]]:
    """Return the words of the README's lines that call a command of two words, after them."""
    lines = [line.split("  #")[0].strip() for block in blocks("bash") for line in block.split("\n")]
    return [shlex.split(line)[4:] for line in lines if f"cartolearn {command} " in line]


def fill_in(sheet: Path, label: Callable[[int], str]) -> None:
    """Write a label in every row of a sheet, by its id."""
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    for row in rows:
        row[header.index("label")] = label(int(row[header.index("id")]))
    with sheet.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def test_the_audit_of_the_readme_works(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commands = said("audit")
    assert [words[0] for words in commands] == ["init", "next", "add", "status", "fix"]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my.csv").write_bytes((data / "my.csv").read_bytes())
    for words in commands:
        small = ["embedding=tfidf_svd", "trainer.max_epochs=1"] if words[0] == "init" else []
        if words[0] == "add":  # a checker to whom every text is of class b
            fill_in(tmp_path / "audit" / "to_check.csv", lambda _: "b")
        assert audit([*words, *small]) == 0, words
    corrected = (tmp_path / "audit" / "corrected.csv").read_text("utf-8-sig")
    rows = list(csv.DictReader(corrected.splitlines()))
    assert len(rows) == 80
    assert {(row["topic"], row["how"]) for row in rows} == {("b", "checked")}


def test_the_labelling_of_the_readme_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commands = said("label")
    assert [words[0] for words in commands] == ["init", "next", "add", "status", "train"]
    monkeypatch.chdir(tmp_path)
    classes = ["bug", "feature", "question"]
    texts = [f"{classes[i % 3]} {WORDS[i % 8]} {WORDS[i % 7]} {i}" for i in range(90)]
    (tmp_path / "texts.csv").write_text("\n".join(["body", *texts]))
    for words in commands:
        small = ["embedding=tfidf_svd", "embedding.dimensions=9"] if words[0] == "init" else []
        if words[0] == "add":
            fill_in(tmp_path / "project" / "to_label.csv", lambda row: classes[row % 3])
        assert label([*words, *small]) == 0, words
    assert load(tmp_path / "model").predict(["a question of mine"]).labels == ["question"]


def jobs_of(words: list[str]) -> int:
    if "-m" not in words:
        return 1
    jobs = 5 if any(word.startswith("experiment=paper") for word in words) else 1
    for word in words:
        value = word.partition("=")[2]
        spread = re.fullmatch(r"range\((\d+)\)", value)
        jobs *= int(spread[1]) if spread else value.count(",") + 1
    return jobs


def test_the_python_program_of_the_readme_works(tmp_path: Path) -> None:
    program = next(block for block in blocks("python") if "active_learning" in block)
    assert len([line for line in program.splitlines() if line.strip()]) <= 10
    done = subprocess.run(
        [sys.executable, "-c", program.replace("rounds=3", "rounds=1")],
        capture_output=True, text=True, check=True, cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["200", "250"]


def test_ci_runs_the_two_commands_and_links_lead_somewhere() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for part in ("pip install", "python -m src.run", "python -m pytest"):
        assert part in README
        assert part in script
    for link in re.findall(r"\]\(([^)#]+)\)", README):
        assert link.startswith("https://") or (ROOT / link).exists(), link
