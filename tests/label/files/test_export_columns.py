"""Columns of the user's file in an export: none is replaced, and all are found again."""

import json
from pathlib import Path
from typing import Any

import pytest

from cartolearn.data.reading.all_columns import AllColumns
from cartolearn.data.reading.reader import open_rows
from cartolearn.data.writing.writer import ENDINGS, FORMATS
from cartolearn.event_log import me
from cartolearn.label.files.add import add_file
from cartolearn.label.project.folder import Project, Settings
from tests.data.test_round_trip import needs_its_extra
from tests.label.conftest import run
from tests.label.files.test_export import read_csv


@pytest.mark.parametrize("kind", FORMATS)
def test_a_column_label_that_is_not_ours_stays(
    tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    needs_its_extra(kind)
    path = tmp_path / "mine.csv"
    rows = "".join(f"printed {n},{'ab'[n % 2]},text {n},us,{n}\n" for n in range(6))
    path.write_text(f"label,topic,text,annotator,id\n{rows}", encoding="utf-8")
    words = ["--label", "topic", "embedding=tfidf_svd"]
    assert run("init", path, "--out", tmp_path / "p", *words) == 0
    out = tmp_path / f"out{ENDINGS[kind][0]}"
    assert run("export", tmp_path / "p", "--out", out, "--format", kind) == 0
    told = "Your file has a column label, annotator of its own, which stays; the new one is called"
    tabular = kind in ("csv", "tsv", "excel", "parquet", "jsonl", "hf")
    assert (f"{told} label_2, annotator_2" in capsys.readouterr().out) == tabular
    assert {row.values["label" if tabular else "label_"] for row in open_rows(out).rows} == {
        f"printed {n}" for n in range(6)
    }
    other = Project.create(
        tmp_path / "q",
        Settings("t.csv", "text", ["a", "b"], 0, []),
        [f"text {n}" for n in range(6)],
        [],
    )
    assert (added := add_file(other, out)).bad == []
    assert added.new == 6
    assert [(a.label, a.by) for a in other.state().labels.values()] == [
        ("ab"[n % 2], me()) for n in range(6)
    ]


def test_columns_are_kept_whatever_the_case_of_their_names(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("Nr,Text,Label\n1,one,a\n2,two,b\n", encoding="utf-8")
    assert run("init", path, "--out", tmp_path / "p", "embedding=tfidf_svd") == 0
    assert run("export", tmp_path / "p") == 0
    row = read_csv(tmp_path / "p" / "labelled.csv")[0]
    assert list(row)[:4] == ["Nr", "Text", "Label", "text_id"]
    assert [row["Nr"], row["Text"], row["Label"]] == ["1", "one", "a"]


def test_the_question_that_is_named_is_kept_with_its_columns(tmp_path: Path) -> None:
    def said(**answers: str) -> list[dict[str, Any]]:
        return [
            {"from_name": k, "type": "choices", "value": {"choices": [v]}}
            for k, v in answers.items()
        ]

    tasks = [
        {"data": {"text": f"t{n}", "nr": n}, "annotations": [{"result": said(topic=x, tone="u")}]}
        for n, x in enumerate("abab")
    ]
    path = tmp_path / "mine.json"
    path.write_text(json.dumps(tasks), encoding="utf-8")
    words = ["--label", "topic", "embedding=tfidf_svd"]
    assert run("init", path, "--out", tmp_path / "p", *words) == 0
    assert run("export", tmp_path / "p") == 0
    rows = read_csv(tmp_path / "p" / "labelled.csv")
    assert [(row["nr"], row["label"]) for row in rows] == [
        (str(n), x) for n, x in enumerate("abab")
    ]
    columns = AllColumns.of(path, "text")  # texts alone: no question need be named
    assert ("topic" in columns.columns, len(list(columns.rows()))) == (False, 4)
