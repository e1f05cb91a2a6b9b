"""What an audit refuses, and how it says so; what is damaged is noticed."""

from pathlib import Path

import pytest

from cartolearn.audit.project.folder import Audit
from tests.audit.conftest import SIZE, SMALL, answer, read_csv, run, write_csv

Capture = pytest.CaptureFixture[str]


def test_answers_that_cannot_be_used(audit: Path, gold: list[str], capsys: Capture) -> None:
    sheet = audit / "to_check.csv"
    run("next", audit, "-n", 10)
    ids = answer(sheet, gold)
    assert run("next", audit) == 2  # its answers are not added yet
    assert "answers that were not added" in capsys.readouterr().err
    elsewhere = next(row for row in range(SIZE) if row not in ids)
    rows = [*map(str, ids[:3]), str(elsewhere), "9999"]
    rows.append(str(ids[3]))
    bad = {"id": rows, "label": ["new", "quest", gold[ids[2]], "bug", "bug", "right"]}
    write_csv(sheet, bad)
    assert run("add", audit, sheet) == 2
    said = capsys.readouterr()
    assert f"the label of id {ids[3]} was not shown; write the class" in said.out
    assert "unknown class 'new'" in said.out
    assert "did you mean question?" in said.out
    assert "was not given out" in said.out
    assert "no text has the id '9999'" in said.out
    assert list(Audit.open(audit).state().truth()) == [ids[2]]  # the good row was kept
    assert len(read_csv(audit / "to_check.bad.csv")) == 5
    assert run("add", audit, sheet, "--classes", "new") == 2
    assert Audit.open(audit).state().truth()[ids[0]] == "new"


