"""The command as a user types it, on a CSV file of their own."""

import csv
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from pyarrow import parquet

from cartolearn.__main__ import main as program
from tests.command import run

ROOT = Path(__file__).parents[2]
WORDS = {
    "sport": ["match", "goal", "team", "win", "league", "coach", "player", "score"],
    "money": ["bank", "market", "price", "share", "profit", "trade", "bond", "rate"],
    "tech": ["code", "chip", "phone", "data", "cloud", "software", "robot", "screen"],
}


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CSV file of 240 short texts in three classes that share some words."""
    draw = random.Random(0)  # noqa: S311
    path = tmp_path_factory.mktemp("my data") / "téxts.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["topic", "body"])
        for i in range(240):
            topic = list(WORDS)[i % 3]
            other = draw.choice(list(WORDS.values()))
            writer.writerow(
                [topic, " ".join(draw.choices(WORDS[topic], k=4) + draw.choices(other, k=3))]
            )
    return path


def in_a_process(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "src.run", *arguments],
        capture_output=True, text=True, check=False, cwd=ROOT, timeout=300,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip


def options(texts: Path, folder: Path, *more: str) -> list[str]:
    return [
        "dataset=csv", f"dataset.train='{texts}'", "dataset.text=body", "dataset.label=topic",
        "loop.seed_set_size=20", "loop.rounds=2", "loop.query_size=10", "trainer.max_epochs=3",
        "logger=none", f"hydra.run.dir='{folder}'", f"paths.cache_dir='{folder.parent / 'cache'}'",
        *more,
    ]  # fmt: skip


def untimed(path: Path) -> list[list[str]]:
    with path.open() as file:
        return [row[:5] for row in csv.reader(file)]


@pytest.mark.parametrize("strategy", ["random", "least_confidence", "entropy", "cal"])
def test_a_run_writes_what_the_readme_lists(
    texts: Path, tmp_path: Path, strategy: str, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "a run"
    done = run(capfd, *options(texts, folder, f"strategy={strategy}"))
    assert done.code == 0, done.err
    rounds = (folder / "rounds.csv").read_text().splitlines()
    columns = "round,labelled,accuracy,macro_f1,loss,train_seconds,score_seconds,seconds"
    own = "".join(
        f",cal_binary_{name}" for name in ("accuracy", "balanced_accuracy", "majority", "auc")
    )
    assert rounds[0] == columns + (own if strategy == "cal" else "")
    assert [line.split(",")[1] for line in rounds[1:]] == ["20", "30", "40"]
    chosen = parquet.read_table(folder / "selections.parquet")
    assert chosen.column_names == ["round", "rank", "id", "score", "text", "label"]
    assert chosen["round"].to_pylist() == [1] * 10 + [2] * 10
    assert len(set(chosen["id"].to_pylist())) == 20
    assert sorted(p.name for p in (folder / "data_maps").iterdir()) == [
        f"round_00{i}.parquet" for i in range(3)
    ]
    for name in ("config.yaml", "learning_curve.png", "data_map.png", "run.log"):
        assert (folder / name).stat().st_size > 0
    facts = json.loads((folder / "run.json").read_text())
    assert facts["choices"]["strategy"] == strategy
    assert facts["versions"]["torch"]
    assert not list(folder.rglob("*.tmp"))
    assert "accuracy" in done.out
    assert "rounds.csv" in done.out
    assert "To say the commonest class always is right in 0." in done.out
    assert "macro-F1 is over all" in done.out


def test_the_same_command_gives_the_same_bytes_in_any_process(
    texts: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(capfd, *options(texts, tmp_path / "one")).code == 0
    done = in_a_process(*options(texts, tmp_path / "two"))
    assert done.returncode == 0, done.stderr
    one, two = tmp_path / "one", tmp_path / "two"
    assert untimed(one / "rounds.csv") == untimed(two / "rounds.csv")
    for name in ("selections.parquet", "data_maps/round_002.parquet"):
        assert (one / name).read_bytes() == (two / name).read_bytes()


def test_a_relative_file_is_found_where_the_command_was_typed(
    texts: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(texts.parent)
    words = [*options(texts, tmp_path / "run"), f"dataset.train={texts.name}"]
    done = run(capfd, *words, "hydra.job.chdir=true")
    assert done.code == 0, done.err
    assert (tmp_path / "run" / "rounds.csv").is_file()
    assert Path.cwd() == texts.parent


def test_a_finished_run_is_not_run_again(
    texts: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    run(capfd, *options(texts, folder))
    before = (folder / "rounds.csv").read_bytes()
    again = run(capfd, *options(texts, folder))
    assert "finished already" in again.err
    assert (folder / "rounds.csv").read_bytes() == before
    other = run(capfd, *options(texts, folder, "loop.rounds=1"))
    assert other.code == 2
    assert "loop.rounds: 2 there, 1 now" in other.err
    fresh = run(capfd, *options(texts, folder, "overwrite=true"))
    assert fresh.code == 0
    assert (folder / "rounds.csv").read_bytes() != before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("strategy=cla", "did you mean cal?"),
        ("dataset=agnew", "did you mean agnews?"),
        ("loop.query_siz=5", "did you mean loop.query_size?"),
        ("+trainer.epochs=5", "did you mean trainer.max_epochs?"),
        ("+rounds=5", "unknown option rounds"),
        ("stratgy=cal", "did you mean strategy?"),
        ("loop.rounds=0", "loop.rounds=0"),
        ("loop.query_size=0", "loop.query_size=0"),
        (
            "loop.candidates=2",
            "loop.candidates=2 are fewer than the 10 of a batch (loop.query_size)",
        ),
        ("loop.rounds=many", "loop.rounds=many"),
        ("strategy.correctness_threshold=-0.1", "strategy.correctness_threshold=-0.1"),
        ("seed=-1", "seed=-1"),
        ("model.dropout=1.5", "model.dropout=1.5"),
        ("loop.seed_set_size=1000", "larger than the pool of 192"),
        ("dataset.label=topics", "topic"),
        ("dataset.train=nowhere.csv", "nowhere.csv"),
        ("embedding=fasttext embedding.path=nowhere.vec", "nowhere.vec"),
        ("model._target_=os.system", "only classes of this project"),
        ("~strategy", "~strategy: choose one with strategy=NAME"),
        ("~logger", "~logger: for no tracker write logger=none"),
        ("logger=null", "logger=null: for no tracker write logger=none"),
    ],
)
def test_bad_input_is_one_message_and_leaves_nothing(
    texts: Path, tmp_path: Path, change: str, message: str, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "run"
    failed = run(capfd, *options(texts, folder), *change.split())
    assert failed.code == 2, failed.err
    assert message in failed.err
    assert "Traceback" not in failed.err
    assert not folder.exists()


def test_a_mode_that_wandb_does_not_know_is_one_line(
    texts: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("WANDB_MODE", "offlin")
    failed = run(capfd, *options(texts, tmp_path / "run"), "logger=wandb")
    assert failed.code == 2
    assert failed.err.splitlines() == [
        "error: WANDB_MODE is 'offlin', which W&B does not know; did you mean offline?"
    ]
    assert not (tmp_path / "run").exists()


def test_jobs_of_a_sweep_see_the_environment_as_it_is_now(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where another sweep of this process came first, whose fork server still runs."""
    monkeypatch.chdir(tmp_path)
    for name in ("one", "two"):
        file = tmp_path / f"{name}.csv"
        rows = [[f"{name} {word} text", word] for word in ("good", "bad") for _ in range(30)]
        with file.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([["text", "label"], *rows])
        monkeypatch.setenv("TEXTS_OF_TEST", str(file))
        wanted = ["dataset=csv", "dataset.train=${oc.env:TEXTS_OF_TEST}", "loop.rounds=1"]
        done = run(capfd, "-m", *wanted, "loop.seed_set_size=10", "loop.query_size=5",
                   "embedding=tfidf_svd", "embedding.dimensions=5", "trainer.max_epochs=1",
                   "logger=none", f"name={name}")  # fmt: skip
        assert done.code == 0, done.err
        (table,) = (tmp_path / "multirun" / name).rglob("selections.parquet")
        assert {text.split()[0] for text in parquet.read_table(table)["text"].to_pylist()} == {name}


