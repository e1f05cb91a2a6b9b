"""The jobs of a sweep, composed once when it starts, so that editing conf/ changes none of them."""

import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra.errors import CompactHydraException
from omegaconf import DictConfig, OmegaConf, open_dict, read_write
from omegaconf.errors import OmegaConfBaseException

from cartolearn.config.differences import as_kept, differences, first_of
from cartolearn.config.saved import load_config
from cartolearn.errors import InputError
from cartolearn.plain_data import read_json
from cartolearn.terminal import note

# What a run, a wrong-label study and a training on all data write last.
FINISHED = ("finished.json", "full_data.json")


@dataclass(frozen=True)
class Job:
    """One run of a sweep.

    Attributes:
        overrides: The words that make its config.
        config: All of its config, ``hydra`` included.
        sweep_dir: The sweep's folder.
        name: Of its own folder in there.
        changed: What is not as it was when a run began in its folder, a line an option.
    """

    overrides: tuple[str, ...]
    config: DictConfig
    sweep_dir: Path
    name: str
    changed: tuple[str, ...]

    @property
    def done(self) -> bool:
        """Whether it finished before, and nothing asks for it anew."""
        return not (self.anew or self.changed) and self.done_content is not None

    @property
    def anew(self) -> bool:
        """Whether it is to run whatever its folder holds."""
        return bool(self.config.get("overwrite"))

    @property
    def done_content(self) -> dict[str, Any] | None:
        """What the file that marks a finished run says; None if there is none, or a torn one."""
        for name in FINISHED:
            with suppress(OSError, ValueError):
                content = read_json(self.folder / name)
                return content if isinstance(content, dict) else None
        return None

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
                note(f"composed the configs of {len(self.configs)} jobs")
        return self.configs[key]

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)


def compose(
    loader: ComposedOnce, config: DictConfig, overrides: Sequence[Sequence[str]], first: int
) -> list[Job]:
    """Compose every job, in the order of ``overrides``; ``first`` is the number of the first.

    A job asked for twice is the same job twice.

    Raises:
        CompactHydraException: Two different jobs would write the same folder.

    """
    jobs: dict[tuple[str, ...], Job] = {}
    for number, one in enumerate(overrides, start=first):
        if tuple(one) not in jobs:
            jobs[tuple(one)] = _job(loader, config, one, number)
    seen: dict[Path, Job] = {}
    for job in jobs.values():
        twin = seen.setdefault(job.folder, job)
        if twin is not job:
            one, other = (" ".join(one.overrides) for one in (twin, job))
            raise CompactHydraException(
                f"Two jobs would write the same folder {job.folder}: '{one}' and '{other}' differ "
                "in nothing that a folder is named by. Leave one out, or run it by a command of "
                f"its own with name={job.sweep_dir.name}_2."
            )
    return [jobs[tuple(one)] for one in overrides]


def _job(loader: ComposedOnce, master: DictConfig, overrides: Sequence[str], number: int) -> Job:
    config = loader.load_sweep_config(master, overrides)
    with open_dict(config), read_write(config.hydra):  # read-only if an earlier batch had this job
        config.hydra.job.id = str(number)
        config.hydra.job.num = number
    # Read from the job's own config: what a folder is named by may be what is swept.
    home, name = select(config, "hydra.sweep.dir", "hydra.sweep.subdir")
    sweep_dir = Path(home)
    return Job(tuple(overrides), config, sweep_dir, name, tuple(_changed(config, sweep_dir / name)))


def _changed(config: DictConfig, folder: Path) -> list[str]:
    """Compare a job's config with that of the run which began in its folder, if one did."""
    try:
        now: Any = OmegaConf.to_container(task_config(config), resolve=True)
        return differences(load_config(folder / "config.yaml"), as_kept(now))
    except (InputError, OmegaConfBaseException):
        return []  # no run began there, or the job itself will say what is wrong


def refuse_changed(jobs: Sequence[Job]) -> None:
    """Hold all jobs of a sweep to one configuration: the one it began with.

    Raises:
        CompactHydraException: A run of the sweep began with another; the message says how.
    """
    changed = [job for job in jobs if job.changed and not job.anew]
    if changed:
        count = f"{len(changed)} of the {len(jobs)} jobs" if len(jobs) > 1 else "it"
        raise CompactHydraException(
            f"{changed[0].folder} began with another configuration:"
            f" {first_of(list(changed[0].changed))}. Nothing was started. Undo the change, or run"
            f" {count} anew with overwrite=true, or the sweep beside this one with another name=..."
        )


def select(config: DictConfig, *keys: str) -> list[Any]:
    """Return the values at ``keys``, where ``${hydra:...}`` refers to this very config."""
    itself = OmegaConf.create(_itself(OmegaConf.to_container(config, resolve=False)))
    return [OmegaConf.select(itself, key) for key in keys]


def _itself(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _itself(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_itself(one) for one in value]
    return value.replace("${hydra:", "${hydra.") if isinstance(value, str) else value


def task_config(config: DictConfig) -> DictConfig:
    """Return the config without its ``hydra`` node, as the task function gets it."""
    return OmegaConf.masked_copy(config, [str(key) for key in config if key != "hydra"])
