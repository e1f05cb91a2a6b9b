"""What leaves a project: the labelled set and predictions, in every format, every column kept."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from cartolearn.data.project_folder import COLUMNS
from cartolearn.data.reading.reader import open_rows, read
from cartolearn.data.writing.sheet import Sheet
from cartolearn.data.writing.writer import ENDINGS, FORMATS, Target, write_sheet
from cartolearn.label.files.add import add_file
from cartolearn.label.project.folder import Project, Settings
from tests.data.test_round_trip import CLASSES, TEXTS, has_its_extra, needs_its_extra
from tests.label.conftest import run, toy_project, toy_texts

Rows = list[dict[str, str]]


def read_csv(path: Path) -> Rows:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def labelled(path: Path, gold: list[str], count: int = 30) -> Project:
    project = toy_project(path)
    people = ["ana", "bo", "cy, d'"]
    for row in range(count):
        event = {"event": "label", "id": row, "label": gold[row], "source": "x.csv"}
        project.record([event], people[row % 3])
    project.record([{"event": "batch", "picks": [{"id": 1, "how": "random"}]}], "bo")
    project.record([{"event": "label", "id": 1, "label": gold[1]}], "ana")
    project.record([{"event": "label", "id": 2, "label": gold[0]}], "ana")
    return project


@pytest.mark.parametrize("kind", FORMATS)
def test_the_labelled_set_goes_out_and_comes_back(
    tmp_path: Path, gold: list[str], kind: str
) -> None:
    needs_its_extra(kind)
    project = labelled(tmp_path / "p", gold)
    out = tmp_path / f"out{ENDINGS[kind][0]}"
    assert run("export", project.path, "--out", out, "--format", kind) == 0
    texts, _ = toy_texts()
    again = toy_project(tmp_path / "again")
    added = add_file(again, out)
    assert added.bad == []
    before, after = project.state(), again.state()
    assert {row: (g.label, g.by) for row, g in after.labels.items()} == {
        row: (g.label, g.by) for row, g in before.labels.items()
    }
    back = read(out, "text", "label").texts
    assert back == texts[:30]
    if kind in ("labelstudio", "argilla", "prodigy"):
        assert after.answers == before.answers


@pytest.mark.parametrize("kind", FORMATS)
def test_a_thousand_labels_come_back_with_nothing_changed(tmp_path: Path, kind: str) -> None:
    """Texts and classes that formats stumble over, by three people, in and out."""
    needs_its_extra(kind)
    texts = [TEXTS[row % len(TEXTS)] for row in range(1000)]
    texts[::100] = ['=long, "and"\nlonger; \U0001f642\t' * 1500, "\U0001f642" * 16_000] * 5
    longest = 30_000 if kind == "excel" else 200_000  # a cell has room for 32,767, some count twice
    texts = [text[:longest] + str(row) for row, text in enumerate(texts)]
    assert sum(len(text) > 30_000 for text in texts) > 30
    settings = Settings("toy.csv", "text", CLASSES, 0, ["embedding=tfidf_svd"])
    project, again = (
        Project.create(tmp_path / name, settings, texts, []) for name in ("p", "again")
    )
    for number, by in enumerate(("ana", "bo", "cy, d'")):
        project.record(
            [
                {"event": "label", "id": row, "label": CLASSES[row % len(CLASSES)]}
                for row in range(number, 1000, 3)
            ],
            by,
        )
    out = tmp_path / f"out{ENDINGS[kind][0]}"
    assert run("export", project.path, "--out", out, "--format", kind) == 0
    added = add_file(again, out)
    assert (added.bad, added.new) == ([], 1000)
    assert {row: (g.label, g.by) for row, g in again.state().labels.items()} == {
        row: (g.label, g.by) for row, g in project.state().labels.items()
    }
    assert sorted(read(out, "text", "label").texts) == sorted(project.texts)


@pytest.mark.slow
@pytest.mark.parametrize("kind", FORMATS)
def test_what_came_in_one_format_goes_out_in_each(tmp_path: Path, kind: str) -> None:
    """A thousand labels in a file, a project made of it, and its export: every pair of formats."""
    needs_its_extra(kind)
    texts = [TEXTS[row % len(TEXTS)][:300] + str(row) for row in range(1000)]
    labels = [CLASSES[row % len(CLASSES)] for row in range(1000)]
    given = [f"k{row}" for row in range(1000)]
    rows = [list(row) for row in zip(given, texts, labels, strict=True)]
    columns, source = ["own id", "text", "label"], tmp_path / f"in{ENDINGS[kind][0]}"
    write_sheet(Target(source, kind), Sheet(columns, rows, key=None, classes=CLASSES))
    project = tmp_path / "project"
    assert run("init", source, "--out", project, "embedding=tfidf_svd") == 0
    for other in filter(has_its_extra, FORMATS):
        out = tmp_path / f"{other}{ENDINGS[other][0]}"
        assert run("export", project, "--out", out, "--format", other) == 0
        table = read(out, "text", "label")
        assert (table.texts, table.labels) == (texts, labels)
        back = open_rows(out, ["text", "label"]).rows
        assert [row.values["own id"] for row in back] == given


def test_a_dataset_goes_to_the_hub_only_when_told_to_and_private(
    tmp_path: Path, gold: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets = pytest.importorskip("datasets", reason="pushing needs the extra hf")
    pushed: list[tuple[int, str, bool]] = []

    def push(dataset: Any, name: str, *, private: bool) -> None:
        if name == "no/where":
            raise OSError("no such user")
        pushed.append((len(dataset), name, private))

    monkeypatch.setattr(datasets.Dataset, "push_to_hub", push)
    project = labelled(tmp_path / "p", gold)
    words = ("export", project.path, "--format", "hf")
    assert run(*words, "--out", tmp_path / "a") == 0
    assert pushed == []
    assert run(*words, "--out", tmp_path / "b", "--push", "me/labels") == 0
    assert pushed == [(30, "me/labels", True)]
    assert run("export", project.path, "--out", tmp_path / "c.csv", "--push", "me/labels") == 2
    assert not (tmp_path / "c.csv").exists()
    assert run(*words, "--out", tmp_path / "d", "--push", "no/where") == 2
    assert (tmp_path / "d").is_dir()


def test_who_when_how_and_whether_people_agree(tmp_path: Path, gold: list[str]) -> None:
    project = labelled(tmp_path / "p", gold)
    assert run("export", project.path) == 0
    rows = read_csv(project.path / "labelled.csv")
    assert list(rows[0]) == ["text", "text_id", "label", "annotator", "at", "how", "agreed"]
    assert [row["text_id"] for row in rows] == [str(number) for number in range(30)]
    told = [(row["annotator"], row["how"], row["agreed"]) for row in rows[:4]]
    assert told == [
        ("ana", "given with the texts", ""),
        ("ana", "random", "yes"),
        ("ana", "given with the texts", "no"),
        ("ana", "given with the texts", ""),
    ]
    assert rows[0]["at"] == project.state().labels[0].at
    assert run("export", project.path) == 2
    assert run("export", project.path, "--overwrite", "--each") == 0
    rows = read_csv(project.path / "labelled.csv")
    assert [(r["annotator"], r["label"]) for r in rows if r["text_id"] == "2"] == [
        ("cy, d'", gold[2]),
        ("ana", gold[0]),
    ]


def source(path: Path) -> Path:
    lines = ["ticket;label;text;n"]
    lines += [f"T{n};{'ab'[n % 2] if n < 6 else ''};text {n};{n / 2}" for n in range(8)]
    path.write_text("\n".join(lines), encoding="cp1252")
    return path


def test_columns_of_the_users_file_stay(tmp_path: Path) -> None:
    path = source(tmp_path / "mine.csv")
    assert run("init", path, "--out", tmp_path / "p", "embedding=tfidf_svd") == 0
    out = tmp_path / "out.jsonl"
    assert run("export", tmp_path / "p", "--out", out) == 0
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert list(rows[0])[:5] == ["ticket", "label", "text", "n", "text_id"]
    assert [(row["ticket"], row["label"]) for row in rows] == [
        (f"T{n}", "ab"[n % 2]) for n in range(6)
    ]


def test_a_project_of_before_has_no_other_columns(tmp_path: Path, gold: list[str]) -> None:
    project = labelled(tmp_path / "p", gold)
    assert not (project.path / COLUMNS).exists()
    assert run("export", project.path, "--out", tmp_path / "out.parquet") == 0
    assert (open_rows(tmp_path / "out.parquet").columns or [])[0] == "text"


@pytest.mark.parametrize("ending", ["csv", "xlsx", "parquet", "jsonl", "json"])
def test_predictions_come_after_every_column(
    tmp_path: Path, gold: list[str], ending: str, capsys: pytest.CaptureFixture[str]
) -> None:
    needs_its_extra({"xlsx": "excel"}.get(ending, ending))
    project = labelled(tmp_path / "p", gold)
    new = tmp_path / "new.csv"
    new.write_text(
        "id,customer,text,label\nk1,=Ana,crash error broken,old\nk2,,,\nk3,-5,please add,\n",
        encoding="utf-8",
    )
    out = tmp_path / f"out.{ending}"
    words = ["--format", "labelstudio"] if ending == "json" else []
    assert run("predict", project.path, new, "--out", out, *words) == 0
    told = capsys.readouterr().out
    assert "2 texts labelled, 1 empty ones without a label" in told
    assert ("1 cells that a spreadsheet could take" in told) == (ending == "csv")
    rows = list(open_rows(out).rows)
    names = ["id", "customer", "text", "label"]
    if ending == "json":
        names.remove("label")
        assert [r.values.get("label_") for r in rows] == ["old", None, None]
    else:
        assert (open_rows(out).columns or list(rows[0].values))[:6] == [
            *names, "label_2", "probability",
        ]  # fmt: skip
        assert [r.values["label_2"] or "" for r in rows] == ["bug", "", "feature"]
    given = [[r.values.get(name) or "" for name in names] for r in rows]
    assert given == [
        row[: len(names)]
        for row in (
            ["k1", "=Ana", "crash error broken", "old"],
            ["k2", "", "", ""],
            ["k3", "-5", "please add", ""],
        )
    ]
    assert run("predict", project.path, new, "--out", out, *words) == 2


@pytest.mark.parametrize("kind", FORMATS)
def test_a_batch_in_every_format(tmp_path: Path, project: Project, kind: str) -> None:
    needs_its_extra(kind)
    assert run("next", project.path, "-n", 3, "--format", kind) == 0
    assert run("next", project.path, "-n", 3, "--format", kind) == 0  # holds nothing unadded
    path = project.path / f"to_label{ENDINGS[kind][0]}"
    rows = list(open_rows(path, ["text"]).rows)
    assert len(rows) == 3
    out = tmp_path / f"mine{ENDINGS[kind][0]}"
    assert run("next", project.path, "--format", kind, "--out", out) == 0
    assert run("next", project.path, "--format", kind, "--out", out) == 2


def test_a_sheet_of_suspects_with_answers_is_not_overwritten(
    tmp_path: Path, gold: list[str]
) -> None:
    project = labelled(tmp_path / "p", gold)
    quick = "labelling.suspect_models=1", "trainer.max_epochs=5"
    assert run("suspects", project.path, "-n", 3, *quick) == 0
    path = project.path / "suspects.csv"
    rows = read_csv(path)
    assert run("suspects", project.path, "-n", 3, *quick) == 0
    other = next(name for name in project.settings.classes if name != rows[0]["given"])
    path.write_text(f"id,label\n{rows[0]['id']},{other}\n", encoding="utf-8")
    assert run("suspects", project.path, *quick) == 2
    assert run("add", project.path, path, "--replace") == 0
    assert run("suspects", project.path, *quick) == 0
