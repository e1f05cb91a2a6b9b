"""Three hundred rounds of a real run leave memory, files and threads as they were."""

import threading
from pathlib import Path

import pytest

from cartolearn.loop.folder import RunFolder
from cartolearn.loop.record import Record
from tests.command import run as run_command

ROUNDS, SETTLED = 300, 50
WORDS = [
    "strategy=cal", "strategy.classifier.max_epochs=2", "trainer.max_epochs=2",
    "loop.seed_set_size=100", "loop.query_size=1", f"loop.rounds={ROUNDS}", "logger=none",
]  # fmt: skip


def held() -> tuple[float, int, int]:
    """Return resident memory of this process in MB, its open files, its threads."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6, len(list(Path("/proc/self/fd").iterdir())), threading.active_count()


@pytest.mark.slow
def test_three_hundred_rounds(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[float, int, int]] = []
    save = RunFolder.save

    def watched(run: RunFolder, *args: object, **options: object) -> Record:
        seen.append(held())
        return save(run, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(RunFolder, "save", watched)
    done = run_command(capfd, *WORDS, f"hydra.run.dir={tmp_path / 'run'}")
    assert done.code == 0, done.err
    assert len(seen) == ROUNDS + 1
    for megabytes, files, threads in seen[SETTLED:]:
        assert megabytes < seen[SETTLED][0] * 1.05, seen[::10]
        assert (files, threads) == seen[SETTLED][1:], seen[::10]
