"""The shell command that does one job of a sweep alone, from wherever it is pasted."""

import argparse
import os
import re
import shlex
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from hydra.core.override_parser.types import Quote, QuotedString
from omegaconf import OmegaConf

from cartolearn.files import in_shell
from cartolearn.launcher.plan import Job, select

# The sweep's own words of Hydra; any others make a job's config and are repeated.
OF_THE_SWEEP = (
    "hydra.mode=",
    "hydra.sweep",
    "hydra/sweeper=",
    "hydra.launcher.",
    "hydra/launcher=",
)
READ_BY_LIBRARIES = re.compile("PYTHONPATH|(WANDB|MLFLOW)_.*")
SECRET = re.compile("KEY|TOKEN|SECRET|PASSWORD", re.IGNORECASE)
EVERYWHERE = {"HOME", "USER", "PATH", "PWD"}


def repeat_command(job: Job) -> str:
    """Return the command; it writes the folder that the job has in the sweep.

    Secrets are left out: they have to be in the environment of whoever pastes it.
    """
    (home,) = select(job.config, "hydra.run.dir")
    alone = Path(home).absolute() == job.folder.absolute()
    folder = QuotedString(str(job.folder), Quote.single).with_quotes()
    of_hydra: Any = OmegaConf.to_container(job.config.hydra.overrides.hydra, resolve=False)
    words = [
        *_program(),
        *_flags(sys.argv[1:]),
        *job.overrides,
        *(word for word in map(str, of_hydra) if not word.startswith(OF_THE_SWEEP)),
        *([] if alone else [f"hydra.run.dir={folder}"]),
    ]
    environment = [f"{name}={shlex.quote(os.environ[name])}" for name in _variables(job)]
    return " ".join(["cd", in_shell(Path.cwd()), "&&", *environment, shlex.join(words)])


def _program() -> list[str]:
    """Return the words that start this program with this interpreter."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    if sys.argv[0].startswith("cartolearn "):
        return [sys.executable, "-m", *sys.argv[0].split()]
    if spec:
        return [sys.executable, "-m", spec.name.removesuffix(".__main__")]
    return [sys.executable, str(Path(sys.argv[0]).absolute())]


def _flags(words: list[str]) -> Iterator[str]:
    """Yield where the command line says to look for configs."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    names = ("--config-path", "-cp"), ("--config-name", "-cn"), ("--config-dir", "-cd")
    for name, short in names:
        parser.add_argument(name, short, dest=name)
    for name, value in vars(parser.parse_known_args(words)[0]).items():
        if value is not None:
            yield from (name, value)


def _variables(job: Job) -> Iterable[str]:
    """Return the variables of the environment that make the run what it is."""
    written = OmegaConf.to_yaml(job.config)
    read = {name for name in re.findall(r"oc\.env:\s*(\w+)", written) if name in os.environ}
    read |= {name for name in os.environ if READ_BY_LIBRARIES.fullmatch(name)}
    return sorted(name for name in read - EVERYWHERE if not SECRET.search(name))
