"""Several people on the same texts: overlap, agreement, what is settled, and what votes decide."""

import csv
import json
from pathlib import Path

import pytest

from cartolearn.label.choosing.batch import next_batch
from cartolearn.label.files.add import add_file
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.people.agreeing import people_of
from cartolearn.label.people.settling import voted
from cartolearn.label.project.folder import Project
from tests.label.conftest import fill_in, replay, run, take
from tests.label.project.test_classes import done, label

Capture = pytest.CaptureFixture[str]


def test_the_same_texts_go_to_several_and_each_answer_is_kept(
    project: Project, gold: list[str], tmp_path: Path, capsys: Capture
) -> None:
    sheets = {who: tmp_path / f"{who}.csv" for who in ("ana", "bo")}
    for who, sheet in sheets.items():
        words = ["-n", 20, "--by", who, "--overlap", 0.2, "--out", sheet]
        assert run("next", project.path, *words) == 0
    ids = {who: {row["id"] for row in rows(sheet)} for who, sheet in sheets.items()}
    assert len(ids["ana"] & ids["bo"]) == 4  # a fifth of bo's 20
    assert len(ids["ana"] | ids["bo"]) == 36
    shared = {int(row) for row in ids["ana"] & ids["bo"]}
    reasons = [row["reason"] for row in rows(sheets["bo"]) if int(row["id"]) in shared]
    assert set(reasons) == {"also given to others, to see how far people agree"}
    at_random = {p.id for batch in project.state().batches for p in batch if p.how == "random"}
    assert len(shared & at_random) == 2  # all of ana's random share

    for who, sheet in sheets.items():
        fill_in(sheet, gold, wrong=0.5 if who == "bo" else 0, seed=1)
        assert run("add", project.path, sheet, "--by", who) == 0
    assert "4 answers to texts that others were given, too" in capsys.readouterr().out
    state = project.state()
    assert {row for row, said in state.answers.items() if len(said) == 2} == shared
    for row in shared:
        assert state.labels[row].by == "ana"  # the first stands until it is settled
    before = state.log_length
    for who, sheet in sheets.items():
        assert run("add", project.path, sheet, "--by", who) == 0
    assert project.state().log_length == before


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_nobody_gets_a_text_twice_nor_more_people_than_wanted(project: Project) -> None:
    options = ["labelling.overlap_share=0.5"]
    features = ProjectFeatures.of(Project.open(project.path, options))
    for who in ("ana", "bo", "cy"):
        batches = [next_batch(features, 10, who) for _ in range(2)]
        shared = [[p.id for p in batch if p.how == "overlap"] for batch in batches]
        assert [len(batch) for batch in batches] == [10, 10]
        assert [len(ids) for ids in shared] == ([0, 0] if who == "ana" else [5, 5])
        assert not set(shared[0]) & set(shared[1])
    assert all(len(people) <= 2 for people in project.state().asked.values())


def test_no_suggestion_gives_away_what_another_said(project: Project, gold: list[str]) -> None:
    project.record([{"event": "label", "id": n, "label": gold[n]} for n in range(30)], "cy")
    features = ProjectFeatures.of(Project.open(project.path, ["labelling.overlap_share=0.5"]))
    next_batch(features, 10, "ana")
    shared = [pick for pick in next_batch(features, 10, "bo") if pick.how == "overlap"]
    assert len(shared) == 5
    assert all(pick.suggestion is None for pick in shared)


def test_both_hold_a_shared_text_until_each_has_answered() -> None:
    def batch(by: str, *picks: tuple[int, str]):  # type: ignore[no-untyped-def]
        return done("batch", by=by, picks=[{"id": row, "how": how} for row, how in picks])

    events = [
        batch("ana", (1, "random"), (2, "margin")),
        batch("bo", (1, "overlap"), (3, "margin")),
    ]
    state = replay(["a", "b"], [*events, label(1, "a", "bo")])
    assert {row: list(people) for row, people in state.holders.items()} == {
        1: ["ana"], 2: ["ana"], 3: ["bo"],
    }  # fmt: skip
    take(state, label(1, "b", "ana"))
    assert 1 not in state.holders
    assert state.labels[1].label == "a"
    take(state, label(1, None, "bo"))
    assert (state.labels[1].label, state.labels[1].by) == ("b", "ana")


