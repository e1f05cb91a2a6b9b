"""The one-node SLURM cluster that tests start, and stop again."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("slurm_cluster.sh")


@pytest.fixture(scope="session")
def slurm() -> Iterator[None]:
    """Have a SLURM: the one that answers here, or one that is started for the tests."""
    pytest.importorskip("submitit", reason="submitit is not installed (extra 'slurm')")
    command = ["bash", str(SCRIPT)]
    start = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if start.returncode:
        pytest.skip(f"no SLURM here and none could be started: {start.stderr.strip()[-300:]}")
    yield
    if "started" in start.stdout:
        subprocess.run([*command, "stop"], check=False)
