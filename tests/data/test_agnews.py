import csv
import logging
from pathlib import Path

import numpy as np
import pytest

from cartolearn.data.agnews import AGNews, Columns
from cartolearn.errors import InputError

TRAIN = (
    '"3","Oil up","Prices ""rose"" again, they\\say"\n'
    '"1","","Summit ends in Geneva"\n'
    '"4","New chip","Smaller and\nfaster"\n'
    '"2","Final","A late goal"\n'
)
TEST = '"2","Tennis","Three sets"\n'


def agnews(
    folder: Path, train: str = TRAIN, test: str = TEST, columns: Columns = "description"
) -> AGNews:
    (folder / "agnews").mkdir()
    (folder / "agnews" / "train.csv").write_text(train, encoding="utf-8", newline="")
    (folder / "agnews" / "test.csv").write_text(test, encoding="utf-8", newline="")
    return AGNews(str(folder), "unused", columns)


def test_descriptions_and_topics(tmp_path: Path) -> None:
    data = agnews(tmp_path).load()
    assert data.texts == [
        'Prices "rose" again, they\\say',
        "Summit ends in Geneva",
        "Smaller and\nfaster",
        "A late goal",
        "Three sets",
    ]
    assert data.label_names == ("World", "Sports", "Business", "Sci/Tech")
    assert data.labels.tolist() == [2, 0, 3, 1, 1]
    assert (data.train_ids.tolist(), data.test_ids.tolist()) == ([0, 1, 2, 3], [4])


def test_the_title_goes_before_the_description(tmp_path: Path) -> None:
    data = agnews(tmp_path, columns="title_and_description").load()
    assert data.texts[1] == "Summit ends in Geneva"
    assert data.texts[3:] == ["Final A late goal", "Tennis Three sets"]


@pytest.mark.parametrize("columns", ["description", "title_and_description"])
def test_the_title_stands_in_for_an_empty_description(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, columns: Columns
) -> None:
    with caplog.at_level(logging.WARNING):
        data = agnews(tmp_path, TRAIN + '"1","Only a title"," "\n', columns=columns).load()
    assert data.texts[4] == "Only a title"
    assert "1 empty descriptions" in caplog.text


def test_classes_that_no_row_has_are_left_out(tmp_path: Path) -> None:
    data = agnews(tmp_path, TEST + '"4","Chip","It is fast"\n').load()
    assert data.label_names == ("Sports", "Sci/Tech")
    assert data.labels.tolist() == [0, 1, 0]


# TRAIN has five lines, for one of its texts goes over two.
@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ('"5","t","d"\n', r"train\.csv, line 6: class '5' is not one of 1, 2, 3, 4"),
        ('"","t","d"\n', "line 6: class ''"),
        ('"1","d"\n', "line 6: malformed row: 2 columns where 3 are expected"),
        ('1,t,one, two\n"1","t","d"\n', "line 6: malformed row: 4 columns"),
        ('"1","",""\n', "line 6: the text is empty"),
        ('"1","t","a "quoted" word"\n', "line 6: malformed row: text after a closing quote"),
        ('"1","t","never\nclosed\n', "line 6: malformed row: a quote is opened and never closed"),
        ('"1","t","d"', "its last line is not ended"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, bad: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        agnews(tmp_path, TRAIN + bad).load()


def test_the_real_files(shared_data: Path) -> None:
    data = AGNews(str(shared_data), "unused").load()
    assert (len(data.train_ids), len(data.test_ids)) == (87_618, 7_600)
    assert data.label_names == ("World", "Sports", "Business", "Sci/Tech")
    assert np.bincount(data.labels[data.test_ids]).tolist() == [1900] * 4
    assert all(data.texts)
    with (shared_data / "agnews" / "train.csv").open(encoding="utf-8", newline="") as stream:
        official = [row[2] for row in csv.reader(stream)]
    assert data.texts[:87_618] == official


@pytest.mark.parametrize("size", [1_000, 100_000, 1_234_567])
def test_the_real_file_cut_short(shared_data: Path, tmp_path: Path, size: int) -> None:
    whole = (shared_data / "agnews" / "train.csv").read_text(encoding="utf-8")
    with pytest.raises(InputError, match=r"cut short|not ended"):
        agnews(tmp_path, whole[:size]).load()
