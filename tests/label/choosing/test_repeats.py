"""Texts that are asked again: chosen, sent out, and taken back in."""

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from cartolearn.label.choosing.askable import repeated_ids
from cartolearn.label.choosing.batch import next_batch
from cartolearn.label.files.add import add_file
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.folder import Project
from tests.label.conftest import fill_in, run, toy_project, toy_texts

Row = dict[str, str]


def label_by_sheet(project: Project, gold: list[str], n: int = 20) -> list[Row]:
    """Send a batch out and take it in, all answers right; return its rows."""
    assert run("next", project.path, "-n", n) == 0
    path = project.path / "to_label.csv"
    fill_in(path, gold)
    assert run("add", project.path, path) == 0
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a project that took three sheets of twenty texts in."""
    project = toy_project(tmp_path_factory.mktemp("labelled") / "project")
    for _ in range(3):
        label_by_sheet(project, toy_texts()[1])
    return project.path


@pytest.fixture
def sixty(labelled: Path, tmp_path: Path) -> Project:
    """A copy of that project, to change."""
    return Project.open(shutil.copytree(labelled, tmp_path / "project"))


def test_repeats_are_their_share_of_all_that_is_asked(project: Project, gold: list[str]) -> None:
    batches = [label_by_sheet(project, gold) for _ in range(6)]
    again = [[row for row in rows if row["id"].endswith("-again")] for rows in batches]
    assert [len(rows) for rows in again] == [0, 1, 1, 1, 1, 0]  # 0.04 of 20, 40, ... rounded down
    assert all(len(rows) == 20 for rows in batches)
    state = project.state()
    at_random = set(state.random_ids(240, 0).tolist())
    assert len(state.repeats) == 4
    assert set(state.repeats) <= at_random
    assert state.changed_minds() == []
    assert len(state.labels) == 116


def test_a_repeat_tells_why_and_gives_no_answer_away(project: Project, gold: list[str]) -> None:
    row = next(
        row
        for _ in range(2)
        for row in label_by_sheet(project, gold)
        if row["id"].endswith("-again")
    )
    assert row["reason"] == "labelled before; asked again, to see how often answers differ"
    assert (row["suggestion"], row["probability"]) == ("", "")


def test_the_longest_ago_come_first_and_none_that_is_held_or_was_repeated(sixty: Project) -> None:
    often = Project.open(sixty.path, ["labelling.repeat_share=0.5"])
    state = often.state()
    sample = [row for row in state.random_ids(240, 0).tolist() if row not in state.repeats]
    assert repeated_ids(often, state, 6, ()) == sample[:6]
    assert repeated_ids(often, state, 2, ()) == sample[:2]
    assert repeated_ids(often, state, 6, sample[:1]) == sample[1:7]
    none = Project.open(sixty.path, ["labelling.repeat_share=0"])
    assert repeated_ids(none, state, 100, ()) == []
    all_labels = Project.open(sixty.path, ["labelling.repeat_share=1", "labelling.random_share=0"])
    assert len(repeated_ids(all_labels, state, 200, ())) == len(state.labels) - len(state.repeats)


def test_labels_that_came_with_the_texts_do_not_fill_a_batch_with_repeats(
    tmp_path: Path, gold: list[str]
) -> None:
    events = [{"event": "label", "id": i, "label": gold[i]} for i in range(150)]
    project = toy_project(tmp_path / "p", events)
    assert not any(pick.again for pick in next_batch(ProjectFeatures.of(project), 20))


def test_a_share_that_is_set_late_is_made_up_for_little_by_little(
    tmp_path: Path, gold: list[str]
) -> None:
    project = toy_project(tmp_path / "p")
    before = Project.open(project.path, ["labelling.repeat_share=0"])
    for _ in range(6):
        picks = next_batch(ProjectFeatures.of(before), 20)
        project.record([{"event": p.event, "id": p.id, "label": gold[p.id]} for p in picks])
    assert sum(pick.again for pick in next_batch(ProjectFeatures.of(project), 20)) == 2


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_small_batch_has_no_more_texts_than_asked_for(sixty: Project, n: int) -> None:
    features = ProjectFeatures.of(Project.open(sixty.path, ["labelling.repeat_share=0.5"]))
    picks = next_batch(features, n)
    assert len(picks) == n
    assert any(pick.again for pick in picks)


def test_two_people_are_not_asked_the_same_again(sixty: Project) -> None:
    features = ProjectFeatures.of(Project.open(sixty.path, ["labelling.repeat_share=0.3"]))
    ana, bo = ({p.id for p in next_batch(features, 10, who) if p.again} for who in ("ana", "bo"))
    assert ana
    assert not ana & bo


def test_an_answer_that_differs_is_kept_beside_the_label(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, texts = tmp_path / "m.csv", project.texts
    rows = [("0", texts[0], "bug"), ("1", texts[1], "bug"), ("0-again", texts[0], "feature")]
    path.write_text("id,text,label\n" + "".join(",".join(row) + "\n" for row in rows))
    assert run("add", project.path, path, "--by", "ana") == 2
    assert (
        "line 4: id 0 has no label, so it cannot have been asked again" in capsys.readouterr().out
    )
    added = add_file(project, path, "bo")
    assert (added.same, added.again, added.bad) == (2, 1, [])
    added = add_file(project, path, "ana")
    assert (added.same, added.again, added.changed) == (3, 0, 0)
    assert project.state().repeats == {0: ("bug", "feature")}
    assert project.state().labels[0].label == "bug"
    assert project.state().disagreements() == []


@pytest.mark.parametrize("kind", ["labelstudio", "argilla"])
def test_repeats_go_through_other_tools(project: Project, gold: list[str], kind: str) -> None:
    label_by_sheet(project, gold)
    assert run("next", project.path, "-n", 20, "--format", kind) == 0
    path = project.path / "to_label.json"
    tasks = json.loads(path.read_text(encoding="utf-8"))
    for task in tasks:
        text = task["data"]["text"] if kind == "labelstudio" else task["fields"]["text"]
        label = gold[project.texts.index(text)]
        choice = {"type": "choices", "value": {"choices": [label]}}
        task["annotations"] = [{"result": [choice]}]
        task["responses"] = {"label": [{"value": label}]}
    path.write_text(json.dumps(tasks), encoding="utf-8")
    added = add_file(project, path)
    assert (added.new, added.again, added.bad) == (19, 1, [])
    assert list(np.unique(list(project.state().repeats.values()), axis=1).shape) == [1, 1]


def test_a_sheet_with_an_answer_to_a_repeat_is_not_overwritten(
    project: Project, gold: list[str]
) -> None:
    label_by_sheet(project, gold)
    assert run("next", project.path, "-n", 20) == 0
    path = project.path / "to_label.csv"
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    again = next(line for line in lines if "-again," in line)
    text, label = again.split(",")[1], gold[int(again.split("-")[0])]
    path.write_text(f"id,text,label\n{again.split(',')[0]},{text},{label}\n", encoding="utf-8")
    assert run("next", project.path) == 2
    assert run("add", project.path, path) == 0
    assert run("next", project.path) == 0


def test_status_says_what_the_repeats_tell(
    sixty: Project, gold: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    run("status", sixty.path)
    assert "None of 2 texts asked again got another answer" in _words(capsys)
    row = next(iter(sixty.state().repeats))
    sixty.record([{"event": "again", "id": row, "label": _other(gold[row])}])
    run("status", sixty.path)
    told = _words(capsys)
    assert f"Of 2 texts asked again 1 got another answer ({row}): about 33% of the" in told
    run("status", sixty.path, "labelling.wrong_share=0.1")
    assert "It is corrected for 10.0% wrong labels, as you said." in _words(capsys)


def _other(label: str) -> str:
    return "bug" if label != "bug" else "feature"


def _words(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())
