"""Imported by the fork server: one run, after which all that a run imports is there."""

import tempfile
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from tests.reliability.small_run import execute_small, write_texts

with tempfile.TemporaryDirectory() as _folder, redirect_stdout(StringIO()):
    execute_small(
        write_texts(Path(_folder) / "texts.csv", 60),
        Path(_folder) / "run",
        "loop.rounds=1",
        "loop.keep_weights=true",
    )
