"""``python -m src.run ...`` in a clone: the command ``cartolearn run``."""

from cartolearn.commands.run import main
from cartolearn.garbage import search_seldom

if __name__ == "__main__":
    search_seldom()
    main()
