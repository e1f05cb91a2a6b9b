"""State files that are torn, damaged or foreign are never used, and never run code."""

import json
import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cartolearn.checksums import of_file
from cartolearn.config.saved import load_config, load_provenance
from cartolearn.errors import InputError
from cartolearn.loop.folder import RunFolder
from cartolearn.loop.identity import run_key
from cartolearn.loop.record import COLUMNS, FORMAT, Record, data_map_name, state_name, weights_name
from cartolearn.models.mlp import MLP
from cartolearn.models.weights import load_weights
from tests.reliability.processes import content, finish

RUN = "0" * 64


def folder_of(path: Path) -> RunFolder:
    """The folder as a run that goes on sees it."""
    run = RunFolder(path)
    run.key = run_key(load_config(path / "config.yaml"), load_provenance(path / "run.json"))
    return run


def sealed(payload: str, version: Any = FORMAT) -> str:
    """A state file with a right checksum, as a stranger could make it too."""
    from hashlib import sha256

    seal = sha256(payload.encode()).hexdigest()
    return json.dumps({"format": version, "sha256": seal, "payload": payload})


@pytest.fixture
def copy(finished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(finished, tmp_path / "run"))


@pytest.fixture
def payload(copy: Path) -> dict[str, Any]:
    """What the record of round 3 says."""
    kept: dict[str, Any] = json.loads(json.loads((copy / state_name(3)).read_text())["payload"])
    return kept


