from pathlib import Path

import numpy as np
import pytest

from cartolearn.data.summary import fingerprint
from cartolearn.data.trec import Trec
from cartolearn.errors import InputError

TRAIN = b"NUM:dist How far is it ?\nHUM:ind Who was it ?\nLOC:city Which sister\xf0city ?\n"
TEST = b"HUM:ind Who is she ?\n"


def trec(folder: Path, train: bytes = TRAIN, test: bytes = TEST) -> Trec:
    (folder / "trec").mkdir()
    (folder / "trec" / "train_5500.label").write_bytes(train)
    (folder / "trec" / "TREC_10.label").write_bytes(test)
    return Trec(data_dir=str(folder), cache_dir="unused")


def test_questions_and_coarse_classes_in_the_order_of_the_files(tmp_path: Path) -> None:
    data = trec(tmp_path).load()
    assert data.texts == ["How far is it ?", "Who was it ?", "Which sisterðcity ?", "Who is she ?"]
    assert data.label_names == ("HUM", "LOC", "NUM")
    assert data.labels.tolist() == [2, 0, 1, 0]
    assert data.train_ids.tolist() == [0, 1, 2]
    assert data.test_ids.tolist() == [3]
    assert {a.dtype for a in (data.labels, data.train_ids, data.test_ids)} == {np.dtype(np.int64)}


def test_windows_line_ends_and_blank_lines(tmp_path: Path) -> None:
    data = trec(tmp_path, TRAIN.replace(b"\n", b"\r\n") + b"\r\n").load()
    assert data.texts[:2] == ["How far is it ?", "Who was it ?"]
    assert len(data.train_ids) == 3


def test_a_next_line_character_is_part_of_the_question(tmp_path: Path) -> None:
    assert trec(tmp_path, TRAIN + b"HUM:ind Who\x85is\x0bit ?\n").load().texts[3] == (
        "Who\x85is\x0bit ?"
    )


def test_the_cache_folder_is_used_without_a_data_folder(tmp_path: Path) -> None:
    trec(tmp_path)
    assert len(Trec(data_dir=None, cache_dir=str(tmp_path)).load().texts) == 4


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (b"NUM How far ?\n", r"train_5500\.label, line 4: malformed row 'NUM How far \?'"),
        (b": How far ?\n", "line 4: malformed row"),
        (b"\nno class\n", "line 5: malformed row"),
        (b"HUM:ind\n", r"train_5500\.label, line 4: the text is empty"),
        (b"HUM:ind  \n", "line 4: the text is empty"),
        (b"HUM:ind Who was", r"train_5500\.label: its last line is not ended.*cut short"),
    ],
)
def test_bad_rows_are_named(tmp_path: Path, bad: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        trec(tmp_path, TRAIN + bad).load()


def test_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"TREC_10.label is empty"):
        trec(tmp_path, test=b"").load()


def test_a_file_with_a_byte_order_mark_or_in_utf_16_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="line 1: malformed row"):
        trec(tmp_path, b"\xef\xbb\xbf" + TRAIN).load()


def test_a_test_label_that_train_lacks(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"TREC_10\.label, line 2: 1 label.*'ENTY'"):
        trec(tmp_path, test=TEST + b"ENTY:animal Which fowl ?\n").load()


def test_one_class_is_not_enough(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"at least two classes .* 'HUM'"):
        trec(tmp_path, TEST * 3).load()


def test_the_real_files(shared_data: Path) -> None:
    data = Trec(data_dir=str(shared_data), cache_dir="unused").load()
    assert (len(data.train_ids), len(data.test_ids)) == (5452, 500)
    assert data.label_names == ("ABBR", "DESC", "ENTY", "HUM", "LOC", "NUM")
    assert np.bincount(data.labels[data.train_ids]).tolist() == [86, 1162, 1250, 1223, 835, 896]
    assert np.bincount(data.labels[data.test_ids]).tolist() == [9, 138, 94, 65, 81, 113]
    assert data.texts[0] == "How did serfdom develop in and then leave Russia ?"
    assert data.texts[5452] == "How far is it from Denver to Aspen ?"


def test_the_real_file_cut_short(shared_data: Path, tmp_path: Path) -> None:
    whole = (shared_data / "trec" / "train_5500.label").read_bytes()
    with pytest.raises(InputError, match="cut short"):
        trec(tmp_path, whole[:100_000]).load()


def test_training_rows_that_join_the_test_rows(tmp_path: Path) -> None:
    plain = trec(tmp_path).load()
    more = Trec(str(tmp_path), "", more_test=2).load()
    again = Trec(str(tmp_path), "", more_test=2).load()
    assert more.texts == plain.texts
    assert len(more.train_ids) == 1
    assert sorted([*more.train_ids, *more.test_ids]) == [0, 1, 2, 3]
    assert 3 in more.test_ids
    assert (more.test_ids == np.sort(more.test_ids)).all()
    assert (more.test_ids == again.test_ids).all()
    assert fingerprint(more) != fingerprint(plain)
    with pytest.raises(InputError, match="more_test=3: trec has 3 training rows"):
        Trec(str(tmp_path), "", more_test=3).load()
