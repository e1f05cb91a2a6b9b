"""The command ``cartolearn``: picks the sub-command; each reads its own words."""

import sys
from importlib import import_module

COMMANDS = {
    "run": "one active-learning run, or with -m a sweep of them",
    "map": "train on all training texts and draw their data map",
    "wrong-labels": "plant wrong labels and count how many are found",
    "report": "figures, tables and statistics from run folders",
    "dashboard": "a W&B workspace and report; sync sends offline runs",
    "check": "tell what is damaged in run folders and labelling projects",
    "label": "label texts of your own: init, next, add, status, ...",
    "embed": "write the features of many texts as shards, resumable",
    "serve-model": "answer HTTP requests with a model that label train wrote",
    "export-onnx": "write a transformer's model as ONNX, checked",
    "audit": "how many labels are wrong, and which: init, next, add, status, fix",
}


def main() -> None:
    """Hand the words after the sub-command over to it; exit with its code."""
    try:
        sys.exit(_called())
    except KeyboardInterrupt:  # before the command was ready to say how to go on
        from cartolearn.terminal import warn

        warn("error: stopped")
        sys.exit(130)


def _called() -> int | None:
    from cartolearn.terminal import show_what_can_be_shown

    show_what_can_be_shown()
    chosen, *rest = sys.argv[1:] or ["--help"]
    if chosen not in COMMANDS:
        return _explain(chosen)
    sys.argv = [f"cartolearn {chosen}", *rest]
    code: int | None = import_module(f"cartolearn.commands.{chosen.replace('-', '_')}").main()
    return code


def _explain(chosen: str) -> int:
    """Print the help, or what is wrong with the word that stands for a sub-command."""
    from importlib.metadata import version

    from cartolearn.terminal import say, warn

    if chosen in ("-V", "--version"):
        say(f"cartolearn {version('cartography-active-learning')}")
        return 0
    if chosen in ("-h", "--help"):
        lines = "".join(f"  {name:14}{text}\n" for name, text in COMMANDS.items())
        say(f"usage: cartolearn COMMAND ...\n\n{lines}\ncartolearn COMMAND --help tells more.")
        return 0
    from cartolearn.config.near_miss import near_miss

    warn(f"error: no command is called {chosen}{near_miss(chosen, COMMANDS)}")
    return 2


if __name__ == "__main__":
    main()
