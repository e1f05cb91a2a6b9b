"""The command: one active-learning run, or with ``-m`` a sweep of them."""

import sys

from cartolearn.config.help import asked_for_help, print_help


def with_dry_run(words: list[str]) -> list[str]:
    """Put ``--dry-run``, which Hydra does not know, in its words: a sweep that starts nothing."""
    if "--dry-run" not in words:
        return words
    others = [word for word in words if word not in ("--dry-run", "-m", "--multirun")]
    return ["--multirun", *others, "hydra.launcher.dry_run=true"]


def main() -> None:
    """Run the command line; see ``python -m src.run --help``."""
    sys.argv[1:] = with_dry_run(sys.argv[1:])
    if asked_for_help(sys.argv[1:]):
        print_help("config", sys.argv[1:])
        sys.exit()
    from cartolearn.commands.tasks import run
    from cartolearn.config.hydra_command import run_hydra

    sys.exit(run_hydra(run, "config"))


if __name__ == "__main__":
    main()
