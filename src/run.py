"""``python -m src.run ...`` in a clone: the command ``cartolearn run``."""

from cartolearn.commands.run import main

if __name__ == "__main__":
    main()
