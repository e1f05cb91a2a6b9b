"""What Hydra calls once it has read a command line; heavy imports wait until then."""

from contextlib import chdir
from importlib import import_module
from pathlib import Path

from hydra.core.plugins import Plugins
from omegaconf import DictConfig

from cartolearn.config.hydra_command import Composed, hydra_task
from cartolearn.garbage import search_seldom
from hydra_plugins.cartolearn_launchers import LAUNCHERS

# What the jobs of a sweep share; W&B looks through all modules there are, so it comes first.
PRELOAD = ("wandb.apis.public", "torch", "pytorch_lightning", "cartolearn.loop.execute")

for launcher in LAUNCHERS:  # Hydra finds them itself, but not in an editable installation
    Plugins.instance().register(launcher)


@hydra_task
def run(config: DictConfig, said: Composed) -> float | None:
    """Do one active-learning run in Hydra's output folder, or go on with another folder's."""
    search_seldom()
    if "wandb" in (config.get("logger") or ()):
        import_module(PRELOAD[0])
    from cartolearn.loop.execute import execute
    from cartolearn.loop.resume import Task, saved_task
    from cartolearn.tracking.base import open_trackers

    task = Task(config, said.folder, said.choices, said.overrides, Path.cwd())
    if not config.get("resume"):
        return execute(task, open_trackers)
    task = saved_task(task)
    with chdir(task.directory):  # where the run began, since its paths may be relative
        return execute(task, open_trackers)


@hydra_task
def train_on_all(config: DictConfig, said: Composed) -> None:
    """Train on all training texts and draw their data map."""
    search_seldom()
    from cartolearn.full_data.train import train_full

    train_full(config, said.folder, said.choices, said.overrides)


@hydra_task
def plant(config: DictConfig, said: Composed) -> None:
    """Plant wrong labels and count how many are found."""
    from cartolearn.wrong_labels.command import find_wrong_labels

    find_wrong_labels(config, said.folder)
