"""What may change a run's numbers: versions, threads, device, data."""

import platform
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import torch

from cartolearn.config.check import Plan
from cartolearn.data.dataset import Dataset
from cartolearn.data.summary import fingerprint

PACKAGES = ("torch", "pytorch-lightning", "numpy", "hydra-core", "tokenizers", "scikit-learn")


def provenance(
    plan: Plan, dataset: Dataset, choices: dict[str, str], overrides: list[str]
) -> dict[str, Any]:
    """Return the content of ``run.json``; it holds no time, so a resumed run writes the same."""
    gpu = torch.cuda.is_available() and plan.acquisition.trainer.device != "cpu"
    versions = {name: _version(name) for name in PACKAGES}
    return {
        "choices": {key: str(value) for key, value in choices.items() if "hydra" not in key},
        "overrides": overrides,
        "directory": str(Path.cwd()),
        "dataset": {
            "name": dataset.name,
            "train": len(dataset.train_ids),
            "test": len(dataset.test_ids),
            "classes": list(dataset.label_names),
            "fingerprint": fingerprint(dataset),
        },
        "versions": {"python": platform.python_version(), **versions},
        "machine": {
            "platform": sys.platform,
            "processor": platform.machine(),
            "threads": plan.acquisition.trainer.threads,
            "device": "gpu" if gpu else "cpu",
        },
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
