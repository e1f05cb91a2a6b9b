"""The command line, called inside the test's process: quick, since imports are paid once."""

import logging
import sys
from dataclasses import dataclass
from importlib import import_module
from unittest import mock

import pytest
from hydra.core.global_hydra import GlobalHydra


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


def run(capfd: pytest.CaptureFixture[str], *arguments: str, command: str = "run") -> Done:
    """Run a command that takes Hydra's options; restore logging and Hydra's globals after."""
    main = import_module(f"cartolearn.commands.{command}").main
    capfd.readouterr()
    root = logging.getLogger()
    before = root.level, root.handlers[:]
    try:
        with (
            mock.patch.object(sys, "argv", [f"src.{command}", *arguments]),
            pytest.raises(SystemExit) as end,
        ):
            main()
    finally:
        GlobalHydra.instance().clear()
        root.setLevel(before[0])
        root.handlers[:] = before[1]
    out, err = capfd.readouterr()
    return Done(code=int(end.value.code or 0), out=out, err=err)
