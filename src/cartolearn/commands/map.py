"""``cartolearn map dataset=trec``: train on all training texts and draw their data map."""

import sys

from cartolearn.config.help import asked_for_help, print_help


def main() -> None:
    """Run the command line; it takes the options of ``python -m src.run``."""
    if asked_for_help(sys.argv[1:]):
        print_help("map", sys.argv[1:])
        sys.exit()
    from cartolearn.commands.tasks import train_on_all
    from cartolearn.config.hydra_command import run_hydra

    sys.exit(run_hydra(train_on_all, "map"))


if __name__ == "__main__":
    main()
