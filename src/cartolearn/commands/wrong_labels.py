"""``cartolearn wrong-labels dataset=trec``: plant wrong labels and count how many are found."""

from cartolearn.commands.hydra_main import hydra_main


def main() -> None:
    """Run the command line; it takes the options of ``python -m src.run`` and its own."""
    hydra_main("wrong_labels", "plant")


if __name__ == "__main__":
    main()
