"""The command that repeats one job of a sweep, pasted into another shell."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from tests.launcher.sweeps import attempts, sweep

TEXT = 'it\'s "a, b" and = $c [d] :warning:'


def commands(output: str) -> list[str]:
    """Return the commands that a sweep's end lists."""
    lines = output.partition("Repeat one alone:\n")[2].splitlines()
    return [line.strip() for line in lines if line.startswith("  ")]


def paste(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a shell of somebody who is elsewhere and has set nothing."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture
def failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, str]:
    """A sweep with own configs and awkward values, all of whose four jobs fail."""
    folder = tmp_path / "here, it's = mine"
    (folder / "my conf" / "extra").mkdir(parents=True)
    for name in "ab":
        (folder / "my conf" / "extra" / f"{name}.yaml").write_text(f"which: {name}\n")
    monkeypatch.setenv("READ_BY_TEST", TEXT)
    monkeypatch.setenv("WANDB_API_KEY", "a-key-nobody-may-see")
    output = sweep(
        folder, "--config-dir", "my conf", "seed=0,1", "+extra=a,b", "do=raise",
        "text='it\\'s \"a, b\" and = $c [d] :warning:'", "+read=${oc.env:READ_BY_TEST}",
        "hydra.sweep.subdir='${seed} it\\'s ${hydra:runtime.choices.extra}'",
        "hydra.launcher.jobs=2", code=1,
    )  # fmt: skip
    return folder, output


def test_every_command_repeats_its_job_when_pasted(
    failed: tuple[Path, str], tmp_path: Path
) -> None:
    folder, output = failed
    assert "a-key-nobody-may-see" not in output
    found = commands(output)
    assert len(found) == 4
    for command in found:
        before = {name: len(records) for name, records in attempts(folder).items()}
        done = paste(command, tmp_path)
        assert "ValueError: no [luck]" in done.stderr, command + done.stderr
        after = {name: len(records) for name, records in attempts(folder).items()}
        (changed,) = [name for name in after if after[name] != before[name]]
        record = json.loads((folder / "multirun/sweep" / changed / "attempts.jsonl")
                            .read_text().splitlines()[-1])  # fmt: skip
        assert record["text"] == record["read"] == TEXT
        assert changed.endswith(f"it's {record['extra']['which']}")
    assert [len(records) for records in attempts(folder).values()] == [2, 2, 2, 2]
    assert not list(tmp_path.glob("multirun"))
