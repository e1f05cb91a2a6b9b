import json
from pathlib import Path

import numpy as np
import pytest

from cartolearn.errors import InputError
from cartolearn.runs.run import Run, find_folders, load_runs
from tests.report.folders import Job, World, write_run


def load(root: Path) -> tuple[list[Run], list[str]]:
    return load_runs(find_folders([root], "config.yaml"))


def test_reads_what_a_run_wrote(tmp_path: Path) -> None:
    folder = write_run(tmp_path, Job("cal", seed=3))
    (run,), left_out = load(tmp_path)
    assert left_out == []
    assert (run.strategy, run.seed, run.dataset.train) == ("cal", 3, 300)
    assert run.dataset.classes == ("ABBR", "DESC", "ENTY")
    assert run.labelled.tolist() == [20, 30, 40, 50]
    assert run.accuracy.dtype == np.float64
    assert [len(batch) for batch in run.batches] == [10, 10, 10]
    ids, columns = run.map_columns(1)
    assert set(run.batches[0].tolist()) <= set(ids.tolist())
    assert len(columns["confidence"]) == len(ids) == 30
    assert run.folder == folder.resolve()


def test_scores_are_read_off_the_curve(tmp_path: Path) -> None:
    write_run(tmp_path, Job())
    (run,), _ = load(tmp_path)
    assert run.score("final") == run.accuracy[-1]
    assert run.score("mean") == pytest.approx(sum(run.accuracy) / 4)
    inner = run.accuracy[1] + run.accuracy[2] + (run.accuracy[0] + run.accuracy[3]) / 2
    assert run.score("aulc") == pytest.approx(inner / 3)


def test_nested_and_repeated_folders_are_read_once(tmp_path: Path) -> None:
    for seed in range(2):
        write_run(tmp_path / "a" / "deep", Job(seed=seed))
    roots = [tmp_path, tmp_path / "a", tmp_path / "a" / "deep"]
    assert len(find_folders(roots, "config.yaml")) == 2


def test_incomplete_runs_are_named_and_left_out(tmp_path: Path) -> None:
    write_run(tmp_path, Job(seed=0))
    write_run(tmp_path, Job(seed=1, stop_after=1))
    (write_run(tmp_path, Job(seed=2)) / "selections.parquet").unlink()
    runs, left_out = load(tmp_path)
    assert [run.seed for run in runs] == [0]
    assert "seed=1: 1 of 3 rounds" in left_out[0]
    assert "seed=2: selections.parquet is missing" in left_out[1]


def test_a_run_that_emptied_its_pool_is_complete(tmp_path: Path) -> None:
    write_run(tmp_path, Job(rounds=9, batch=10), World(train=50))
    (run,), left_out = load(tmp_path)
    assert left_out == []
    assert [len(batch) for batch in run.batches] == [10, 10, 10]


WITHOUT_ROWS = json.dumps(
    {
        "choices": {},
        "overrides": [],
        "directory": "/",
        "dataset": {"name": "x", "fingerprint": "0"},
    }
)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("rounds.csv", "round,labelled\n0,5\n", "no column 'accuracy'"),
        ("run.json", "{", "run.json is not that of a run"),
        ("run.json", "[]", "it holds no object"),
        ("run.json", '{"choices": {}}', "lacks 'overrides'"),
        ("run.json", WITHOUT_ROWS, "lacks dataset.train"),
        ("config.yaml", "a: [", "config.yaml is not the config of a run"),
    ],
)
def test_broken_files_are_named(tmp_path: Path, file: str, content: str, message: str) -> None:
    folder = write_run(tmp_path, Job())
    (folder / file).write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load(tmp_path)


def test_a_broken_number_is_named_with_its_line(tmp_path: Path) -> None:
    path = write_run(tmp_path, Job()) / "rounds.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2].replace(lines[2].split(",")[2], "oops")
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError, match=r"rounds\.csv, line 3: .*oops"):
        load(tmp_path)


def test_torn_parquet_and_missing_folder(tmp_path: Path) -> None:
    folder = write_run(tmp_path, Job())
    (folder / "selections.parquet").write_bytes(b"PAR1 torn")
    (run,), _ = load(tmp_path)
    with pytest.raises(InputError, match=r"selections\.parquet cannot be read"):
        run.batches  # noqa: B018
    (folder / "data_maps" / "round_002.parquet").unlink()
    with pytest.raises(InputError, match=r"round_002\.parquet cannot be read"):
        run.map_columns(2)
    with pytest.raises(InputError, match="is not a folder"):
        find_folders([tmp_path / "nowhere"], "config.yaml")


def test_links_to_folders_are_followed_once(tmp_path: Path) -> None:
    for name in ("sweep/a", "elsewhere/b"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "run.json").touch()
    (tmp_path / "sweep" / "b").symlink_to(tmp_path / "elsewhere" / "b")
    (tmp_path / "sweep" / "again").symlink_to(tmp_path / "sweep" / "a")
    (tmp_path / "elsewhere" / "b" / "loop").symlink_to(tmp_path / "sweep")
    found = find_folders([tmp_path / "sweep"], "run.json")
    assert sorted(found) == [tmp_path / "elsewhere" / "b", tmp_path / "sweep" / "a"]
