"""The benchmark from a config to its table."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from omegaconf import DictConfig, OmegaConf, open_dict

from cartolearn.config.build import check_values
from cartolearn.config.check import check
from cartolearn.data.dataset import loaded
from cartolearn.files import write_text
from cartolearn.full_data.train import told
from cartolearn.loop.active_learning import refuse_small
from cartolearn.loop.reading import learner_of
from cartolearn.report.export import to_terminal, write_table
from cartolearn.terminal import Terminal
from cartolearn.wrong_labels.benchmark import Measured, Settings, measure, scopes, to_table


def find_wrong_labels(config: DictConfig, folder: Path) -> None:
    """Do all plantings and write ``wrong_labels_DATASET`` as CSV, Markdown and LaTeX after each.

    Raises:
        InputError: The config or the data cannot be used, or cleanlab is missing.
    """
    own: Any = OmegaConf.to_container(config.wrong_labels, resolve=True)
    settings = Settings(**check_values(Settings, own, "wrong_labels"))
    with open_dict(config):
        del config.wrong_labels
    plan = check(config)
    torch.set_num_threads(plan.acquisition.trainer.threads)
    dataset = loaded(plan.dataset)
    learner, _ = learner_of(plan.acquisition, plan, dataset)
    refuse_small(dataset, plan.loop)
    measured: list[Measured] = []
    for repeat in range(settings.repeats):
        mine = replace(learner, seed=plan.settings.seed + repeat)
        parts = scopes(dataset, plan.loop.seed_set_size, mine.seed, full_set=settings.full_set)
        for scope, ids in parts.items():
            with told(f"planting {repeat + 1} of {settings.repeats}, {scope}: {len(ids):,} rows"):
                measured += measure(dataset, mine, scope, ids, settings)
        table = to_table(dataset.name, measured, settings)
        write_table(table, folder)  # what is done so far
    write_text(folder / "finished.json", "{}\n")
    Terminal(width=160).print(to_terminal(table))
