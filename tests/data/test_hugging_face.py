"""Datasets of the field: from their files here, or through their Hub's library."""

import json
import logging
import sys
from pathlib import Path
from typing import Any

import pytest
from hydra import compose, initialize_config_module
from hydra.utils import instantiate
from omegaconf import OmegaConf

from cartolearn.data.hugging_face import HuggingFace
from cartolearn.data.trec import Trec
from cartolearn.errors import InputError

# What each dataset's columns are called on the Hub, and what a row of it looks like.
FORMATS: dict[str, dict[str, Any]] = {
    "sst2": {"idx": 0, "sentence": "a fine film", "label": ["negative", "positive"]},
    "subj": {"text": "the plot is", "label": 0, "label_text": "objective"},
    "mr": {"text": "a fine film", "label": ["neg", "pos"]},
    "cr": {"text": "good phone", "label": 0, "label_text": "positive"},
    "imdb": {"text": "a fine film", "label": ["neg", "pos"]},
    "banking77": {"text": "card lost", "label": 0, "label_text": "lost_card"},
    "clinc150": {"text": "book a table", "intent": ["oos", "restaurant"]},
    "snips": {"text": "play jazz", "category": "PlayMusic"},
    "newsgroups": {"text": "my bike", "label": 0, "label_text": "rec.motorcycles"},
    "dbpedia": {"label": ["Company", "Plant"], "title": "x", "content": "a company"},
    "yahoo": {"id": 1, "topic": ["Health", "Sports"], "question_title": "why", "best_answer": "x"},
    "germeval2018": {"text": "ein Satz", "binary": "OTHER", "multi": "ABUSE"},
}


def configured(name: str, *options: str) -> Any:
    with initialize_config_module("cartolearn.conf", version_base="1.3"):
        config = compose("config", [f"dataset={name}", "paths.data_dir=null", *options])
    return instantiate(OmegaConf.create(OmegaConf.to_container(config, resolve=True)["dataset"]))  # type: ignore[index, call-overload]


