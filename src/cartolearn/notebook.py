"""Runs from a notebook: ``run("dataset=csv dataset.train=my.csv strategy=cal", "my_run")``."""

import shlex
from pathlib import Path


def run(words: str, folder: str | Path) -> Path:
    """Do one active-learning run, or go on with it, and return its folder.

    Args:
        words: Options as on the command line of ``cartolearn run``.
        folder: Where the run writes, e.g. ``rounds.csv``.

    Raises:
        InputError: An option or the data cannot be used; nothing is written then.
    """
    from hydra import compose, initialize_config_dir
    from omegaconf import OmegaConf

    from cartolearn.config.folder import CONF
    from cartolearn.config.hydra_command import GROUPS
    from cartolearn.config.words import prepared, refuse_absent
    from cartolearn.loop.execute import execute
    from cartolearn.loop.resume import Task
    from cartolearn.tracking.base import open_trackers

    overrides = prepared(shlex.split(words))
    refuse_absent(overrides, GROUPS)
    with initialize_config_dir(str(CONF), version_base="1.3"):
        config = compose("config", overrides, return_hydra_config=True)
    choices = dict(config.hydra.runtime.choices)
    config = OmegaConf.masked_copy(config, [str(key) for key in config if key != "hydra"])
    task = Task(config, Path(folder), choices, overrides, Path.cwd())
    execute(task, open_trackers)
    return task.folder
