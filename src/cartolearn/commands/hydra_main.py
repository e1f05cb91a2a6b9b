"""A command with Hydra's options: its help at once, or its task with all that this imports."""

import sys

from cartolearn.config.help import asked_for_help, print_help


def hydra_main(config: str, task: str) -> None:
    """Print the options of ``conf/CONFIG.yaml``, or run the task on them."""
    if asked_for_help(sys.argv[1:]):
        print_help(config, sys.argv[1:])
        sys.exit()
    from cartolearn.commands import tasks
    from cartolearn.config.hydra_command import run_hydra

    sys.exit(run_hydra(getattr(tasks, task), config))
