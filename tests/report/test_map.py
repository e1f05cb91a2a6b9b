"""The two commands that train, on a small CSV, from the command line to what the report reads."""

import csv
import json
import random
from pathlib import Path

import pytest
from pyarrow import parquet

from cartolearn.cartography.data_map import DataMap
from cartolearn.runs.full_data import load_full_run
from tests.command import run

WORDS = {"sport": "goal match team win coach", "food": "bread soup salt cook oven"}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("data") / "mine.csv"
    generator = random.Random(0)  # noqa: S311
    with path.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(["text", "label"])
        for row in range(120):
            label = ("sport", "food")[row % 2]
            words = generator.choices(WORDS[label].split(), k=4)
            writer.writerow([" ".join([*words, f"n{row}"]), label])
    return path


def words(table: Path, folder: Path, *more: str) -> list[str]:
    return [
        "dataset=csv", f"dataset.train={table}", "embedding=tfidf_svd", "embedding.dimensions=8",
        "trainer.max_epochs=3", "loop.seed_set_size=20",
        f"paths.cache_dir={folder.parent / 'cache'}", f"hydra.run.dir={folder}", *more,
    ]  # fmt: skip


def test_map_writes_what_the_report_reads(
    table: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    done = run(capfd, *words(table, tmp_path / "full"), command="map")
    assert done.code == 0, done.err
    full = load_full_run(tmp_path / "full")
    assert full.dataset.classes == ("food", "sport")
    data_map = DataMap.load(full.map_path)
    assert data_map.gold_probabilities.shape == (3, full.dataset.train)
    texts = parquet.read_table(full.texts_path)
    assert texts["id"].to_pylist() == data_map.ids.tolist()
    right = [a == b for a, b in zip(*(texts[c].to_pylist() for c in ("label", "predicted")),
                                    strict=True)]  # fmt: skip
    assert right == data_map.correct[-1].tolist()
    assert len(DataMap.load(tmp_path / "full" / "seed_map.parquet").ids) == 20
    values = json.loads((tmp_path / "full" / "full_data.json").read_text(encoding="utf-8"))
    assert 0 <= values["accuracy"] <= 1
    names = ("figure_1_full_map", "figure_2_seed_map", "figure_5_6_densities")
    for name in names:
        assert (tmp_path / "full" / f"{name}.png").stat().st_size > 5_000


def test_bad_input_is_one_line_and_leaves_nothing(
    table: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    done = run(capfd, *words(table, tmp_path / "full", "loop.seed_set_size=9999"), command="map")
    assert done.code == 2
    assert "seed_set_size=9999" in done.err
    assert not (tmp_path / "full").exists()


def test_wrong_labels_reports_every_ranking(
    table: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("cleanlab", reason="cleanlab is not installed")
    more = ("wrong_labels.repeats=2", "wrong_labels.folds=2", "wrong_labels.share=0.2")
    done = run(capfd, *words(table, tmp_path / "wrong", *more), command="wrong_labels")
    assert done.code == 0, done.err
    (path,) = (tmp_path / "wrong").glob("*.csv")
    with path.open(encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == 2 * 2 * 3 * 4  # scopes, sources, rankings, cuts
    assert all(0 <= float(row["precision"]) <= 1 for row in rows)
    for first in range(0, len(rows), 4):
        recall = [float(row["recall"]) for row in rows[first : first + 4]]
        assert recall == sorted(recall)
    assert max(float(row["precision"]) for row in rows) > 0.2  # better than a random order
    share = words(table, tmp_path / "bad", "wrong_labels.share=2")
    bad = run(capfd, *share, command="wrong_labels")
    assert bad.code == 2
    assert "wrong_labels.share" in bad.err