SAID = {
    "ana": "aabbccaabc",
    "bo": "aabbccaabb",
    "cy": "abcbcaab..",
}


def several() -> list[dict[str, object]]:
    return [
        label(row, name, who, turn=f"{who}{row}")
        for who, names in SAID.items()
        for row, name in enumerate(names)
        if name != "."
    ]


def test_agreement_of_a_project(project: Project, capsys: Capture) -> None:
    people = people_of(replay(["a", "b", "c"], several()), 0.95)
    assert people.answers == {"ana": 10, "bo": 10, "cy": 8}
    assert people.several == 10
    assert people.differing == [1, 2, 5, 7, 9]
    assert people.by_pair["ana", "bo"]["share"].value == pytest.approx(0.9)
    assert people.by_pair["ana", "cy"]["share"].items == 8
    assert people.by_pair["ana", "cy"]["share"].value == pytest.approx(4 / 8)
    assert set(people.by_class) == {"a", "b", "c"}
    for figure in (*people.figures.values(), *people.by_class.values()):
        assert figure.low < figure.value < figure.high
    names = {"a": "bug", "b": "feature", "c": "question"}
    for event in several():
        found = {"event": "label", "id": event["id"], "label": names[str(event["label"])]}
        project.record([found], str(event["by"]))
    assert run("agreement", project.path, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["differing"] == [1, 2, 5, 7, 9]
    assert told["krippendorff_alpha"]["value"] == pytest.approx(
        people.figures["krippendorff_alpha"].value
    )
    assert run("agreement", project.path) == 0
    assert "Fleiss' kappa" in capsys.readouterr().out


def test_a_settled_answer_counts_and_keeps_the_others() -> None:
    settle = done("settle", "s", "dora", id=1, label="b", source="list.csv")
    state = replay(["a", "b", "c"], [*several(), settle])
    assert (state.labels[1].label, state.labels[1].by) == ("b", "dora")
    assert state.answers[1] == {"ana": "a", "bo": "a", "cy": "b"}
    assert 1 not in state.disagreements()
    take(state, label(1, "a", "ana", "later"))
    assert state.labels[1].label == "b"
    take(state, {"event": "undo", "of": "s", "by": "ana", "at": ""})
    assert state.labels[1].label == "a"
    assert 1 in state.disagreements()


def test_differences_are_settled_by_a_list(project: Project, capsys: Capture) -> None:
    assert run("disagreements", project.path) == 2
    names = {"a": "bug", "b": "feature", "c": "question"}
    for event in several():
        found = {"event": "label", "id": event["id"], "label": names[str(event["label"])]}
        project.record([found], str(event["by"]))
    assert run("disagreements", project.path) == 0
    sheet = project.path / "disagreements.csv"
    listed = rows(sheet)
    assert [row["id"] for row in listed] == ["1", "2", "5", "7", "9"]
    assert (listed[0]["by ana"], listed[0]["by cy"], listed[-1]["by cy"]) == ("bug", "feature", "")
    text = project.texts[5]
    sheet.write_text(
        f"id,text,label\n1,,question\n1,,Question\n2,,nonsense\n77,,bug\n5,{text},bug\n5,{text},feature\n"
        f"7,{text},bug\n9,,007\n",
        encoding="utf-8",
    )
    capsys.readouterr()
    assert run("settle", project.path, sheet, "--by", "dora") == 2
    told = capsys.readouterr().out
    assert "unknown class 'nonsense'" in told
    assert "nobody labelled a text with the id '77'" in told
    assert told.count("id 5 has different labels: bug, feature") == 2
    assert "the text is not that of id 7" in told
    state = project.state()
    assert (state.labels[1].label, state.labels[1].by) == ("question", "dora")
    assert state.disagreements() == [2, 5, 7, 9]
    assert run("export", project.path, "--each") == 0
    first = [r for r in rows(project.path / "labelled.csv") if r["text_id"] == "1"]
    assert [(r["annotator"], r["label"], r["agreed"]) for r in first] == [
        ("ana", "bug", "settled"),
        ("bo", "bug", "settled"),
        ("cy", "feature", "settled"),
        ("dora", "question", "settled"),
    ]


def test_a_vote_decides_on_request_and_says_where_it_does_not(
    project: Project, capsys: Capture
) -> None:
    state = replay(["a", "b", "c"], several())
    decided, ties = voted(state, "majority")
    assert ties == [9]
    assert decided == {0: "a", 1: "a", 2: "b", 3: "b", 4: "c", 5: "c", 6: "a", 7: "a", 8: "b"}
    assert set(voted(state, "dawid-skene")[0]) >= set(decided) - {9}
    for row, (first, second) in enumerate([("bug", "bug"), ("bug", "feature")]):
        project.record([{"event": "label", "id": row, "label": first}], "ana")
        project.record([{"event": "label", "id": row, "label": second}], "bo")
    assert run("settle", project.path) == 2
    assert run("settle", project.path, "--vote", "majority") == 0
    told = capsys.readouterr().out
    assert "1 texts settled by majority" in told
    assert "A tie on 1 texts" in told
    assert project.state().settled[0].source == "majority"
    assert run("undo", project.path) == 0
    assert project.state().settled == {}


@pytest.mark.parametrize(
    ("words", "texts"),
    [
        (["--search", "CRASH"], lambda text: "crash" in text),
        (["--search", '"crash error" OR wish'], lambda t: "crash error" in t or "wish" in t),
        (["--search", "crash broken"], lambda text: "crash" in text and "broken" in text),
        (
            ["--regex", r"nr1?[05]$"],
            lambda t: t.split()[-1] in {"nr0", "nr5", "nr10", "nr15"},
        ),
    ],
)
def test_what_is_looked_for_is_found_and_marked(project: Project, words: list[str], texts) -> None:  # type: ignore[no-untyped-def]
    assert run("next", project.path, "-n", 10, *words) == 0
    picks = project.state().batches[-1]
    found = [pick for pick in picks if pick.how == "search"]
    assert 0 < len(found) <= 9
    assert all(texts(project.texts[pick.id]) for pick in found)
    assert sum(pick.how == "random" for pick in picks) == 1
    assert len(found) == 9 or len(found) == sum(map(texts, project.texts))


def test_texts_like_another_one(project: Project) -> None:
    words = ["-n", 10, "--like", "crash error", "labelling.random_share=0"]
    assert run("next", project.path, *words) == 0
    found = [pick.id for pick in project.state().batches[-1]]
    assert len(found) == 10
    assert sum("crash" in project.texts[n] or "error" in project.texts[n] for n in found) >= 9
    wrong_words = [("like", "9999"), ("search", "nobodysaysthis"), ("regex", "("), ("regex", ""),
                   ("like", " ")]  # fmt: skip
    for option, word in wrong_words:
        wrong = [f"--{option}", word]
        assert run("next", project.path, *wrong) == 2


def test_what_was_looked_for_is_no_part_of_the_measured_sample(
    project: Project, gold: list[str], tmp_path: Path
) -> None:
    sheet = tmp_path / "s.csv"
    assert run("next", project.path, "-n", 20, "--search", "crash", "--out", sheet) == 0
    fill_in(sheet, gold)
    add_file(project, sheet)
    state = project.state()
    at_random = set(state.random_ids(len(project.texts), 0).tolist())
    looked_for = {p.id for p in state.batches[0] if p.how == "search"}
    drawn = {p.id for p in state.batches[0] if p.how == "random"}
    assert drawn <= at_random
    assert len(at_random - drawn) <= 1  # only what the order met on the way
    assert len(looked_for) == 18
