"""A run in a notebook, executed as Jupyter does."""

import csv
from pathlib import Path
from typing import Any

import pytest

nbformat: Any = pytest.importorskip("nbformat", reason="the extra docs is not installed")
nbclient: Any = pytest.importorskip("nbclient", reason="the extra docs is not installed")
pytest.importorskip("ipykernel", reason="the extra docs is not installed")

WORDS = (
    "dataset=csv dataset.train=my.csv embedding=tfidf_svd embedding.dimensions=5 strategy=random"
    " loop.seed_set_size=10 loop.rounds=2 loop.query_size=5 trainer.max_epochs=1 logger=none"
    " paths.cache_dir=cache"
)


@pytest.mark.slow
def test_a_cell_shows_one_bar_that_grows_to_its_end(tmp_path: Path) -> None:
    with (tmp_path / "my.csv").open("w", newline="", encoding="utf-8") as file:
        rows = ([f"{word} text {i}", word] for i in range(30) for word in "ab")
        csv.writer(file).writerows([["text", "label"], *rows])
    cell = nbformat.v4.new_code_cell(
        f"from cartolearn.notebook import run\n\nrun({WORDS!r}, 'my_run')"
    )
    notebook = nbformat.v4.new_notebook(cells=[cell])
    place = {"metadata": {"path": str(tmp_path)}}
    nbclient.NotebookClient(notebook, kernel_name="python3", resources=place).execute()
    shown = [output["data"]["text/plain"] for output in cell.outputs if "data" in output]
    bars = [text for text in shown if "█" in text]
    assert len(bars) == 1  # each takes the place of the one before
    assert "3/3" in bars[0]
    assert "20 labels" in bars[0]
    assert "my_run" in shown[-1]
    assert (tmp_path / "my_run" / "finished.json").exists()
