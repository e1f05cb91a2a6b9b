"""Where the configs are, and how a run's folder is named after its own."""

import hashlib
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

CONF = Path(import_module("cartolearn.conf").__path__[0])
LONGEST_NAME = 180  # bytes; file systems take 255, and files of trackers lengthen the name


def own_folder(words: Sequence[str]) -> Path | None:
    """Return the user's own folder of configs that the words of a command line name."""
    for before, word in zip(["", *words], words, strict=False):
        flag, _, joined = word.partition("=")
        folder = word if before in ("--config-dir", "-cd") else joined
        if folder and {before, flag} & {"--config-dir", "-cd"}:
            return Path(folder).absolute()
    return None


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
