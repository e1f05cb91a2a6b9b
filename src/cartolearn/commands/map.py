"""``cartolearn map dataset=trec``: train on all training texts and draw their data map."""

from cartolearn.commands.hydra_main import hydra_main


def main() -> None:
    """Run the command line; it takes the options of ``python -m src.run``."""
    hydra_main("map", "train_on_all")


if __name__ == "__main__":
    main()
