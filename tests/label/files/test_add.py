import csv
import json
import weakref
from pathlib import Path

import pytest

from cartolearn.data import answers
from cartolearn.label.files.add import add_file
from cartolearn.label.project.folder import Project
from tests.label.conftest import fill_in, run


def sheet(path: Path, *rows: tuple[object, ...], header: str = "id,text,label") -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        stream.write(header + "\n")
        csv.writer(stream).writerows(rows)
    return path


def test_good_rows_are_kept_and_bad_ones_named_and_written_beside(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = project.texts
    path = sheet(
        tmp_path / "mine.csv",
        (0, texts[0], "bug"),
        (999, "x", "bug"),
        (1, texts[1], "bgu"),
        (2, "another text", "bug"),
        (3, texts[3], "bug"),
        (3, texts[3], "feature"),
        (4, texts[4], ""),
        (5, texts[5]),
        (6, texts[6], "Question"),
        (6, texts[6], "question"),
    )
    assert run("add", project.path, path, "--by", "ana") == 2
    state = project.state()
    assert {row: (given.label, given.by) for row, given in state.labels.items()} == {
        0: ("bug", "ana"),
        6: ("question", "ana"),
    }
    out = capsys.readouterr().out
    assert "mine.csv, line 3: no text has the id '999'" in out
    assert "mine.csv, line 4: unknown class 'bgu'; did you mean bug?" in out
    assert "mine.csv, line 5: the text is not that of id 2" in out
    assert out.count("id 3 has different labels: bug, feature") == 2
    assert "mine.csv, line 9: malformed row: 2 columns where 3 are expected" in out
    with (tmp_path / "mine.bad.csv").open(encoding="utf-8-sig", newline="") as stream:
        bad = list(csv.DictReader(stream))
    assert [row["id"] for row in bad] == ["999", "1", "2", "3", "3", "5"]
    assert bad[1]["problem"].startswith("unknown class")


def test_the_lines_named_count_line_breaks_inside_texts(project: Project, tmp_path: Path) -> None:
    path = sheet(tmp_path / "m.csv", (0, "two\nlines", ""), (900, "x", "bug"))
    assert [a.where for a in add_file(project, path).bad] == [f"{path}, line 4"]


def test_adding_twice_changes_nothing_and_a_correction_counts(
    project: Project, tmp_path: Path
) -> None:
    path = sheet(tmp_path / "m.csv", (0, project.texts[0], "bug"))
    assert add_file(project, path, "ana").new == 1
    length = project.state().log_length
    assert add_file(project, path, "ana").same == 1
    assert project.state().log_length == length
    sheet(path, (0, project.texts[0], "feature"))
    assert add_file(project, path, "ana").changed == 1
    assert project.state().labels[0].label == "feature"


def test_nobody_overrules_another_unasked(project: Project, tmp_path: Path) -> None:
    path = sheet(tmp_path / "m.csv", (0, project.texts[0], "bug"))
    add_file(project, path, "ana")
    assert add_file(project, path, "bo").same == 1
    sheet(path, (0, project.texts[0], "feature"))
    refused = add_file(project, path, "bo")
    assert "ana labelled it 'bug' before" in refused.bad[0].problem
    assert project.state().labels[0].label == "bug"
    add_file(project, path, "bo", replace=True)
    assert project.state().labels[0].label == "feature"
    assert project.state().disagreements() == [0]


def test_semicolons_a_byte_order_mark_and_no_text_column_will_do(
    project: Project, tmp_path: Path
) -> None:
    path = tmp_path / "m.csv"
    path.write_text("id;label\r\n7;bug\r\n", encoding="utf-8-sig")
    assert add_file(project, path).new == 1


def test_a_sheet_goes_out_and_comes_back_whole(project: Project, gold: list[str]) -> None:
    assert run("next", project.path, "-n", 12) == 0
    path = project.path / "to_label.csv"
    assert fill_in(path, gold) == 12
    assert run("next", project.path) == 2
    assert run("add", project.path, path) == 0
    assert len(project.state().labels) == 12
    assert run("next", project.path, "-n", 5) == 0
    assert fill_in(path, gold) == 5


def test_label_studio_exports_come_back(project: Project, tmp_path: Path, gold: list[str]) -> None:
    assert run("next", project.path, "-n", 5, "--format", "labelstudio") == 0
    path = project.path / "to_label.json"
    tasks = json.loads(path.read_text(encoding="utf-8"))
    for task in tasks[:4]:
        choice = {"type": "choices", "value": {"choices": [gold[int(task["data"]["text_id"])]]}}
        task["annotations"] = [{"result": [choice]}, {"was_cancelled": True, "result": []}]
    two = {"type": "choices", "value": {"choices": ["bug", "feature"]}}
    tasks[4]["annotations"] = [{"result": [two]}]
    path.write_text(json.dumps([*tasks, {"data": {}, "annotations": 3}, "x"]), encoding="utf-8")
    added = add_file(project, path)
    assert added.new == 4
    assert [a.where.rpartition(", ")[2] for a in added.bad] == ["task 5", "task 6", "task 7"]
    assert "2 labels where one is expected: bug, feature" in added.bad[0].problem
    assert '<Choice value="bug" hotkey="1"/>' in path.with_suffix(".xml").read_text("utf-8")


def test_tasks_carry_predictions_once_there_is_a_model(
    project: Project, tmp_path: Path, gold: list[str]
) -> None:
    path = sheet(tmp_path / "m.csv", *((i, project.texts[i], gold[i]) for i in range(30)))
    add_file(project, path)
    assert run("next", project.path, "-n", 6, "--format", "argilla") == 0
    records = json.loads((project.path / "to_label.json").read_text(encoding="utf-8"))
    for record in records:
        suggestion = record["suggestions"]["label"]
        assert suggestion["value"] in {"bug", "feature", "question"}
        assert 1 / 3 <= suggestion["score"] <= 1
        assert record["fields"]["text"] == project.texts[int(record["id"])]
        record["responses"] = {"label": [{"value": gold[int(record["id"])]}]}
    back = tmp_path / "back.json"
    back.write_text(json.dumps(records), encoding="utf-8")
    assert add_file(project, back).new == 6
    assert run("next", project.path, "-n", 6, "--format", "labelstudio") == 0
    task = json.loads((project.path / "to_label.json").read_text(encoding="utf-8"))[0]
    assert task["predictions"][0]["result"][0]["value"]["choices"][0] in {*gold}


@pytest.mark.parametrize("content", ["", "id,text\n1,a\n", 'id,label\n1,"a\n', "{"])
def test_a_file_that_cannot_be_read_is_said_so(
    project: Project, tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / ("m.json" if content == "{" else "m.csv")
    path.write_text(content, encoding="utf-8")
    assert run("add", project.path, path) == 2
    assert str(path) in capsys.readouterr().err
    assert not project.state().labels


def test_classes_may_be_added_later(project: Project, tmp_path: Path) -> None:
    path = sheet(tmp_path / "m.csv", (0, project.texts[0], "praise"))
    assert run("add", project.path, path) == 2
    assert run("add", project.path, path, "--classes", "praise") == 0
    assert run("classes", project.path, "other") == 0
    assert project.state().classes == ["bug", "feature", "question", "praise", "other"]


def test_a_class_may_look_like_an_option(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("classes", project.path, "tone=formal", "seed=3") == 0
    assert project.state().classes[3:] == ["tone=formal"]
    assert run("status", project.path, "stratgy=margin") == 2
    assert "did you mean strategy" in capsys.readouterr().err


def test_each_persons_answer_is_kept_and_the_most_decide(project: Project, tmp_path: Path) -> None:
    def task(row: int, *said: str) -> dict[str, object]:
        people = [
            {
                "completed_by": {"email": f"p{number}"},
                "result": [
                    {"from_name": "label", "type": "choices", "value": {"choices": [label]}}
                ],
            }
            for number, label in enumerate(said)
        ]
        data = {"text": project.texts[row], "text_id": str(row)}
        return {"id": 90 + row, "data": data, "annotations": people}

    path = tmp_path / "theirs.json"
    tasks = [task(0, "bug", "feature", "bug"), task(1, "bug"), task(2, "bug", "question")]
    path.write_text(json.dumps(tasks), encoding="utf-8")
    added = add_file(project, path)
    assert (added.new, added.bad) == (3, [])
    state = project.state()
    assert state.answers[0] == {"p0": "bug", "p1": "feature", "p2": "bug"}
    assert [state.labels[row].label for row in range(3)] == ["bug", "bug", "question"]
    assert state.disagreements() == [0, 2]
    before = state.log_length
    assert add_file(project, path).same == 3
    assert project.state().log_length == before


def test_ids_that_a_spreadsheet_made_numbers_of(project: Project, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text('id;label\n"0.0";bug\n 1 ;Feature \n0002;bug\n;bug\n', encoding="cp1252")
    added = add_file(project, path)
    assert added.new == 3
    assert [answer.problem[:22] for answer in added.bad] == ["no text has the id '';"]


def test_what_was_respelled_is_said_once_and_composed_names_are_the_same(
    project: Project, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert run("classes", project.path, "caf\u00e9", "cafe\u0301", "1", "true") == 0
    assert project.state().classes[3:] == ["caf\u00e9", "1", "true"]
    path = tmp_path / "mine.csv"
    rows = "id,label\n0,cafe\u0301\n1, bug \n2,1.0\n3,True\n4,nobody\n"
    path.write_text(rows, encoding="utf-8")
    assert add_file(project, path).new == 4
    labels = project.state().labels
    assert [labels[row].label for row in range(4)] == ["caf\u00e9", "bug", "1", "true"]
    told = [record.message for record in caplog.records if "respelled" in record.message]
    assert len(told) == 1
    assert "4 label(s) respelled" in told[0]


@pytest.mark.parametrize("block", [1, 3, 100])
def test_a_file_is_held_a_block_at_a_time(
    project: Project, tmp_path: Path, block: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of rows without a label nothing stays, of the others neither text nor cells."""
    monkeypatch.setattr(answers, "AT_ONCE", block)
    held: list[weakref.ref[Text]] = []
    most = 0

    def canonical(value: object) -> str:
        nonlocal most
        held.append(weakref.ref(text := Text(value)))
        most = max(most, sum(one() is not None for one in held))
        return text

    monkeypatch.setattr(answers, "canonical_text", canonical)
    rows = [(row, project.texts[row], "bug" if row % 2 else "") for row in reversed(range(200))]
    added = add_file(project, sheet(tmp_path / "m.csv", *rows))
    assert (added.new, added.empty, added.bad) == (100, 100, [])
    assert most <= block + 2


class Text(str):
    """A text that tells when it goes."""

    __slots__ = ("__weakref__",)


@pytest.mark.parametrize("name", ["-1", "0x1", "9" * 5000, "²"])
def test_an_id_that_is_none_is_named(project: Project, tmp_path: Path, name: str) -> None:
    added = add_file(project, sheet(tmp_path / "m.csv", (name, "", "bug")))
    assert [one.problem[:18] for one in added.bad] == ["no text has the id"]


def test_labels_stand_in_the_column_that_is_named(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = project.texts
    rows = [(0, texts[0], "bug", "no"), (1, texts[1], "no class", "feature")]
    path = sheet(tmp_path / "m.csv", *rows, header="id,text,topic,label")
    assert run("add", project.path, path, "--label", "topic") == 2
    assert {row: given.label for row, given in project.state().labels.items()} == {0: "bug"}
    with (tmp_path / "m.bad.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [row["topic"] for row in csv.DictReader(stream)] == ["no class"]
    capsys.readouterr()
    assert run("add", project.path, path, "--label", "topics") == 2
    told = "has no column 'topics'. Did you mean 'topic'? It has: id, text, topic, label; name"
    assert told in capsys.readouterr().err


def test_the_question_of_an_export_that_is_named_is_added(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    chosen = [
        {"from_name": name, "to_name": "text", "type": "choices", "value": {"choices": [said]}}
        for name, said in (("sure", "yes"), ("topic", "feature"))
    ]
    data = {"id": 0, "text": project.texts[0]}
    path = tmp_path / "export.json"
    path.write_text(json.dumps([{"data": data, "annotations": [{"result": chosen}]}]))
    assert run("add", project.path, path) == 2
    assert "there are: sure, topic; name the one of the labels" in capsys.readouterr().err
    assert run("add", project.path, path, "--label", "topic") == 0
    assert project.state().labels[0].label == "feature"
