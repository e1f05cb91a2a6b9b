"""How the command line fails: one clear message, no traceback for a user's mistake."""

import errno
import hashlib
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from hydra.core.utils import env_override
from hydra.errors import HydraException, MissingConfigException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from cartolearn.config.failed import JobFailed
from cartolearn.config.flatten import flatten
from cartolearn.config.near_miss import near_miss
from cartolearn.config.words import prepared, refuse_null
from cartolearn.errors import InputError
from cartolearn.terminal import warn

CONF = Path(str(files("cartolearn.conf")))
LONGEST_NAME = 180  # bytes; file systems take 255, and files of trackers lengthen the name
GROUPS = ("strategy", "dataset", "embedding", "model", "loop", "trainer", "logger", "experiment")
GOES_ON = {"config": "; the same command goes on from the last finished round"}
CANNOT_WRITE = {
    errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO,
    errno.ENAMETOOLONG, errno.ENOTDIR, errno.EISDIR, errno.ELOOP,
}  # fmt: skip


def run_hydra(task: Callable[..., Any], config: str) -> int:
    """Run ``task`` with the config that the command line's words make of ``conf/CONFIG.yaml``.

    Returns:
        The exit code: 0, 2 for bad input, 1 for a failure, 130 for Ctrl-C.
    """
    import hydra

    def command() -> None:
        refuse_null(sys.argv[1:], GROUPS)
        sys.argv[1:] = prepared(sys.argv[1:])
        hydra.main(version_base="1.3", config_path=str(CONF), config_name=config)(task)()

    return guarded(command, config)


def guarded(command: Callable[[], Any], config: str = "config") -> int:
    """Run a command; return its exit code: 0, 2 for bad input, 1 for a failure, 130 for Ctrl-C.

    ``config`` names the file in ``conf/`` whose options the command takes.
    """
    interrupted = threading.Event()
    try:
        # Hydra raises, where it would print and exit; Lightning exits with 1 on Ctrl-C.
        with env_override({"HYDRA_FULL_ERROR": "1"}), _noticed(interrupted):
            command()
    except MissingConfigException as error:
        return fail(_missing_choice(error), 2)
    except JobFailed as error:
        return fail(str(error), 1)
    except (HydraException, OmegaConfBaseException) as error:
        return fail(_bad_override(error, config), 2)
    except (InputError, FloatingPointError, OSError) as error:
        end = explained(error, config)
        if end is None:
            raise
        return fail(*end)
    except (KeyboardInterrupt, SystemExit) as error:
        if isinstance(error, SystemExit) and not interrupted.is_set():
            raise
        return fail(f"stopped{GOES_ON.get(config, '')}", 130)
    return 0


@contextmanager
def _noticed(interrupted: threading.Event) -> Iterator[None]:
    """Note a Ctrl-C in the event, whatever a library makes of the ``KeyboardInterrupt``."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def note(*_: object) -> None:
        interrupted.set()
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def explained(
    error: InputError | FloatingPointError | OSError, config: str = "config"
) -> tuple[str, int] | None:
    """Return message and exit code of an error that needs no traceback; None if it does."""
    if isinstance(error, InputError):
        return str(error), 2
    if isinstance(error, FloatingPointError):
        return str(error), 1
    if error.errno not in CANNOT_WRITE:
        return None
    name = f" {error.filename}" if error.filename else ""
    if error.errno == errno.ENAMETOOLONG:
        return f"the path{name} is too long for this file system; choose a shorter one", 2
    advice = GOES_ON.get(config, "; run the same command again").removeprefix("; ")
    return f"cannot write{name}: {os.strerror(error.errno)}; when it can, {advice}", 1


def run_folder_name(
    strategy: str, dataset: str, seed: object, others: str, experiment: str | None, name: str
) -> str:
    """Return a run folder's name: ``strategy=cal,dataset=trec,seed=0[,other overrides]``.

    An experiment is named where the sweep's folder does not bear its name. Slashes become dashes; a
    name too long for a file system ends in a hash of itself.
    """
    parts = [f"strategy={strategy}", f"dataset={dataset}", f"seed={seed}"]
    if experiment and experiment != name:
        parts.append(f"experiment={experiment}")
    whole = ",".join([*parts, others] if others else parts).replace("/", "-")
    encoded = whole.encode()
    if len(encoded) <= LONGEST_NAME:
        return whole
    start = encoded[: LONGEST_NAME - 9].decode(errors="ignore")  # a letter cut in two goes
    return f"{start}-{hashlib.sha256(encoded).hexdigest()[:8]}"


def fail(message: str, code: int) -> int:
    """Print an error message, which may quote data; return the exit code to end with."""
    warn(f"error: {message}")
    return code


def _missing_choice(error: MissingConfigException) -> str:
    group, _, choice = (error.missing_cfg_file or "").rpartition("/")
    if not error.options:
        return str(error)
    return f"no {group} is called {choice!r}{near_miss(choice, error.options)}"


def _bad_override(error: Exception, config_name: str) -> str:
    """Put Hydra's message in plain words, and name the option that was probably meant."""
    text = str(error).strip()
    unknown = re.search(r"Could not override '([^']+)'", text)
    if unknown:
        return f"unknown option {unknown[1]}{_near_option(unknown[1], config_name)}"
    group = re.search(r"Could not override '?([\w/@.]+)'?\.\s+No match", text)
    if group:
        return f"unknown group {group[1]}"
    return text.splitlines()[0] + "".join(f"\n  {line}" for line in text.splitlines()[1:3])


def _own_folders(words: list[str]) -> list[str]:
    """Return what names the user's own folders of configs, as options that ``compose`` takes."""
    for before, word in zip(["", *words], words, strict=False):
        flag, _, joined = word.partition("=")
        folder = word if before in ("--config-dir", "-cd") else joined
        if folder and {before, flag} & {"--config-dir", "-cd"}:
            return [f"hydra.searchpath=['file://{Path(folder).absolute()}']"]
    return [word for word in words if word.startswith("hydra.searchpath=")]


def _near_option(option: str, config_name: str) -> str:
    """Compose the config with the command line's choices of groups and look for a near miss."""
    from hydra import compose, initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra

    GlobalHydra.instance().clear()
    choices = [word for word in sys.argv[1:] if re.fullmatch(r"[\w/@]+=[\w-]+", word)]
    choices += _own_folders(sys.argv[1:])
    try:
        with initialize_config_dir(str(CONF), version_base="1.3"):
            config = compose(config_name, [c for c in choices if not c.startswith(f"{option}=")])
    except (HydraException, OmegaConfBaseException):
        return ""
    values: Any = OmegaConf.to_container(config, resolve=False)
    group = option.split(".", maxsplit=1)[0]
    if group == option or group not in values:
        return near_miss(group, values)
    keys = [key for key in flatten({group: values[group]}) if not key.endswith("_target_")]
    if not keys:
        return f"; the chosen {group} has no options"
    return near_miss(option, keys)
