"""An audit from the first file to the corrected one, by the files and the command line."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from cartolearn.audit.files.intake import Names
from cartolearn.audit.project.folder import Audit
from tests.audit.conftest import SIZE, answer, read_csv, run, write_csv

DOCS = Path(__file__).parents[2] / "docs" / "audit.md"
Capture = pytest.CaptureFixture[str]


def keys_in(value: object) -> set[str]:
    """Return the keys of an object, and of all in it."""
    if isinstance(value, dict):
        return {*value, *keys_in(list(value.values()))}
    return set().union(*map(keys_in, value)) if isinstance(value, list) else set()


def test_an_audit_from_the_first_file_to_the_corrected_one(
    audit: Path, gold: list[str], machine: list[str], capsys: Capture
) -> None:
    sheet = audit / "to_check.csv"
    for _ in range(2):
        assert run("next", audit, "-n", 40) == 0
        assert list(read_csv(sheet)[0]) == ["id", "text", "label"]  # no reason, no label
        answer(sheet, gold)
        assert run("add", audit, sheet, "--by", "ana") == 0
    capsys.readouterr()
    assert run("status", audit, "--json", "audit.limit=0.9") == 0
    told = json.loads(capsys.readouterr().out)
    true = np.mean([a != b for a, b in zip(gold, machine, strict=True)])
    assert told["checked"] == 80
    assert told["wrong"]["low"] <= true <= told["wrong"]["high"]
    assert told["wrong"]["found"] == sum(p["found"] for p in told["purposes"].values())
    assert told["purposes"]["finding"]["checked"] == 28
    assert told["decision"]["verdict"] == "good enough"
    assert {s["source"]: s["of"] for s in told["sources"]} == {"gpt": SIZE, "crowd": SIZE - 1}
    assert told["sources"][1]["share"] < told["sources"][0]["share"]
    assert sum(c["of"] for c in told["classes"]) == SIZE
    assert sum(p["found"] for p in told["pairs"]) == told["wrong"]["found"]
    table = re.findall(r"^\| `.*", DOCS.read_text(encoding="utf-8"), flags=re.MULTILINE)
    quoted = " ".join(re.findall("`[^`]+`", " ".join(table)))
    assert keys_in(told) <= set(re.findall(r"\w+", quoted))
    assert run("status", audit) == 0
    assert "gpt is wrong in" in capsys.readouterr().out

    assert run("fix", audit) == 0
    checked = set(Audit.open(audit).state().truth())
    for row, line in enumerate(read_csv(audit / "corrected.csv")):
        assert line["nr"] == f"t{row}"
        assert line["topic"] == (gold[row] if row in checked else machine[row])
        assert line["how"] == ("checked" if row in checked else "")
        assert line["topic by gpt"] == machine[row]
    assert run("fix", audit) == 2  # never overwrites by itself
    assert "give --overwrite" in capsys.readouterr().err
    assert run("fix", audit, "--overwrite", "--above", 0.5) == 0
    lines = read_csv(audit / "corrected.csv")
    likely = [row for row, line in enumerate(lines) if line["how"] == "not checked: likely"]
    assert likely
    assert not checked & set(likely)
    assert np.mean([lines[row]["topic"] == gold[row] for row in likely]) > 0.5
    assert run("fix", audit, "--overwrite", "--leave-out", 0.5) == 0
    lines = read_csv(audit / "corrected.csv")
    out = [row for row, line in enumerate(lines) if line["how"] == "left out: probably wrong"]
    assert f"{len(out):,} left out" in capsys.readouterr().out
    assert np.mean([machine[row] != gold[row] for row in out]) > 0.5
    assert not checked & set(out)
    for row in set(range(SIZE)) - checked:
        assert lines[row]["topic"] == ("" if row in out else machine[row])
    assert run("fix", audit, "--overwrite", "--leave-out", 0.5, "--above", 0.5) == 0
    both = {line["nr"]: line["how"] for line in read_csv(audit / "corrected.csv")}
    assert {row for row in range(SIZE) if both[f"t{row}"] == "not checked: likely"} == set(likely)


def test_every_check_is_remembered_and_can_be_taken_back(
    audit: Path, gold: list[str], capsys: Capture
) -> None:
    sheet = audit / "to_check.csv"
    run("next", audit, "-n", 10)
    ids = answer(sheet, gold)
    assert run("add", audit, sheet, "--by", "ana") == 0
    assert set(Audit.open(audit).state().truth()) == set(ids)
    run("undo", audit)
    state = Audit.open(audit).state()
    assert not state.truth()
    assert state.handed_out == set(ids)
    assert run("add", audit, sheet, "--by", "ana") == 0
    assert run("next", audit, "-n", 10) == 0
    assert not set(ids) & {int(row["id"]) for row in read_csv(sheet)}


def test_several_checkers_and_their_agreement(audit: Path, gold: list[str]) -> None:
    sheet = audit / "to_check.csv"
    run("next", audit, "-n", 12)
    ids = answer(sheet, gold)
    run("add", audit, sheet, "--by", "ana")
    assert run("next", audit, "--again", "-n", 5, "--by", "bo") == 0
    again = answer(sheet, gold)
    assert len(again) == 5
    assert run("next", audit, "-n", 5) == 2  # these opinions are not added yet, though they agree
    assert set(again) <= set(ids)
    other = {"bug": "feature", "feature": "question", "question": "bug"}
    answer(sheet, [other[name] if row == again[0] else name for row, name in enumerate(gold)])
    assert run("add", audit, sheet, "--by", "bo") == 0
    state = Audit.open(audit).state()
    assert state.agreement() == (4, 5)
    assert state.disagreements() == [again[0]]
    assert state.truth()[again[0]] == other[gold[again[0]]]  # one against one: the later counts
    assert run("next", audit, "-n", 5) == 0


def test_an_answer_that_was_changed_in_the_sheet_is_not_written_over(
    audit: Path, capsys: Capture
) -> None:
    sheet = audit / "to_check.csv"
    run("next", audit, "-n", 4)
    answer(sheet, ["bug"] * SIZE)
    run("add", audit, sheet)
    answer(sheet, ["feature"] * SIZE)
    assert run("next", audit) == 2
    assert "answers that were not added" in capsys.readouterr().err
    answer(sheet, ["buk"] * SIZE)  # a typo that was put right elsewhere
    assert run("next", audit, "-n", 4) == 0


def test_undo_takes_back_what_somebody_did_and_no_class_that_is_in_use(
    audit: Path, gold: list[str], capsys: Capture
) -> None:
    sheet = audit / "to_check.csv"
    run("next", audit, "-n", 6)
    ids = answer(sheet, ["other"] * SIZE)
    assert run("add", audit, sheet, "--by", "ana", "--classes", "other") == 0
    run("add", audit, sheet, "--by", "bo", "--classes", "other, other")  # it is there already
    assert run("undo", audit, "--by", "cy") == 2
    assert run("undo", audit, "--by", "ana") == 2
    assert "the class other came with that" in capsys.readouterr().err
    answer(sheet, gold)
    run("add", audit, sheet, "--by", "ana")
    assert run("undo", audit, "--by", "bo") == 0
    assert "Taken back: 6 check(s), by bo" in capsys.readouterr().out
    assert Audit.open(audit).state().truth() == {row: gold[row] for row in ids}
    assert run("undo", audit) == 0
    assert run("undo", audit) == 0
    assert "Taken back: the new class(es) other, 6 check(s), by ana" in capsys.readouterr().out
    assert "other" not in Audit.open(audit).state().classes


def test_shown_labels_are_noted(audit: Path, machine: list[str], capsys: Capture) -> None:
    sheet = audit / "to_check.csv"
    assert run("next", audit, "-n", 8, "--show-labels") == 0
    rows = read_csv(sheet)
    assert all(row["given"] == machine[int(row["id"])] for row in rows)
    assert "write right where one is" in capsys.readouterr().out
    answer(sheet, ["right"] * SIZE)
    assert run("add", audit, sheet) == 0
    capsys.readouterr()
    assert run("status", audit, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["flattering"], told["wrong"]["found"]) == (8, 0)
    assert run("status", audit) == 0
    assert "flattering" in capsys.readouterr().out


def test_what_waits_for_an_answer_is_given_out_again(
    audit: Path, gold: list[str], capsys: Capture
) -> None:
    sheet = audit / "to_check.csv"
    assert run("next", audit, "--waiting") == 2
    assert "no text that was given out waits" in capsys.readouterr().err
    run("next", audit, "-n", 8, "--by", "ana")
    lost = {int(row["id"]) for row in read_csv(sheet)}
    capsys.readouterr()
    run("next", audit, "-n", 5, "--by", "bo")  # replaces the sheet, of which nothing was filled in
    assert "8 texts that were given out before have no answer yet" in capsys.readouterr().out
    mine = set(answer(sheet, gold))
    assert not lost & mine
    assert run("add", audit, sheet, "--by", "bo") == 0
    draws = Audit.open(audit).state().draws
    assert run("next", audit, "--waiting", "--by", "bo") == 0
    assert set(answer(sheet, gold)) == lost
    assert Audit.open(audit).state().draws == draws  # they were drawn already
    assert run("add", audit, sheet, "--by", "bo") == 0
    assert set(Audit.open(audit).state().truth()) == lost | mine
    with pytest.raises(SystemExit):
        run("next", audit, "--waiting", "--show-labels")  # they were drawn without


def test_what_sources_lack_is_said(tmp_path: Path, capsys: Capture) -> None:
    columns = {"text": ["a", "b", "c", "c"], "m": ["x", "y", "x", ""], "n": ["x", "", "z", "x"]}
    file = write_csv(tmp_path / "in.csv", columns)
    assert run("init", file, "--out", tmp_path / "p", "--label", "m", "--label", "n",
               "embedding=tfidf_svd") == 0  # fmt: skip
    said = capsys.readouterr().out
    assert "m leaves 1 of 4 texts unlabelled; they are not audited" in said
    assert "only n uses the class(es) z" in said
    assert "1 texts occur more than once" in said
    assert "3 labels by m, 2 of 3 classes" in said


def test_an_export_of_several_people_is_one_label_a_text(tmp_path: Path, capsys: Capture) -> None:
    def answer_of(who: int, **said: str) -> dict[str, object]:
        result = [
            {"from_name": name, "type": "choices", "value": {"choices": [label]}}
            for name, label in said.items()
        ]
        return {"completed_by": who, "result": result}

    said = [["bug", "bug", "idea"], ["idea"], ["bug", "idea"], ["idea", "idea"]]
    tasks = [
        {"data": {"text": f"t{row}"}, "id": row, "annotations": [
            answer_of(who, topic=label, sure="yes") for who, label in enumerate(labels)]}
        for row, labels in enumerate(said)
    ]  # fmt: skip
    file = tmp_path / "in.json"
    file.write_text(json.dumps(tasks), encoding="utf-8")
    words = ("--out", tmp_path / "p", "embedding=tfidf_svd")
    assert run("init", file, "--label", "label", *words) == 2
    assert "no question is called 'label'; there are: sure, topic" in capsys.readouterr().err
    assert run("init", file, "--label", "topic", *words) == 0
    told = capsys.readouterr().out
    assert "1 text(s) without a label, since as many people gave one as another" in told
    assert "3 labels by topic, 2 classes" in told
    audit = Audit.open(tmp_path / "p")
    assert list(audit.texts) == ["t0", "t1", "t2", "t3"]
    assert audit.labels.names(0) == ["bug", "idea", "", "idea"]


def test_what_was_assumed_of_names_is_said(tmp_path: Path, capsys: Capture) -> None:
    columns = {"text": ["a", "b", "c"], "m": ["Ham", "NA ", "ham"], "n": ["ham", "ham", "NA"]}
    file = write_csv(tmp_path / "in.csv", columns)
    named = ("--label", "m", "--label", "n")
    assert run("init", file, "--out", tmp_path / "p", *named, "embedding=tfidf_svd") == 0
    told = capsys.readouterr().out
    assert "taken as names of classes, not as gaps: NA (2 rows)" in told
    assert "classes that differ by case alone: Ham and ham" in told
    assert "1 label(s) respelled" in told


def test_names_are_numbered_as_they_come_and_then_by_class() -> None:
    names = Names()
    for name in ["b", "", "a", "b", "c", ""]:
        names.add(name)
    assert names.among(["a", "b", "c", "d"]).tolist() == [1, -1, 0, 1, 2, -1]
    assert list(names.known) == ["b", "a", "c"]