@pytest.mark.parametrize(
    ("columns", "words", "message"),
    [
        ({"text": ["a", "b"], "label": ["x", "x"]}, (), "fewer than two classes"),
        ({"text": ["a", "b"], "label": ["", ""]}, (), "holds no label by label"),
        ({"text": ["a", "b"], "label": ["x", "y"]}, ("--label", "text"), "'text' is named twice"),
        ({"text": ["a", "b"], "label": ["x", "y"]}, ("--label", "labl"), "Did you mean 'label'?"),
        ({"text": ["a", " "], "label": ["x", "y"]}, (), "line 3: 'text' holds no text"),
        ({"text": ["a", "b"], "label": ["x", "y"], "id": ["1", "1"]}, ("--id", "id"),
         "line 3: the id '1' occurs twice; first at"),
        ({"text": ["a", "b"], "label": ["x", "y"], "id": ["1.2E+15"] * 2}, ("--id", "id"),
         "in.csv, line 2; did a spreadsheet shorten it?"),
        ({"text": ["a", "b"], "label": ["x", "y"]}, ("--source", "a", "--source", "b"),
         "1 label column(s) and 2 source(s)"),
        ({"text": ["a", "b"], "label": ["x", "y"]}, ("--label", "label", "--label", "label"),
         "'label' is named twice"),
        ({"text": ["a", "b"], "label": ["x", "y"]}, ("--source", " "), "--source is empty"),
        ({"text": ["a", "b"], "label": ["x", "y"]}, ("audit.limt=0.1",), "you mean audit.limit?"),
        ({"text": ["a", "b"], "label": ["x", "y"]}, ("audit.limit=2",), "audit.limit"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line(
    columns: dict[str, list[str]],
    words: tuple[str, ...],
    message: str,
    tmp_path: Path,
    capsys: Capture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = write_csv(tmp_path / "in.csv", columns)
    given = ["init", str(file), "--out", str(tmp_path / "p"), *words]
    monkeypatch.setattr("sys.argv", ["cartolearn audit", *given])
    assert run(*given) == 2
    said = capsys.readouterr().err
    assert message in said
    assert not (tmp_path / "p").exists()


def test_a_row_that_stands_twice_is_one_check(
    audit: Path, gold: list[str], capsys: Capture
) -> None:
    sheet = audit / "to_check.csv"
    run("next", audit, "-n", 3, "--show-labels")
    first, second, third = answer(sheet, gold)
    given = {int(row["id"]): row["given"] for row in read_csv(sheet)}
    rows = [(first, "bug"), (first, "BUG"), (second, "right"), (second, given[second]),
            (third, "bug"), (third, "feature")]  # fmt: skip
    write_csv(sheet, {"id": [str(row) for row, _ in rows], "label": [name for _, name in rows]})
    assert run("add", audit, sheet) == 2
    said = capsys.readouterr().out
    assert "2 new checks, 0 changed, 0 second opinions, 2 known already" in said
    assert said.count(f"id {third} has different labels: bug, feature") == 2
    assert Audit.open(audit).state().truth() == {first: "bug", second: given[second]}


def test_a_file_of_labels_is_no_sheet_of_answers(
    tmp_path: Path, gold: list[str], machine: list[str], capsys: Capture
) -> None:
    ids = [str(row) for row in range(SIZE)]
    columns = {"id": ids, "text": [f"text {row}" for row in ids], "label": machine}
    file, folder = write_csv(tmp_path / "in.csv", columns), tmp_path / "audit"
    run("init", file, "--out", folder, "--source", "gpt", *SMALL)
    run("next", folder, "-n", 10)
    assert run("add", folder, file) == 2
    assert "in.csv holds the labels that are audited" in capsys.readouterr().err
    assert run("fix", folder, "--leave-out", 0.5) == 0
    assert run("add", folder, folder / "corrected.csv") == 2
    assert "corrected.csv was written by audit fix" in capsys.readouterr().err
    assert not Audit.open(folder).state().truth()
    assert run("add", folder, write_csv(file, columns | {"label": gold})) == 2
    assert "10 new checks" in capsys.readouterr().out


def test_a_corrected_file_is_known_where_the_users_file_has_its_columns(
    tmp_path: Path, machine: list[str], capsys: Capture
) -> None:
    columns = {"text": [f"text {row}" for row in range(SIZE)], "label": machine, "how": machine}
    file, folder = write_csv(tmp_path / "in.csv", columns), tmp_path / "audit"
    run("init", file, "--out", folder, "--source", "gpt", *SMALL)
    run("next", folder, "-n", 10)
    assert run("fix", folder, "--leave-out", 0.5) == 0
    assert run("add", folder, folder / "corrected.csv") == 2
    assert "corrected.csv was written by audit fix" in capsys.readouterr().err


def test_ids_of_ones_own_are_not_taken_for_rows(
    tmp_path: Path, gold: list[str], machine: list[str], capsys: Capture
) -> None:
    own = [str(SIZE - row) for row in range(SIZE)]
    columns = {"key": own, "text": [f"text {row}" for row in range(SIZE)], "label": machine}
    file, folder = write_csv(tmp_path / "in.csv", columns), tmp_path / "audit"
    run("init", file, "--out", folder, "--id", "key", "--source", "gpt", *SMALL)
    run("next", folder, "-n", 10)
    rows = Audit.open(folder).state().handed_out
    ours = write_csv(tmp_path / "ours.csv", {"id": own, "label": gold})
    assert run("add", folder, ours) == 2
    assert "ours.csv has no texts, and ids of 'key'" in capsys.readouterr().err
    assert not Audit.open(folder).state().truth()
    sheet = {"id": [str(row) for row in rows], "label": [gold[row] for row in rows]}
    assert run("add", folder, write_csv(ours, sheet)) == 0
    assert Audit.open(folder).state().truth() == {row: gold[row] for row in rows}


def test_a_second_opinion_does_not_replace_the_first(
    audit: Path, gold: list[str], capsys: Capture
) -> None:
    sheet = audit / "to_check.csv"
    run("next", audit, "-n", 2)
    answer(sheet, ["bug"] * SIZE)
    run("add", audit, sheet, "--by", "ana")
    run("next", audit, "--again", "--by", "bo")
    ids = answer(sheet, ["feature"] * SIZE)
    assert run("add", audit, sheet, "--by", "ana") == 2
    assert f"id {ids[0]} was given to bo for a second opinion on what ana said" in (
        capsys.readouterr().out
    )
    assert Audit.open(audit).state().answers[ids[0]] == {"ana": "bug"}
    assert run("add", audit, sheet, "--by", "bo") == 0
    assert run("add", audit, sheet, "--by", "bo") == 0
    assert Audit.open(audit).state().answers[ids[0]] == {"ana": "bug", "bo": "feature"}


def test_what_a_checkers_class_may_do(audit: Path, capsys: Capture) -> None:
    sheet = audit / "to_check.csv"
    run("next", audit, "-n", 2)
    answer(sheet, ["spam"] * SIZE)
    assert run("add", audit, sheet, "--classes", "spam,Bug") == 0
    assert "classes that differ by case alone: bug and Bug" in capsys.readouterr().out
    assert run("fix", audit, "--pair", "bug", "spam") == 2
    assert "no label bug that is still as it was looks like spam" in capsys.readouterr().err
    assert run("fix", audit, "--pair", "bug", "spma") == 2
    assert "no class is called 'spma'; did you mean spam?" in capsys.readouterr().err


def test_texts_that_are_all_the_same_and_many_classes(
    tmp_path: Path, capsys: Capture, recwarn: pytest.WarningsRecorder
) -> None:
    names = [f"name {i // 2}" for i in range(40)]
    file = write_csv(tmp_path / "in.csv", {"text": ["so"] * 40, "label": names})
    assert run("init", file, "--out", tmp_path / "audit", *SMALL) == 0
    assert run("next", tmp_path / "audit", "-n", 5) == 0
    assert not [warning for warning in recwarn if "unique classes" in str(warning.message)]


@pytest.mark.parametrize("taken", ["in.csv", "full"])
def test_nothing_of_the_users_is_overwritten(taken: str, tmp_path: Path, capsys: Capture) -> None:
    file = write_csv(tmp_path / "in.csv", {"text": ["a", "b"], "label": ["x", "y"]})
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "texts.parquet").write_text("mine", encoding="utf-8")
    before = file.read_bytes()
    assert run("init", file, "--out", tmp_path / taken, "embedding=tfidf_svd") == 2
    assert "choose" in capsys.readouterr().err
    assert file.read_bytes() == before
    assert (tmp_path / "full" / "texts.parquet").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("next", "-n", "-3"), "'-3' is not a whole number of at least 1"),
        (("next", "-n", "x"), "'x' is not a whole number of at least 1"),
        (("fix", "--above", "1.5"), "'1.5' is not a number above 0 and below 1"),
        (("fix", "--above", "high"), "'high' is not a number above 0 and below 1"),
    ],
)
def test_numbers_that_are_none(
    words: tuple[str, ...], message: str, tmp_path: Path, capsys: Capture
) -> None:
    command, *rest = words
    with pytest.raises(SystemExit):
        run(command, tmp_path, *rest)
    assert message in capsys.readouterr().err


