"""The launchers of sweeps, in the namespace where Hydra looks for them."""

from hydra.plugins.launcher import Launcher

from hydra_plugins.cartolearn_launchers.local import LocalLauncher
from hydra_plugins.cartolearn_launchers.ray import RayLauncher
from hydra_plugins.cartolearn_launchers.slurm import SlurmLauncher

LAUNCHERS: tuple[type[Launcher], ...] = (LocalLauncher, RayLauncher, SlurmLauncher)
