"""The command: one active-learning run, or with ``-m`` a sweep of them."""

import sys

from cartolearn.commands.hydra_main import hydra_main


def with_dry_run(words: list[str]) -> list[str]:
    """Put ``--dry-run``, which Hydra does not know, in its words: a sweep that starts nothing."""
    if "--dry-run" not in words:
        return words
    others = [word for word in words if word not in ("--dry-run", "-m", "--multirun")]
    return ["--multirun", *others, "hydra.launcher.dry_run=true"]


def main() -> None:
    """Run the command line; see ``python -m src.run --help``."""
    sys.argv[1:] = with_dry_run(sys.argv[1:])
    hydra_main("config", "run")


if __name__ == "__main__":
    main()
