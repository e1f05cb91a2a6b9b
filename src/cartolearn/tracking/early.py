"""Importing W&B in good time."""

import importlib
from collections.abc import Iterable


def import_early(trackers: Iterable[str]) -> None:
    """Import W&B, if it is chosen, before torch.

    Half of its import time goes into a search through all modules there are; with torch and
    Lightning among them it takes a second longer. ``wandb.init`` would import both modules.
    """
    if "wandb" in trackers:
        importlib.import_module("wandb.apis.public")