def saved(folder: Path, row: dict[str, Any], splits: tuple[str, ...]) -> Path:
    """Write six rows a split as Parquet with the Hub's metadata; a list stands for a ClassLabel."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = {k: v for k, v in row.items() if isinstance(v, list)}
    info = {
        "info": {"features": {k: {"names": v, "_type": "ClassLabel"} for k, v in names.items()}}
    }
    folder.mkdir(parents=True)
    for split in splits:
        columns: dict[str, list[Any]] = {}
        for key, value in row.items():
            columns[key] = [
                i % 2 if key in names else f"{value} {i % 2}" if isinstance(value, str) else i
                for i in range(6)
            ]
        table = pa.table(columns).replace_schema_metadata({"huggingface": json.dumps(info)})
        pq.write_table(table, folder / f"{split}-00000-of-00001.parquet")
    return folder


@pytest.mark.parametrize("name", FORMATS)
def test_each_dataset_is_read_in_its_format(tmp_path: Path, name: str) -> None:
    known = configured(name)
    path = saved(tmp_path / name, FORMATS[name], ("train", "validation", "test"))
    data = configured(name, f"dataset.name={path}").load()
    assert len(data.train_ids) == len(data.test_ids) == 6
    row = FORMATS[name][known.label]
    expected = row if isinstance(row, list) else [f"{row} 0", f"{row} 1"]
    assert data.label_names == tuple(sorted(expected))
    assert data.texts[0].startswith(FORMATS[name][known.text])


@pytest.mark.parametrize(
    ("name", "rows"),
    [("banking77", (10003, 3080, 77)), ("snips", (13784, 700, 7)), ("germeval2018", None)],
)
def test_the_files_of_the_data_folder(
    shared_data: Path, name: str, rows: tuple[int, int, int] | None
) -> None:
    data = configured(name, f"paths.data_dir={shared_data}").load()
    found = len(data.train_ids), len(data.test_ids), len(data.label_names)
    assert found == (rows or (5009, 3532, 4))
    assert data.name == name


def test_a_file_or_one_split_has_a_share_held_out(tmp_path: Path) -> None:
    folder = saved(tmp_path / "one", FORMATS["mr"], ("train",))
    for path in (folder, folder / "train-00000-of-00001.parquet"):
        data = HuggingFace(str(path), test_share=0.34).load()
        assert (len(data.train_ids), len(data.test_ids)) == (4, 2)
    with pytest.raises(InputError, match="has no column 'topic'"):
        HuggingFace(str(folder), label="topic").load()


def test_the_hub_is_asked_without_running_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = pytest.importorskip("datasets")
    asked: list[dict[str, Any]] = []

    def load(name: str, config: str | None, **options: Any) -> Any:
        asked.append({"name": name, "config": config, **options})
        features = datasets.Features(
            {"text": datasets.Value("string"), "intent": datasets.ClassLabel(names=["b", "a"])}
        )
        rows = {"text": [f"t{i}" for i in range(4)], "intent": [0, 1, 0, 1]}
        return datasets.Dataset.from_dict(rows, features)

    monkeypatch.setattr(datasets, "load_dataset", load)
    data = HuggingFace("clinc/none", config="plus", label="intent").load()
    assert data.label_names == ("a", "b")
    assert data.labels.tolist() == [1, 0, 1, 0] * 2
    assert [each["split"] for each in asked] == ["train", "test"]
    assert not any("trust_remote_code" in each for each in asked)


def test_no_network_is_one_line_with_a_way_out(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    datasets = pytest.importorskip("datasets")

    def load(*_: object, **__: object) -> None:
        logging.getLogger("huggingface_hub.utils._http").warning("Retrying in 1s [Retry 1/5].")
        raise ConnectionError("Couldn't reach 'some/thing' on the Hub")

    monkeypatch.setattr(datasets, "load_dataset", load)
    with pytest.raises(InputError, match="on the Hub; without a network give a folder of save_to"):
        HuggingFace("some/thing").load()
    assert not caplog.records


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"test_split": "train"}, "train_split and dataset.test_split are both 'train'; dataset"),
        ({"label": "text"}, "dataset.text and dataset.label are both 'text'"),
        ({"revision": "v2"}, "dataset.revision=v2: .*both is no dataset of the Hub; leave it null"),
    ],
)
def test_options_that_contradict_are_refused(
    tmp_path: Path, options: dict[str, str], message: str
) -> None:
    folder = saved(tmp_path / "both", FORMATS["mr"], ("train", "test"))
    with pytest.raises(InputError, match=message):
        HuggingFace(str(folder), **options).load()  # type: ignore[arg-type]


def test_a_row_without_a_label_is_told_with_its_split(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    classes = datasets.ClassLabel(names=["a", "b"])
    features = datasets.Features({"text": datasets.Value("string"), "label": classes})
    texts = [f"text {i}" for i in range(4)]
    splits = {"train": [0, 1, 0, 1], "test": [0, 1, -1, -1]}  # -1: kept back, as GLUE does
    folder = tmp_path / "glue"
    datasets.DatasetDict(
        {
            split: datasets.Dataset.from_dict({"text": texts, "label": labels}, features)
            for split, labels in splits.items()
        }
    ).save_to_disk(folder)
    with pytest.raises(InputError, match=r"glue, split test, row 3: the label is missing \(and 1"):
        HuggingFace(str(folder)).load()


def test_what_cannot_be_had_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(InputError, match=r"no file nobody/nothing.*\[hf\]"):
        HuggingFace("nobody/nothing").load()


def test_fine_classes_of_trec(tmp_path: Path) -> None:
    (tmp_path / "trec").mkdir()
    lines = "NUM:dist How far ?\nNUM:count How many ?\nHUM:ind Who ?\n"
    for name in ("train_5500.label", "TREC_10.label"):
        (tmp_path / "trec" / name).write_text(lines)
    fine = Trec(str(tmp_path), "", classes="fine").load()
    assert fine.label_names == ("HUM:ind", "NUM:count", "NUM:dist")
    assert Trec(str(tmp_path), "").load().label_names == ("HUM", "NUM")
    assert configured("trec50").classes == "fine"
