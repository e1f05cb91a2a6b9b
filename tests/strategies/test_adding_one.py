"""The strategy that the README adds in one Python and one YAML file works at once."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the project with the two files that the README shows."""
    for folder in ("src", "conf", "tests/strategies"):
        ignored = shutil.ignore_patterns("__pycache__", "test_adding_one.py")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignored)
    for file in ("pyproject.toml", "tests/__init__.py"):
        shutil.copy(ROOT / file, tmp_path / file)
    (tmp_path / "src/cartolearn/conf").symlink_to(tmp_path / "conf")
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"`((?:src|conf)/[\w/]+\.\w+)`:\n\n```\w+\n(.*?)```", page, re.DOTALL))
    assert sorted(blocks) == [
        "conf/strategy/rare_class.yaml",
        "src/cartolearn/strategies/rare_class.py",
    ]
    for path, content in blocks.items():
        assert not (ROOT / path).exists()
        (tmp_path / path).write_text(content, encoding="utf-8")
    return tmp_path


def python(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=project,
        env={**os.environ, "PYTHONPATH": f"{project}:{project}/src", "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_runs_from_the_command_line(project: Path) -> None:
    random = np.random.default_rng(0)
    words = [["red", "green", "blue"], ["one", "two", "three"], ["cat", "dog", "cow"]]
    lines = [f"{' '.join(random.choice(words[i % 3], 6))} {i},{'abc'[i % 3]}" for i in range(90)]
    (project / "my.csv").write_text("\n".join(["text,label", *lines]), encoding="utf-8")
    command = [
        "src.run", "strategy=rare_class", "strategy.smoothing=5", "dataset=csv",
        "dataset.train=my.csv", "embedding=tfidf_svd", "embedding.dimensions=8",
        "loop.seed_set_size=9", "loop.rounds=2", "loop.query_size=5", "trainer.max_epochs=2",
        "logger=none", f"paths.cache_dir={project}/cache", f"hydra.run.dir={project}/out",
    ]  # fmt: skip
    done = python(project, *command)
    assert done.returncode == 0, done.stderr
    from pyarrow import parquet

    table = parquet.read_table(project / "out" / "selections.parquet")
    assert table["round"].to_pylist() == [1] * 5 + [2] * 5
    assert len(set(table["id"].to_pylist())) == 10
    typo = python(project, "src.run", "strategy=rare_class", "strategy.smoothin=5")
    assert typo.returncode == 2
    assert "did you mean strategy.smoothing" in typo.stderr
    own = next(path for path in project.rglob("rare_class.py") if "needs" in path.read_text())
    own.write_text(own.read_text().replace('"probabilities"', '"probabilites"'))
    misspelt = python(project, *command, "seed=1")
    assert misspelt.returncode == 2
    assert misspelt.stderr.startswith("error: ")
    assert (
        "needs 'probabilites', which there is not; did you mean probabilities?" in misspelt.stderr
    )


@pytest.mark.slow
def test_the_contract_test_finds_it(project: Path) -> None:
    done = python(project, "pytest", "tests/strategies/test_contract.py", "-k", "rare_class", "-vv")
    assert done.returncode == 0, done.stdout
    passed = re.findall(r"::(test_\w+)\[[^\]]*rare_class[^\]]*\] PASSED", done.stdout)
    assert len(set(passed)) >= 10
