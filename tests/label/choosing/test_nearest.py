"""Texts near another: the same as by the formula, in however many chunks the pool is read."""

from pathlib import Path

import numpy as np
import pytest
import torch

from cartolearn.data.kept_texts import ProjectTexts
from cartolearn.embeddings.features import Features
from cartolearn.label.choosing import search
from cartolearn.label.choosing.search import nearest
from cartolearn.label.model.features import ProjectFeatures
from tests.embeddings.lengths import Lengths
from tests.label.conftest import toy_project


def test_nearest_is_the_greatest_cosine_ties_by_id(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = toy_project(tmp_path / "p")
    size = len(project.texts)
    report = Lengths().embed(ProjectTexts(project.texts, size)).report
    raw = np.random.default_rng(0).normal(size=(size, 3)).astype(np.float32)
    raw[[4, 9, 30]] = raw[4]
    raw[7] = 0
    features = ProjectFeatures.standardised(project, Features([torch.from_numpy(raw)], report))
    unit = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-12)
    among = np.flatnonzero(np.arange(len(raw)) % 3 < 2)
    expected = among[np.lexsort((among, -(unit[among] @ unit[4]).round(6)))][:10]
    for rows in (1, 7, 8192):
        monkeypatch.setattr(search, "ROWS", rows)
        assert nearest(features, "4", among, 10) == expected.tolist()
