"""The jobs of a sweep, composed once when it starts, so that editing conf/ changes none of them."""

import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra.core.hydra_config import HydraConfig
from hydra.errors import HydraException
from omegaconf import DictConfig, OmegaConf, open_dict, read_write

from cartolearn.files import write_text
from cartolearn.plain_data import read_json


@dataclass(frozen=True)
class Job:
    """One run of a sweep: its full config (``hydra`` included) and the folder it writes."""

    overrides: tuple[str, ...]
    config: DictConfig
    sweep_dir: Path
    name: str
    done: bool

    @property
    def finished_before(self) -> bool:
        """Whether its folder says that a run finished there, with this config or another."""
        return self.done_content is not None

    @property
    def done_content(self) -> dict[str, Any] | None:
        """What the file that marks a finished run says; None if there is none, or a torn one."""
        return done_content(self.folder / str(self.config.hydra.launcher.done_file))

    @property
    def folder(self) -> Path:
        """Where the run writes."""
        return self.sweep_dir / self.name


class ComposedOnce:
    """A config loader that composes each job once and gives the same config when asked again.

    A sweeper composes all jobs to check them before it launches any, so from then on the files in
    conf/ are not read any more.
    """

    def __init__(self, loader: Any):
        self.loader = loader
        self.configs: dict[tuple[str, ...], DictConfig] = {}

    def load_sweep_config(
        self, master_config: DictConfig, sweep_overrides: Sequence[str]
    ) -> DictConfig:
        """Return the config of the job with these overrides."""
        key = tuple(sweep_overrides)
        if key not in self.configs:
            self.configs[key] = self.loader.load_sweep_config(master_config, list(key))
            if sys.stderr.isatty():
                sys.stderr.write(f"\rcomposed the configs of {len(self.configs)} jobs\r")
        return self.configs[key]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)


def compose(
    loader: ComposedOnce, config: DictConfig, overrides: Sequence[Sequence[str]], first: int
) -> list[Job]:
    """Compose every job, in the order of ``overrides``; ``first`` is the number of the first.

    A job asked for twice is the same job twice.

    Raises:
        HydraException: two different jobs would write the same folder.

    """
    jobs: dict[tuple[str, ...], Job] = {}
    for number, one in enumerate(overrides, start=first):
        if tuple(one) not in jobs:
            jobs[tuple(one)] = _job(loader, config, one, number)
    seen: dict[Path, Job] = {}
    for job in jobs.values():
        twin = seen.setdefault(job.folder, job)
        if twin is not job:
            raise HydraException(
                f"Two different jobs would write the same folder {job.folder}: "
                f"'{' '.join(twin.overrides)}' and '{' '.join(job.overrides)}'. "
                "Remove one, or name what differs in hydra.sweep.subdir."
            )
    return [jobs[tuple(one)] for one in overrides]


def _job(loader: ComposedOnce, master: DictConfig, overrides: Sequence[str], number: int) -> Job:
    config = loader.load_sweep_config(master, overrides)
    with open_dict(config), read_write(config.hydra):  # read-only if an earlier batch had this job
        config.hydra.job.id = str(number)
        config.hydra.job.num = number
    # Read from the job's own config: what a folder is named by may be what is swept.
    sweep_dir, name = Path(select(config, "hydra.sweep.dir")), select(config, "hydra.sweep.subdir")
    done = _is_done(config, sweep_dir, name)
    return Job(tuple(overrides), config, sweep_dir, name, done)


def select(config: DictConfig, key: str) -> Any:
    """Return the value at ``key``, letting it refer to ``${hydra:...}`` of this very config."""
    before = HydraConfig.instance().cfg
    HydraConfig.instance().set_config(config)
    try:
        return OmegaConf.select(config, key)
    finally:
        HydraConfig.instance().cfg = before


def keep(jobs: Iterable[Job]) -> None:
    """Write each job's config as composed to ``sweep/NAME.yaml`` in the sweep's folder."""
    for job in jobs:
        write_text(_kept(job.sweep_dir, job.name), _text(job.config))


def _is_done(config: DictConfig, sweep_dir: Path, name: str) -> bool:
    """Tell whether the job finished before, and was asked to do the very same then.

    One that finished with another config is started, so that it can itself say what differs.
    """
    launcher, kept = config.hydra.launcher, _kept(sweep_dir, name)
    if launcher.rerun or done_content(sweep_dir / name / launcher.done_file) is None:
        return False
    return kept.exists() and kept.read_text(encoding="utf-8") == _text(config)


def done_content(path: Path) -> dict[str, Any] | None:
    """Return what a job's done file holds; None without one, or with one that is not whole."""
    try:
        content = read_json(path)
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None


def _kept(sweep_dir: Path, name: str) -> Path:
    return sweep_dir / "sweep" / f"{name}.yaml"


def _text(config: DictConfig) -> str:
    return OmegaConf.to_yaml(task_config(config))


def task_config(config: DictConfig) -> DictConfig:
    """Return the config without its ``hydra`` node, as the task function gets it."""
    return OmegaConf.masked_copy(config, [str(key) for key in config if key != "hydra"])


def repeat_command(job: Job) -> str:
    """Return the shell command that runs this job alone, in the same folder."""
    spec = getattr(sys.modules["__main__"], "__spec__", None)
    program = ["-m", spec.name.removesuffix(".__main__")] if spec else [sys.argv[0]]
    alone = Path(select(job.config, "hydra.run.dir")).absolute() == job.folder.absolute()
    folder = [] if alone else [f"hydra.run.dir='{job.folder}'"]
    return shlex.join(["python", *program, *job.overrides, *folder])