def test_whole_rounds_are_all_used(copy: Path) -> None:
    records = folder_of(copy).records()
    assert [record.row["round"] for record in records] == [0, 1, 2, 3, 4]
    assert [len(record.ids) for record in records] == [10, 10, 10, 10, 0]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "cut short": lambda data: data[: len(data) // 2],
    "without its last byte": lambda data: data[:-2],
    "one bit": lambda data: data[:300] + bytes([data[300] ^ 1]) + data[301:],
    "zeros": lambda data: bytes(len(data)),
    "binary": lambda _: os.urandom(2000),
    "twice": lambda data: data + data,
    "not UTF-8": lambda data: b"\xff" + data,
    "a list": lambda _: b"[1, 2]",
    "null": lambda _: b"null",
    "deeply nested": lambda _: b"[" * 200_000,
    "another format": lambda data: data.replace(b'"format": 3', b'"format": 2'),
    "a pickle": lambda _: pickle.dumps({"format": 2}),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_damaged_record_is_told_and_the_round_before_it_used(
    copy: Path, damage: Callable[[bytes], bytes], caplog: pytest.LogCaptureFixture
) -> None:
    path = copy / state_name(3)
    path.write_bytes(damage(path.read_bytes()))
    assert len(folder_of(copy).records()) == 3
    assert "ignoring round_003.json: " in caplog.text


WRONG: dict[str, Callable[[dict[str, Any]], object]] = {
    "of another run": lambda kept: kept.update(run=RUN),
    "without a field": lambda kept: kept.pop("scores"),
    "row of another round": lambda kept: kept["row"].update(round=2),
    "row without a column": lambda kept: kept["row"].pop("loss"),
    "row with a text": lambda kept: kept["row"].update(loss="0.5"),
    "row with NaN": lambda kept: kept["row"].update(loss=float("nan")),
    "ids as text": lambda kept: kept.update(ids=["1"] * 10),
    "ids below zero": lambda kept: kept.update(ids=[-1, *kept["ids"][1:]]),
    "ids with a fraction": lambda kept: kept.update(ids=[0.5, *kept["ids"][1:]]),
    "ids twice": lambda kept: kept.update(ids=[kept["ids"][1], *kept["ids"][1:]]),
    "fewer scores than ids": lambda kept: kept.update(scores=kept["scores"][1:]),
    "digests of something else": lambda kept: kept.update(digests={"../../etc/hosts": RUN}),
    "no digests": lambda kept: kept.update(digests={}),
}


@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_a_record_with_a_right_checksum_and_wrong_content(
    copy: Path,
    payload: dict[str, Any],
    change: Callable[[dict[str, Any]], object],
    caplog: pytest.LogCaptureFixture,
) -> None:
    change(payload)
    (copy / state_name(3)).write_text(sealed(json.dumps(payload)))
    assert len(folder_of(copy).records()) == 3
    assert "ignoring " in caplog.text


def test_the_right_content_with_a_right_checksum_is_used(
    copy: Path, payload: dict[str, Any]
) -> None:
    (copy / state_name(3)).write_text(sealed(json.dumps(payload)))
    assert len(folder_of(copy).records()) == 5
    for version in (FORMAT - 1, FORMAT + 1, str(FORMAT), None):
        (copy / state_name(3)).write_text(sealed(json.dumps(payload), version))
        assert len(folder_of(copy).records()) == 3


def test_records_in_each_others_place(copy: Path) -> None:
    shutil.copy(copy / state_name(2), copy / state_name(3))
    assert len(folder_of(copy).records()) == 3


@pytest.mark.parametrize("damage", [b"", b"PAR1", None])
def test_a_data_map_that_is_not_whole(copy: Path, damage: bytes | None) -> None:
    path = copy / data_map_name(2)
    path.unlink() if damage is None else path.write_bytes(damage)
    assert len(folder_of(copy).records()) == 2


def test_rounds_after_a_gap_are_not_used(copy: Path) -> None:
    (copy / state_name(1)).unlink()
    assert len(folder_of(copy).records()) == 1


@pytest.mark.parametrize("name", ["finished.json", "rounds.csv", "data_map.png"])
def test_the_end_is_redone_from_the_rounds(
    texts: Path, finished: Path, copy: Path, name: str
) -> None:
    (copy / name).write_bytes(b"\x00torn") if name == "finished.json" else (copy / name).unlink()
    kept = (copy / state_name(4)).read_bytes()
    finish(texts, copy)
    assert content(copy) == content(finished)
    assert (copy / state_name(4)).read_bytes() == kept


def test_many_damages_at_once_lead_to_the_same_end(texts: Path, finished: Path, copy: Path) -> None:
    for name in ("finished.json", state_name(2), data_map_name(3), "selections.parquet"):
        (copy / name).write_bytes(b"torn")
    finish(texts, copy)
    assert content(copy) == content(finished)


def test_kept_weights_that_are_torn(texts: Path, finished_kept: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(finished_kept, tmp_path / "run"))
    assert len(folder_of(copy).records(weights=True)) == 5
    (copy / weights_name(4)).write_bytes(b"torn")
    assert len(folder_of(copy).records(weights=True)) == 4
    (copy / "finished.json").unlink()
    finish(texts, copy, "loop.keep_weights=true")
    assert content(copy) == content(finished_kept)
    (copy / weights_name(3)).unlink()
    (copy / weights_name(4)).unlink()
    assert folder_of(copy).records(weights=True) == []


class Trap:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        return os.mkdir, (str(self.folder),)


def test_weights_of_a_stranger_run_no_code(tmp_path: Path) -> None:
    classifier = MLP(n_features=3, n_classes=2, labels=torch.zeros(1).long())
    path, trap = tmp_path / "weights.safetensors", Trap(tmp_path / "trapped")
    torch.save({"parameters": trap}, path)
    with pytest.raises(InputError, match="does not hold this run's weights"):
        load_weights(classifier, path)
    path.write_bytes(pickle.dumps(trap))
    with pytest.raises(InputError, match="does not hold this run's weights"):
        load_weights(classifier, path)
    assert not trap.folder.exists()
    pickle.loads(pickle.dumps(trap))  # noqa: S301
    assert trap.folder.exists()  # the trap works


finite = st.floats(allow_nan=False, allow_infinity=False)
records = st.builds(
    lambda row, batch, validation: Record(
        run=RUN,
        row=dict(zip(COLUMNS, [7, 30, *row], strict=True)),
        ids=[i for i, _ in batch],
        scores=[score for _, score in batch],
        digests={},
        validation_accuracy=validation,
        losses=[0.5],
    ),
    st.tuples(*[finite] * 6),
    st.lists(st.tuples(st.integers(0, 2**62), st.none() | finite), unique_by=lambda pair: pair[0]),
    st.none() | finite,
)


def saved(folder: Path, record: Record) -> Path:
    """Write the record of round 7 with an empty data map that it vouches for."""
    (folder / "data_maps").mkdir(parents=True, exist_ok=True)
    (folder / data_map_name(7)).write_bytes(b"map")
    record.digests[data_map_name(7)] = of_file(folder / data_map_name(7))
    record.save(folder / state_name(7))
    return folder / state_name(7)


@settings(max_examples=60, deadline=None)
@given(record=records)
def test_any_record_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory, record: Record
) -> None:
    folder = tmp_path_factory.getbasetemp() / "records"
    saved(folder, record)
    again = Record.load(folder, 7, RUN)
    assert again == record
    for name, value in record.row.items():
        assert type(again.row[name]) is type(value)  # rounds.csv says 7, not 7.0


@settings(max_examples=300, deadline=None)
@given(data=st.data(), record=records)
def test_any_damage_to_a_record_is_detected_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, record: Record
) -> None:
    folder = tmp_path_factory.getbasetemp() / "damaged"
    path = saved(folder, record)
    whole = path.read_bytes()
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 40)))
    path.write_bytes(whole[:start] + data.draw(st.binary(max_size=5)) + whole[end:])
    assert Record.load(folder, 7, RUN) in (None, record)
