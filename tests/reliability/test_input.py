"""Input as an attack: secrets, huge lines, bombs, marks that deceive, paths that trick."""

import csv
import gzip
import random
import resource
from importlib.util import find_spec
from pathlib import Path

import pytest

from cartolearn.commands.report import main as report
from cartolearn.data.fetch import File, fetch
from cartolearn.data.tabular import Tabular
from cartolearn.embeddings.cache import features_of
from cartolearn.embeddings.vec_file import read_vec
from cartolearn.embeddings.wordllama import WordLlama
from cartolearn.errors import InputError
from cartolearn.spreadsheet import FORMULA_STARTS, guarded_cell, plain_cell
from cartolearn.text import named, shown
from tests.command import run
from tests.reliability.small_run import small_options, write_texts

KEY = "f00dfeed" * 5


def test_no_secret_of_the_environment_is_written_or_printed(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name in ("WANDB_API_KEY", "MLFLOW_TRACKING_PASSWORD", "HF_TOKEN", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, KEY)
    monkeypatch.setenv("WANDB_MODE", "offline")
    options = [word for word in small_options(texts) if word != "logger=none"]
    folder = tmp_path / "run"
    done = run(
        capfd, *options, "logger=wandb", "loop.rounds=1", f"hydra.run.dir='{folder}'",
        f"paths.cache_dir='{tmp_path / 'cache'}'",
    )  # fmt: skip
    assert done.code == 0, done.err
    html = ["--html"] if find_spec("plotly") else []
    assert report([str(folder), *html, "--out", str(tmp_path / "report")]) == 0
    printed = "".join(capfd.readouterr())
    assert "cal" in printed
    assert KEY not in done.out + done.err + printed
    assert len(list((tmp_path / "report").rglob("*"))) > 5
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert any(path.suffix == ".wandb" for path in files)
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []


def test_a_password_in_the_address_of_a_tracker_is_refused_before_anything_is_written(
    texts: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    options = [word for word in small_options(texts) if word != "logger=none"]
    done = run(
        capfd, *options, "logger=mlflow", f"hydra.run.dir='{tmp_path / 'run'}'",
        f"logger.mlflow.tracking_uri='https://me:{KEY}@127.0.0.1'",
    )  # fmt: skip
    assert done.code == 2
    assert "tracking_uri holds a password" in done.err
    assert KEY not in done.out + done.err
    assert not list(tmp_path.iterdir())


def megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@pytest.mark.parametrize("ending", [".csv", ".jsonl"])
def test_a_line_of_a_hundred_megabytes(tmp_path: Path, ending: str) -> None:
    path, long = tmp_path / f"my{ending}", "word " * 20_000_000
    row = '{{"text": "{}", "label": "{}"}}\n' if ending == ".jsonl" else '"{}",{}\n'
    with path.open("w", encoding="utf-8") as file:
        file.write("" if ending == ".jsonl" else "text,label\n")
        for text, label in ((long, "a"), ("one", "b"), ("two", "a"), ("three", "b")):
            file.write(row.format(text, label))
    data = Tabular(str(path), test_share=0.25).load()
    assert max(map(len, data.texts)) == len(long)
    embedded = features_of(data, WordLlama(50, "sum"), tmp_path)
    assert embedded.report.tokens is not None
    assert embedded.report.tokens < 60


@pytest.mark.slow
def test_a_run_on_ten_thousand_classes(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    texts, out = tmp_path / "texts.csv", tmp_path / "run"
    lines = [f"class {i % 10_000},word{i % 50} word{i % 70}" for i in range(12_000)]
    texts.write_text("\n".join(["topic,body", *lines]), encoding="utf-8")
    options = [word for word in small_options(texts) if not word.startswith("strategy.")]
    done = run(
        capfd, *options, "loop.rounds=2", "strategy=margin",
        f"hydra.run.dir='{out}'", f"paths.cache_dir='{tmp_path}'",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert "no label yet of 9980 of 10000 classes (" in done.err
    assert len(done.err) < 5000
    assert (out / "finished.json").exists()


def test_a_bomb_of_word_vectors_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "own.vec.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b"2 2\nthe 1 2\n")
        for _ in range(400):
            file.write(bytes(1 << 20))
    assert path.stat().st_size < 3e6
    before = megabytes()
    with pytest.raises(InputError, match="says 2 rows, but 1 follow"):
        read_vec(path, ["the"], None)
    assert megabytes() - before < 60


def test_control_and_direction_marks_reach_no_terminal_and_no_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "a [red] földer"
    folder.mkdir()
    texts = write_texts(folder / "my [red]téxts.csv")
    with texts.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    evil = {"sport": "s\x1b[2J\x07", "money": "\u202eyenom", "tech": "t\u2028INFO forged"}
    with texts.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([
            rows[0], *([evil[topic], f"\x1b]0;title\x07\u202e{text}\0"] for topic, text in rows[1:])
        ])  # fmt: skip
    out = folder / "run [bold]"
    done = run(
        capfd, *small_options(texts), "loop.rounds=1", f"hydra.run.dir='{out}'",
        f"paths.cache_dir='{tmp_path}'",
    )  # fmt: skip
    assert done.code == 0, done.err
    log = (out / "run.log").read_text(encoding="utf-8")
    for text in (done.out, done.err, log):
        assert not {"\x1b", "\x07", "\u202e", "\u2028"} & set(text)
    assert r"s\x1b[2J\x07" in log
    assert f"{out / 'rounds.csv'}" in done.out


def test_an_error_that_quotes_the_data_shows_no_mark_of_theirs(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "texts.csv").write_text("t\x1b[2J,\u202elabel\none,a\ntwo,b\n", encoding="utf-8")
    options = small_options(tmp_path / "texts.csv")
    done = run(capfd, *options, f"hydra.run.dir='{tmp_path / 'run'}'")
    assert done.code == 2
    assert r"t\x1b[2J" in done.err
    assert "label" in done.err
    assert not {"\x1b", "\u202e"} & set(done.err)


def test_what_is_shown() -> None:
    assert shown("a\x1b\n\u202eé\U0001f600") == "a\\x1b\\n\\u202eé\U0001f600"
    assert named([3]) == "row 3"
    assert named(range(12)) == "rows 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ..."


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_no_exported_cell_is_a_formula(start: str) -> None:
    text = f"{start}HYPERLINK(1)"
    assert guarded_cell(text)[0] == "'"
    assert plain_cell(guarded_cell(text)) == text


@pytest.mark.parametrize("name", ["../outside.txt", "/tmp/outside.txt", "a/b.txt"])  # noqa: S108
def test_only_files_named_in_the_source_are_fetched(tmp_path: Path, name: str) -> None:
    from cartolearn.data import agnews, trec
    from cartolearn.embeddings.fasttext import ENGLISH

    for file in (trec.TRAIN, trec.TEST, agnews.TRAIN, agnews.TEST, ENGLISH):
        assert Path(file.name).name == file.name
        assert file.known_hash
        assert not file.name.endswith((".zip", ".tar", ".tgz", ".tar.gz"))
    with pytest.raises(InputError, match="is not a plain file name"):
        fetch(File(name, "http://127.0.0.1:1/x"), tmp_path)


def test_fuzz_of_word_vectors(tmp_path: Path) -> None:
    draw = random.Random(0)  # noqa: S311
    whole = b"3 2\nthe 1 2\ncat 3 4\nmat 5 6\n"
    outcomes = set()
    for number in range(600):
        data = bytearray(whole)
        for _ in range(draw.randint(1, 4)):
            data[draw.randrange(len(data))] = draw.choice([*b" \n-0e", draw.randrange(256)])
        path = tmp_path / ("own.vec.gz" if number % 2 else "own.vec")
        path.write_bytes(gzip.compress(bytes(data)) if number % 2 else bytes(data))
        try:
            outcomes.add(read_vec(path, ["the", "cat"], None).vectors.dtype.name)
        except InputError as error:
            outcomes.add("told" if str(path) in str(error) else str(error))
    assert outcomes == {"float32", "told"}
