"""The page to check on, without a browser: what shows, answers, undo, people, review."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from cartolearn.audit.measuring.status import status_of
from cartolearn.audit.measuring.words import parts_in_words
from cartolearn.audit.page.auditor import Auditor
from cartolearn.audit.page.auditor_apart import AuditorApart
from cartolearn.audit.page.session import CheckSession
from cartolearn.audit.project.folder import Audit
from cartolearn.audit.suspicion.held_out import signals
from cartolearn.errors import InputError
from cartolearn.label.page.found import Wanted
from tests.audit.conftest import answer, run
from tests.label.page.test_apart import HEAVY


def opened(folder: Path, by: str, count: int, **given: Any) -> CheckSession:
    """Return a session as it opens."""
    audit = Audit.open(folder)
    return CheckSession(audit, Auditor(audit), by, count, **given)


def session(
    folder: Path, by: str = "ana", count: int = 12, *, shown: bool = False, again: bool = False
) -> CheckSession:
    """Return a session with something to check."""
    found = opened(folder, by, count, shown=shown, again=again)
    if found.due():
        found.work()
    return found


def checked(folder: Path) -> dict[int, str]:
    return Audit.open(folder).state().truth()


def test_answers_are_on_the_disk_at_once_and_nothing_tells_why_or_what_was_said(
    audit: Path, gold: list[str], machine: list[str]
) -> None:
    sitting = session(audit)
    assert len(sitting.queue) == 12
    (drawn,) = Audit.open(audit).state().draws
    assert sorted(check.id for check in sitting.queue) == sorted(drawn.ids)
    assert [check.id for check in sitting.queue] != list(drawn.ids)
    for number in range(12):
        check = sitting.current
        assert check is not None
        assert check.given is None
        assert sitting.why(check) == f"Text {check.id}"
        sitting.right(check.id)  # nothing is in sight that could be right
        sitting.label(check.id, gold[check.id])
        assert checked(audit)[check.id] == gold[check.id]
        assert len(checked(audit)) == number + 1 == sitting.answered
    assert sitting.current is None
    assert not sitting.due()  # the person says whether to go on
    assert sitting.nothing == "All that was given out is checked."
    sitting.work()
    assert len(sitting.queue) == 12
    assert not {check.id for check in sitting.queue} & set(drawn.ids)


def test_the_label_shows_only_where_the_user_asked_for_it(audit: Path, machine: list[str]) -> None:
    hidden = session(audit, count=3)
    rows = {check.id for check in hidden.queue}
    while hidden.current:
        hidden.label(hidden.current.id, "bug")
    shown = session(audit, count=5, shown=True)
    assert {check.given for check in shown.queue} <= set(machine)
    check = shown.current
    assert check is not None
    assert check.given == machine[check.id]
    assert shown.why(check) == f"Text {check.id}. It was labelled {machine[check.id]}"
    shown.right(check.id)
    assert checked(audit)[check.id] == machine[check.id]
    assert all(shown._check(row).given is None for row in rows)
    assert [drawn.shown for drawn in Audit.open(audit).state().draws] == [False, True]


def test_undo_goes_back_one_answer_beyond_a_restart_and_skip_puts_last(
    audit: Path, gold: list[str]
) -> None:
    sitting = session(audit)
    first, second = (check.id for check in list(sitting.queue)[:2])
    sitting.skip(first)
    assert sitting.queue[-1].id == first
    sitting.label(first, "bug")  # not the current one: a tab that is behind
    assert checked(audit) == {}
    sitting.label(second, "bug")
    sitting.skip(sitting.queue[0].id)
    third = sitting.queue[0].id
    sitting.label(third, "bug")
    again = session(audit)
    assert again.answered == 0
    assert len(again.queue) == 10
    again.undo()
    assert again.current is not None
    assert again.current.id == third
    again.undo()
    again.undo()
    assert checked(audit) == {}
    again.label(second, gold[second])
    again.label(third, gold[third])
    assert run("undo", audit) == 0  # the command takes back one answer, too
    assert checked(audit) == {second: gold[second]}


def test_several_checkers_get_texts_of_their_own_and_each_others_on_purpose(
    audit: Path, gold: list[str]
) -> None:
    ana, bo = session(audit, "ana"), session(audit, "bo")
    assert not {c.id for c in ana.queue} & {c.id for c in bo.queue}
    while ana.current:
        ana.label(ana.current.id, gold[ana.current.id])
    while bo.current:
        bo.label(bo.current.id, "bug")
    second = session(audit, "bo", again=True)
    assert {check.id for check in second.queue} == set(ana.past)
    row = next(check.id for check in second.queue if gold[check.id] != "bug")
    while second.current:
        second.label(second.current.id, "bug")
    state = Audit.open(audit).state()
    assert state.answers[row] == {"ana": gold[row], "bo": "bug"}
    assert row in state.disagreements()
    assert second.people == ["ana", "bo"]


def test_what_a_file_gave_out_waits_on_the_page(
    audit: Path, tmp_path: Path, gold: list[str]
) -> None:
    sheet = tmp_path / "sheet.csv"
    assert run("next", audit, "-n", 6, "--by", "ana", "--out", sheet) == 0
    sitting = opened(audit, "ana", 6)
    assert not sitting.due()
    ids = {check.id for check in sitting.queue}
    assert len(ids) == 6
    assert sitting.current is not None
    sitting.label(sitting.current.id, gold[sitting.current.id])
    assert set(answer(sheet, gold)) == ids
    assert run("add", audit, sheet, "--by", "ana") == 0
    assert len(checked(audit)) == 6
    assert not opened(audit, "ana", 6).queue
    assert opened(audit, "bo", 6).due()


def test_who_takes_over_gets_what_others_left_open(audit: Path, gold: list[str]) -> None:
    ana = session(audit, "ana", 6)
    check = ana.current
    assert check is not None
    ana.label(check.id, gold[check.id])
    left = {waiting.id for waiting in ana.queue}
    assert not opened(audit, "bo", 6).queue
    bo = opened(audit, "bo", 6, takes_over=True)
    assert not bo.due()
    assert {waiting.id for waiting in bo.queue} == left


def test_the_review_filters_and_changes_what_this_person_said(audit: Path, gold: list[str]) -> None:
    ana = session(audit, "ana", 6)
    order = [check.id for check in ana.queue]
    while ana.current:
        ana.label(ana.current.id, gold[ana.current.id])
    shown = ana.reviewed(Wanted())
    rows = shown.rows
    assert shown.labelled == shown.wanted == 6
    assert [row["id"] for row in rows] == order[::-1]
    assert rows[0]["label"] == gold[order[-1]]
    assert len(rows[0]["at"]) == len("2026-01-01 00:00")
    one = gold[order[0]]
    named = [row["id"] for row in ana.reviewed(Wanted(name=one)).rows]
    assert sorted(named) == sorted(row for row in order if gold[row] == one)
    word = Audit.open(audit).texts[order[0]].split()[-1]
    assert order[0] in [row["id"] for row in ana.reviewed(Wanted(words=word)).rows]
    bo = session(audit, "bo", 6, again=True)
    other = next(name for name in bo.classes if name != gold[order[0]])
    bo.relabel([order[0]], other)
    (differs,) = ana.reviewed(Wanted(differing=True)).rows
    assert (differs["id"], differs["note"]) == (order[0], "differ")
    assert f"bo: {other}" in differs["said"]
    assert ana.reviewed(Wanted(by="bo")).rows == [differs]
    ana.relabel([order[0]], other)
    assert ana.reviewed(Wanted(differing=True)).rows == []
    assert checked(audit)[order[0]] == other


def test_in_a_process_of_its_own_the_same_is_given_out_and_told(
    audit: Path, tmp_path: Path, gold: list[str]
) -> None:
    other = tmp_path / "other"
    shutil.copytree(audit, other)
    near, apart = Auditor(Audit.open(audit)), AuditorApart(other, ())
    with pytest.raises(InputError, match="no text that others checked"):
        apart.give_out("ana", 30, shown=False, again=True)
    for folder, auditor in ((audit, near), (other, apart)):
        auditor.give_out("ana", 30, shown=True, again=False)
        sitting = CheckSession(Audit.open(folder), auditor, "ana", 30)
        while sitting.current:
            sitting.label(sitting.current.id, gold[sitting.current.id])
    here, there = Audit.open(audit).state(), Audit.open(other).state()
    assert there.draws == here.draws
    assert there.answers == here.answers
    assert apart.report() == near.report()
    assert any("30 of 240 labels by gpt checked" in str(part) for part in apart.report().verdict)
    told, purpose = str(apart.report()), re.compile(r"(find|measur)ing: \d+ wrong of \d+ checked")
    assert "wrong labels found" in told
    assert not purpose.search(told)  # a checker cannot tell from it why a text is there
    status = status_of(near.audit, near.audit.state(), signals(near.audit))
    assert len(purpose.findall(str(parts_in_words(status)))) == 2


def test_what_answers_keys_imports_nothing_that_trains(audit: Path) -> None:
    pytest.importorskip("nicegui", reason="the page needs the extra label-page")
    pages = "cartolearn.audit.page.auditor_apart, cartolearn.audit.page.view"
    told = (
        f"import sys, pathlib, {pages}\n"
        "from cartolearn.audit.page.session import CheckSession\n"
        "from cartolearn.audit.project.folder import Audit\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "apart = cartolearn.audit.page.auditor_apart.AuditorApart(folder, ())\n"
        "sitting = CheckSession(Audit.open(folder), apart, 'ana', 5)\n"
        "sitting.work()\n"
        "row = sitting.current.id\n"
        "sitting.label(row, sitting.classes[0])\n"
        "print(*sys.modules)\n"
    )
    words = [sys.executable, "-c", told, str(audit)]
    ran = subprocess.run(words, capture_output=True, text=True, check=True)
    assert not set(HEAVY) & set(ran.stdout.split())


def test_where_everything_was_given_out_it_says_so(audit: Path) -> None:
    sitting = session(audit, count=240)
    queue = len(sitting.queue)
    sitting.queue.clear()
    sitting.work()
    assert queue == 240
    assert "every label" in sitting.message


def test_without_the_framework_one_line_says_what_to_install(
    audit: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cartolearn.label.page.server.find_spec", lambda *_: None)
    assert run("serve", audit) == 2
    assert "label-page" in capsys.readouterr().err