def test_damage_is_noticed(audit: Path, gold: list[str], capsys: Capture) -> None:
    from cartolearn.commands.check import main as check

    run("next", audit, "-n", 10)
    answer(audit / "to_check.csv", gold)
    run("add", audit, audit / "to_check.csv")
    assert check([str(audit)]) == 0
    draw = audit / "draws" / "0000.npy"
    whole = draw.read_bytes()
    draw.write_bytes(whole[:-1] + b"\7")
    assert check([str(audit)]) == 2
    assert "0000.npy" in capsys.readouterr().out
    assert run("status", audit) == 2
    assert "restore it from a copy" in capsys.readouterr().err
    draw.write_bytes(whole)
    log = audit / "checks.jsonl"
    log.write_text(log.read_text().replace('"label": "bug"', '"label": "bag"', 1))
    assert check([str(audit)]) == 2
    assert "cut short or damaged" in capsys.readouterr().out


def test_labels_that_are_hardly_ever_the_same_are_named_and_audited(
    tmp_path: Path, capsys: Capture
) -> None:
    texts, given = [f"text {i}" for i in range(24)], [f"name {i}" for i in range(24)]
    file = write_csv(tmp_path / "in.csv", {"text": texts, "label": given})
    folder = tmp_path / "audit"
    assert run("init", file, "--out", folder, *SMALL, "embedding.dimensions=3") == 0
    assert "the 24 labels by label are of 24 classes" in capsys.readouterr().out
    assert run("next", folder, "-n", 22) == 0
    answer(folder / "to_check.csv", given)
    assert run("add", folder, folder / "to_check.csv") == 0
    assert run("status", folder) == 0
    assert "label is wrong in 0.0 %" in capsys.readouterr().out


def test_right_may_be_a_class(tmp_path: Path, capsys: Capture) -> None:
    columns = {"text": [f"text {i}" for i in range(12)], "label": ["left", "Right", "centre"] * 4}
    file, folder = write_csv(tmp_path / "in.csv", columns), tmp_path / "audit"
    assert run("init", file, "--out", folder, *SMALL, "embedding.dimensions=2") == 0
    assert run("next", folder, "-n", 12, "--show-labels") == 0
    assert "(write the class)" in capsys.readouterr().out


def test_ids_that_a_spreadsheet_shortened_are_counted(tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "my.csv"
    write_csv(path, {"text": ["a", "b"], "label": ["x", "y"], "id": ["1.2E+15", "12E3"]})
    assert run("init", path, "--out", tmp_path / "audit", "--id", "id") == 0
    assert "1 id(s) that a spreadsheet seems to have shortened" in capsys.readouterr().out