def test_a_reader_that_has_gone_ends_the_help_quietly() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "src.run", "--help"], check=False, cwd=ROOT, stdout=writer,
        stderr=subprocess.PIPE,
    )  # fmt: skip
    os.close(writer)
    assert done.returncode == 141
    assert done.stderr == b""


def test_help_and_config_are_readable() -> None:
    shown = in_a_process("--help")
    assert shown.returncode == 0
    assert "strategy: " in shown.stdout
    assert "dataset=csv dataset.train=my.csv" in shown.stdout
    config = in_a_process("--cfg", "job", "strategy=cal")
    assert "correctness_threshold: 0.2" in config.stdout


def test_a_command_imports_what_is_heavy_only_where_it_needs_it() -> None:
    code = """
import sys
import cartolearn.audit.commands, cartolearn.label.commands, cartolearn.config.hydra_command
print(sorted({"torch", "pytorch_lightning", "sklearn", "scipy", "pandas"} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"


def test_labelling_starts_without_lightning(tmp_path: Path) -> None:
    (tmp_path / "texts.csv").write_text("text\n" + "".join(f"number {n}\n" for n in range(30)))
    code = """
import sys
from cartolearn.__main__ import main as program
from cartolearn.commands.label import main
options = ["embedding=tfidf_svd", "embedding.dimensions=4"]
main(["init", "texts.csv", "--classes", "a,b", "--out", "project", *options])
main(["next", "project", "-n", "5"])
print("pytorch_lightning" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=tmp_path
    )
    assert done.stdout.splitlines()[-1] == "False"


def test_ctrl_c_before_a_command_is_ready_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stopped() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cartolearn.terminal.show_what_can_be_shown", stopped)
    monkeypatch.setattr("sys.argv", ["cartolearn", "label", "status", "p"])
    with pytest.raises(SystemExit) as end:
        program()
    assert (end.value.code, capsys.readouterr().err) == (130, "error: stopped\n")
