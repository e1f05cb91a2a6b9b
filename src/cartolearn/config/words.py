"""The words of a command line, as a person types them, made ready for Hydra."""

import os
import re
from collections.abc import Sequence

from cartolearn.errors import InputError

# Options that take a path which may not exist yet, or may look like a number. Where one exists, any
# option takes it as typed, but for what is a number, true, false or null.
PATHS = {
    "resume", "paths.data_dir", "paths.cache_dir", "paths.features", "dataset.train",
    "dataset.test", "embedding.path", "hydra.run.dir", "hydra.sweep.dir",
}  # fmt: skip
SWEEPS = {"-m", "--multirun", "hydra.mode=MULTIRUN"}
TAKE_A_WORD = {
    "-cp", "--config-path", "-cn", "--config-name", "-cd", "--config-dir",
    "-c", "--cfg", "-p", "--package", "-i", "--info", "-sc", "--shell-completion",
}  # fmt: skip
NONE = {"logger": "tracker", "successor": "successor model"}
OPTION = re.compile(r"[+~]{0,2}[A-Za-z_][\w./@:-]*")


def prepared(words: Sequence[str]) -> list[str]:
    """Return the words as Hydra reads them.

    ``--key=value``, as sweep agents write options, is ``key=value``. A path is taken as typed,
    whatever commas, blanks or equals signs it holds, as the run folders' own names do. Flags go
    last, since Hydra refuses options on both sides of one.

    Raises:
        InputError: A path that exists is one that saved configs could not hold.
    """
    sweep = bool(SWEEPS & set(words))
    options: list[str] = []
    flags: list[str] = []
    for before, word in zip(["", *words], words, strict=False):
        if before in TAKE_A_WORD:
            flags.append(word)
            continue
        typed = _as_typed(_without_dashes(word), sweep=sweep)
        (flags if typed.startswith("-") else options).append(typed)
    return [*options, *flags]


def _without_dashes(word: str) -> str:
    key = word.partition("=")[0]
    if "=" not in word or not word.startswith("--") or key in TAKE_A_WORD:
        return word
    return word[2:] if OPTION.fullmatch(key[2:]) else word


def _as_typed(word: str, *, sweep: bool) -> str:
    """Quote the value of an option if it is a path that Hydra would read as something else."""
    key, equals, value = word.partition("=")
    if not (equals and value and OPTION.fullmatch(key)) or value[0] in "'\"":
        return word
    exists = os.path.exists(value)  # noqa: PTH110  (false for what cannot be a path at all)
    takes_a_path = key.lstrip("+") in PATHS
    if not exists and not takes_a_path:
        return word
    if exists and "${" in value:
        raise InputError(f"{word}: a name that holds ${{ stands for something else; rename it")
    from hydra.core.override_parser.overrides_parser import OverridesParser
    from hydra.core.override_parser.types import Quote, QuotedString
    from hydra.errors import HydraException

    quoted = f"{key}={QuotedString(value, Quote.single).with_quotes()}"
    try:
        override = OverridesParser.create().parse_override(word)
    except HydraException:
        return quoted
    if override.is_sweep_override():
        return word if sweep and not exists else quoted
    read = override.value()
    no_path = read is None or isinstance(read, bool | int | float)  # a folder called 3, and seed=3
    return quoted if exists and read != value and (takes_a_path or not no_path) else word


def refuse_absent(words: Sequence[str], groups: Sequence[str]) -> None:
    """Refuse ``group=null`` and ``~group``, which leave a run without a part that it needs.

    Raises:
        InputError: A word is one; the message says what to write.
    """
    for word in words:
        group, _, value = word.partition("=")
        taken = group.removeprefix("~") if group.startswith("~") or value.lower() == "null" else ""
        if taken in groups:
            raise InputError(f"{word}: {absent(taken)}")


def absent(group: str) -> str:
    """Return what to write instead of taking a config group away."""
    if group in NONE:
        return f"for no {NONE[group]} write {group}=none"
    return f"choose one with {group}=NAME, or leave {group} out for the default"
