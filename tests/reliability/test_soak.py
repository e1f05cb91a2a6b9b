"""A thousand rounds of a real run leave memory, files and threads as they were."""

import threading
from pathlib import Path

import pytest

from cartolearn.loop.folder import RunFolder
from cartolearn.loop.record import Record
from tests.command import run as run_command
from tests.models.tiny import write_encoder
from tests.reliability.small_run import write_texts

SETTLED = 50
MLP = [
    "strategy=cal", "strategy.classifier.max_epochs=2", "trainer.max_epochs=2",
    "loop.seed_set_size=100", "loop.query_size=1", "logger=none",
]  # fmt: skip
TRANSFORMER = [
    "model=transformer", "model.inputs.max_tokens=12", "strategy=margin", "trainer.max_epochs=1",
    "loop.seed_set_size=20", "loop.query_size=1", "logger=none",
]  # fmt: skip


def held() -> tuple[float, int, int]:
    """Return resident memory of this process in MB, its open files, its threads."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6, len(list(Path("/proc/self/fd").iterdir())), threading.active_count()


@pytest.mark.slow
def test_a_thousand_rounds(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stays_level(1000, [*MLP, f"hydra.run.dir={tmp_path / 'run'}"], capfd, monkeypatch)


@pytest.mark.slow
def test_rounds_of_a_fine_tuned_model(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("transformers")
    write_encoder(tmp_path / "encoder")
    data = [
        f"dataset.train={write_texts(tmp_path / 'texts.csv')}", "dataset=csv",
        "dataset.text=body", "dataset.label=topic", f"paths.cache_dir={tmp_path / 'cache'}",
    ]  # fmt: skip
    words = [*TRANSFORMER, *data, f"model.encoder={tmp_path / 'encoder'}"]
    stays_level(150, [*words, f"hydra.run.dir={tmp_path / 'run'}"], capfd, monkeypatch)


def stays_level(
    rounds: int, words: list[str], capfd: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch
) -> None:
    """Do a run of so many rounds; after the first fifty, memory stays within 5 %."""
    seen: list[tuple[float, int, int]] = []
    save = RunFolder.save

    def watched(run: RunFolder, *args: object, **options: object) -> Record:
        seen.append(held())
        return save(run, *args, **options)  # type: ignore[arg-type]

    patch.setattr(RunFolder, "save", watched)
    done = run_command(capfd, *words, f"loop.rounds={rounds}")
    assert done.code == 0, done.err
    assert len(seen) == rounds + 1
    for megabytes, files, threads in seen[SETTLED:]:
        assert megabytes < seen[SETTLED][0] * 1.05, seen[::10]
        assert (files, threads) == seen[SETTLED][1:], seen[::10]
