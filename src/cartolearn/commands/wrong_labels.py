"""``cartolearn wrong-labels dataset=trec``: plant wrong labels and count how many are found."""

import sys

from cartolearn.config.help import asked_for_help, print_help


def main() -> None:
    """Run the command line; it takes the options of ``python -m src.run`` and its own."""
    if asked_for_help(sys.argv[1:]):
        print_help("wrong_labels", sys.argv[1:])
        sys.exit()
    from cartolearn.commands.tasks import plant
    from cartolearn.config.hydra_command import run_hydra

    sys.exit(run_hydra(plant, "wrong_labels"))


if __name__ == "__main__":
    main()
