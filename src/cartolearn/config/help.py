"""``--help`` of the commands with Hydra's options: the files of conf/, as they explain them."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile
from pathlib import Path

from cartolearn.config.folder import CONF, own_folder
from cartolearn.terminal import say

HEADER = "Cartography Active Learning: which texts to label next, from the training dynamics."
EXAMPLES = """Examples:
  python -m src.run                                   CAL on the embedded default
  python -m src.run strategy=random seed=1
  python -m src.run strategy=cal dataset=agnews 'seed=range(5)' -m
  python -m src.run dataset=csv dataset.train=my.csv dataset.text=body dataset.label=topic
  python -m src.run --cfg job                         the whole config, without running
  python -m src.run --dry-run 'seed=range(5)'         what a sweep would do, and how long
  python -m src.run --hydra-help                      Hydra's own words"""
CHOICE = re.compile(r"  - (?:override )?(\w+): ([\w-]+)")
LINES_OF_COMPOSING = re.compile(r"# @package|defaults:|  - ")


def asked_for_help(words: Sequence[str]) -> bool:
    """Tell whether the words of a command line ask for its help."""
    return bool({"--help", "-h"} & set(words))


def print_help(config: str, words: Sequence[str]) -> None:
    """Print the groups, and the options of ``conf/CONFIG.yaml`` and of what is chosen in it."""
    own = own_folder(words)
    folders = [CONF, *([own] if own else [])]
    groups = {group: choices for group, choices in _groups(folders) if group != "hydra"}
    say(f"{HEADER}\n\n== Groups: choose with group=choice ==")
    for group, choices in groups.items():
        say(f"{group}: {', '.join(choices)}")
    say("\n== Options of these choices: set with option=value or group.option=value ==")
    for name in dict.fromkeys(("config.yaml", "storage.yaml", f"{config}.yaml")):
        for line in _options(name, folders):
            say(line)
    chosen = {**_defaults("config.yaml"), **_defaults(f"{config}.yaml"), **_chosen(words, groups)}
    for group, choice in chosen.items():
        say(f"\n{group}={choice}")
        for line in _options(f"{group}/{choice}.yaml", folders):
            say(f"  {line}".rstrip())
    say(f"\n{EXAMPLES}")


def _groups(folders: Sequence[Path]) -> Iterator[tuple[str, list[str]]]:
    names = {path.name for folder in folders for path in folder.glob("[a-z]*/")}
    for name in sorted(names):
        files = [path for folder in folders for path in (folder / name).glob("*.yaml")]
        if files:
            yield name, sorted({path.stem for path in files})


def _defaults(name: str) -> dict[str, str]:
    """Return the choice of each group that a config file makes."""
    found = CHOICE.findall((CONF / name).read_text("utf-8"))
    return {group: choice for group, choice in found if choice not in ("null", "_self_")}


def _chosen(words: Sequence[str], groups: dict[str, list[str]]) -> dict[str, str]:
    pairs = (word.lstrip("-").partition("=") for word in words)
    return {group: choice for group, _, choice in pairs if choice in groups.get(group, ())}


def _options(name: str, folders: Sequence[Path]) -> Iterator[str]:
    """Yield the lines of a config that explain and set options, none of those for Hydra."""
    found = [folder / name for folder in folders if (folder / name).exists()]
    lines = found[-1].read_text("utf-8").splitlines() if found else []
    for line in takewhile(lambda line: line != "hydra:", lines):
        if not LINES_OF_COMPOSING.match(line) and "_target_:" not in line:
            yield line
