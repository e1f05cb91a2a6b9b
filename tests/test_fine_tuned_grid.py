"""The fine-tuned grid: what it runs is what a run takes, and its two kinds are comparable."""

import json
from pathlib import Path

import pytest

from benchmarks.fine_tuned import __main__ as program
from benchmarks.fine_tuned.stages import SETS, SETTINGS, Set, Sweep, grid, tuning
from cartolearn.config.check import check
from cartolearn.runs.settings import as_acquisition_model, protocol_settings
from tests.models.test_runs import compose

TUNED = {kind: words[1] for kind, words in SETTINGS.items()}


def checked(sweep: Sweep) -> dict[str, object]:
    first = [
        word.split(",")[0] if word.startswith(("strategy=", "seed=")) else word
        for word in sweep.words
    ]
    config, _, named = compose(*first, f"name={sweep.name}", "logger=none")
    return check(config, named).config


@pytest.mark.parametrize("data", SETS, ids=lambda data: data.name)
def test_a_successor_is_the_model_that_is_fine_tuned_every_round(data: Set) -> None:
    frozen, finetuned = (protocol_settings(checked(sweep)) for sweep in list(grid(data, TUNED))[:2])
    assert frozen["successor.trainer.max_epochs"] == finetuned["trainer.max_epochs"] == 20
    assert frozen["trainer.max_epochs"] == 200
    assert as_acquisition_model(frozen) == finetuned


def test_settings_are_chosen_on_rows_set_aside_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data, ran = SETS[0], list[str]()

    def write(folder: Path, sweep: Sweep, _: int) -> None:
        config = checked(sweep)
        assert config["loop"]["validation_share"] == data.set_aside  # type: ignore[index]
        assert config["loop"]["rounds"] == 1  # type: ignore[index]
        ran.append(sweep.name)
        for seed in range(3):
            run = folder / "multirun" / sweep.name / f"seed={seed}"
            run.mkdir(parents=True)
            aulc = [0.5, 0.696, 0.7, 0.6][int(sweep.name[-1])] + seed / 100
            (run / "finished.json").write_text(json.dumps({"validation_aulc": aulc, "aulc": -aulc}))

    monkeypatch.setattr(program, "run", write)
    for _ in range(2):
        assert program.setting(tmp_path, data, "frozen", 1) == SETTINGS["frozen"][1]
    assert ran == [sweep.name for sweep in tuning(data, "frozen")]
