"""What the README adds in a folder of the user's own works at once."""

import os
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tests.command import run

README = Path(__file__).parents[2] / "README.md"
FILES = ["conf/strategy/rare_class.yaml", "rare_class.py", "test_rare_class.py"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A user's folder with the three files that the README shows, and a ``src`` of its own."""
    page = README.read_text(encoding="utf-8")
    blocks = dict(re.findall(r"`([\w/]+\.\w+)`:\n\n```\w+\n(.*?)```", page, re.DOTALL))
    assert sorted(set(blocks) & set(FILES)) == FILES
    for path in FILES:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(blocks[path], encoding="utf-8")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "__init__.py").write_text("raise RuntimeError('another project')\n")
    return tmp_path


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_runs_from_the_command_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    random = np.random.default_rng(0)
    words = [["red", "green", "blue"], ["one", "two", "three"], ["cat", "dog", "cow"]]
    lines = [f"{' '.join(random.choice(words[i % 3], 6))} {i},{'abc'[i % 3]}" for i in range(90)]
    (folder / "my.csv").write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    own = "--config-dir", "conf", "allow_targets=[rare_class]"
    command = [
        *own, "strategy=rare_class", "strategy.smoothing=5", "strategy.min_distance=0.01",
        "dataset=csv", "dataset.train=my.csv", "embedding=tfidf_svd", "embedding.dimensions=8",
        "loop.seed_set_size=9", "loop.rounds=2", "loop.query_size=5", "trainer.max_epochs=2",
        "logger=none", f"paths.cache_dir={folder}/cache", f"hydra.run.dir={folder}/out",
    ]  # fmt: skip
    done = python(folder, "cartolearn", "run", *command)
    assert done.returncode == 0, done.stderr
    from pyarrow import parquet

    table = parquet.read_table(folder / "out" / "selections.parquet")
    assert table["round"].to_pylist() == [1] * 5 + [2] * 5
    assert len(set(table["id"].to_pylist())) == 10
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(folder)
    typo = run(capfd, *own, "strategy=rare_class", "strategy.smoothin=5")
    assert typo.code == 2
    assert "did you mean strategy.smoothing" in typo.err
    source = next(path for path in folder.rglob("rare_class.py") if "needs" in path.read_text())
    source.write_text(source.read_text().replace('"probabilities"', '"probabilites"'))
    misspelt = run(capfd, *command, "seed=1")
    monkeypatch.delitem(sys.modules, "rare_class")
    assert misspelt.code == 2
    assert misspelt.err.startswith("error: ")
    assert "needs 'probabilites', which there is not; did you mean probabilities?" in misspelt.err


def test_the_contract_holds_for_it(folder: Path) -> None:
    done = python(folder, "pytest", "test_rare_class.py", "-vv", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout
    assert len(set(re.findall(r"::(test_\w+).* PASSED", done.stdout))) >= 10
