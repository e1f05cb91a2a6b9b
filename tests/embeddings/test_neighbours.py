"""An index of nearest rows: what it finds against looking at all, and when it gives up."""

from pathlib import Path

import numpy as np
import pytest
import torch

from cartolearn.embeddings.base import EmbeddingReport
from cartolearn.embeddings.features import Features
from cartolearn.embeddings.neighbours import Neighbours, cosines
from cartolearn.errors import InputError
from cartolearn.label.choosing.search import nearest
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.folder import Project
from tests.label.conftest import toy_project

pytest.importorskip("usearch", reason="usearch is not installed (extra 'neighbours')")

REPORT = EmbeddingReport("drawn", "here", "none", 8, 2000, None, None, [])


def features(key: str = "drawn") -> Features:
    rows = torch.randn(2000, 8, generator=torch.Generator().manual_seed(0))
    rows[7] = rows[3]
    rows[11] = 0
    return Features([rows[:900], rows[900:]], REPORT, key=key)


def exact(rows: Features, wanted: np.ndarray, allowed: np.ndarray, count: int) -> list[int]:
    near = cosines(rows[:].numpy(), wanted)
    return sorted(np.flatnonzero(allowed).tolist(), key=lambda row: (-near[row], row))[:count]


def test_nearly_the_nearest_are_found(tmp_path: Path) -> None:
    rows, allowed = features(), np.ones(2000, dtype=bool)
    index = Neighbours.of(rows, tmp_path)
    same = 0
    for row in range(0, 60, 3):
        wanted = rows[np.array([row])][0].numpy()
        found = index.nearest(wanted, allowed, 10)
        assert found is not None
        same += len(set(found.tolist()) & set(exact(rows, wanted, allowed, 10)))
        near = cosines(rows[found].numpy(), wanted)
        assert (np.diff(near) <= 0).all()
    assert same >= 0.98 * 200
    assert index.nearest(rows[np.array([7])][0].numpy(), allowed, 2).tolist() == [3, 7]  # type: ignore[union-attr]


def test_only_what_is_allowed_is_found_and_too_little_is_none(tmp_path: Path) -> None:
    rows, allowed = features(), np.zeros(2000, dtype=bool)
    allowed[::2] = True
    index = Neighbours.of(rows, tmp_path)
    wanted = rows[np.array([5])][0].numpy()
    found = index.nearest(wanted, allowed, 10)
    assert found is not None
    assert (found % 2 == 0).all()
    allowed[20:] = False
    assert index.nearest(wanted, allowed, 10) is None


def test_it_is_built_once_for_the_same_rows(tmp_path: Path) -> None:
    Neighbours.of(features("one"), tmp_path)
    [path] = tmp_path.glob("neighbours/*")
    before = path.stat().st_mtime_ns
    Neighbours.of(features("one"), tmp_path)
    assert path.stat().st_mtime_ns == before
    Neighbours.of(features("two"), tmp_path)
    assert len(list(tmp_path.glob("neighbours/*"))) == 2
    with pytest.raises(InputError, match="on the disk"):
        Neighbours.of(features(""), tmp_path)


def test_a_search_takes_the_index_or_looks_at_all(tmp_path: Path) -> None:
    made = toy_project(tmp_path / "p", size=400)
    options = ["labelling.like=index", f"paths.cache_dir={tmp_path / 'cache'}"]
    drawn = torch.randn(400, 6, generator=torch.Generator().manual_seed(1))
    rows = Features([drawn], REPORT, key="toy")
    all_ids = np.arange(400)
    few = all_ids[5:12]
    looked = ProjectFeatures.standardised(made, rows)
    indexed = ProjectFeatures.standardised(Project.open(made.path, options), rows)
    exactly = nearest(looked, "3", all_ids, 10)
    assert len(set(exactly) & set(nearest(indexed, "3", all_ids, 10))) >= 9
    assert (tmp_path / "cache/neighbours/toy.usearch").exists()
    assert nearest(indexed, "3", few, 5) == nearest(looked, "3", few, 5)
