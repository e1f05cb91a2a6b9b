"""A training that stops and goes on keeps its map; several processes give the same one."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from pytorch_lightning import Trainer
from pytorch_lightning.callbacks import ModelCheckpoint
from torch.utils.data import DataLoader

from cartolearn.cartography.data_map import DataMap
from cartolearn.cartography.recorder import DataMapRecorder
from tests.cartography.training import QUIET, PlainModule, some_data, train

DATA = some_data(12)
ORDERED: Any = DataLoader(DATA, batch_size=4)


def recorder() -> DataMapRecorder:
    return DataMapRecorder(ORDERED, np.arange(12) + 5)


class Validated(PlainModule):
    """Lightning saves before the end of the epoch where there is a validation."""

    def val_dataloader(self) -> Any:
        return ORDERED

    def validation_step(self, batch: Any, _: int) -> None:
        pass


@pytest.mark.parametrize("module", [PlainModule, Validated])
@pytest.mark.parametrize("steps", [None, 3])
def test_all_epochs_are_kept_over_a_checkpoint(
    tmp_path: Path, module: type[PlainModule], steps: int | None
) -> None:
    without_dropout = type("Same", (module,), {"on_train_start": lambda m: m.net[3].eval()})
    whole, first, second = recorder(), recorder(), recorder()
    train(5, DATA, whole, module=without_dropout, loader=ORDERED)
    saving = ModelCheckpoint(
        dirpath=tmp_path, filename="{epoch}", save_top_k=-1, every_n_train_steps=steps
    )
    train(3, DATA, first, saving, module=without_dropout, loader=ORDERED)
    checkpoint = tmp_path / "epoch=2.ckpt"
    train(5, DATA, second, module=without_dropout, loader=ORDERED, checkpoint=checkpoint)
    assert first.data_map().gold_probabilities.shape == (3, 12)
    assert np.array_equal(second.data_map().gold_probabilities, whole.data_map().gold_probabilities)
    assert np.array_equal(second.data_map().correct, whole.data_map().correct)


def test_the_state_loads_as_plain_tensors_and_belongs_to_its_ids(tmp_path: Path) -> None:
    first = recorder()
    train(2, DATA, first)
    torch.save(first.state_dict(), tmp_path / "state.pt")
    state = torch.load(tmp_path / "state.pt", weights_only=True)
    again = recorder()
    again.load_state_dict(state)
    assert np.array_equal(again.data_map().correct, first.data_map().correct)
    with pytest.raises(ValueError, match="other ids"):
        DataMapRecorder(ORDERED, np.arange(12)).load_state_dict(state)


def test_epochs_that_nobody_recorded_are_told(tmp_path: Path) -> None:
    train(3, DATA, ModelCheckpoint(dirpath=tmp_path, filename="last"))
    late = recorder()
    with pytest.warns(UserWarning, match=r"nothing recorded the first 2 epoch\(s\)"):
        train(5, DATA, late, checkpoint=tmp_path / "last.ckpt")
    assert late.data_map().gold_probabilities.shape == (3, 12)


def test_a_second_training_starts_a_map_of_its_own_and_a_longer_one_goes_on() -> None:
    kept = recorder()
    train(2, DATA, kept)
    train(3, DATA, kept)
    assert len(kept.data_map().gold_probabilities) == 3
    trainer = Trainer(max_epochs=2, callbacks=[kept], enable_checkpointing=False, **QUIET)
    module = PlainModule()
    trainer.fit(module, ORDERED)
    trainer.fit_loop.max_epochs = 5
    trainer.fit(module, ORDERED)
    assert len(kept.data_map().gold_probabilities) == 5


def test_a_training_that_ends_early_has_a_map_of_its_epochs() -> None:
    class Stops(PlainModule):
        def on_train_epoch_end(self) -> None:
            self.trainer.should_stop = self.current_epoch == 1

    kept = recorder()
    train(-1, DATA, kept, module=Stops)
    assert kept.data_map().gold_probabilities.shape == (2, 12)


SCRIPT = """
import sys
from pathlib import Path
import numpy as np, torch
from pytorch_lightning import Trainer
from torch.utils.data import DataLoader
from cartolearn.cartography.recorder import DataMapRecorder
from tests.cartography.training import QUIET, PlainModule, some_data

if __name__ == "__main__":
    strategy, out = sys.argv[1], Path(sys.argv[2])
    data = some_data(12)
    recorder = DataMapRecorder(DataLoader(data, batch_size=4), np.arange(12) + 5)
    trainer = Trainer(max_epochs=2, devices=2, strategy=strategy, callbacks=[recorder],
                      enable_checkpointing=False, **QUIET)
    torch.manual_seed(0)
    module = PlainModule()
    trainer.fit(module, DataLoader(data, batch_size=4, drop_last=True))
    recorder.data_map().save(out / f"{trainer.global_rank}.parquet")
    if trainer.is_global_zero:
        torch.save(module.state_dict(), out / "weights.pt")
"""


def in_two_processes(tmp_path: Path, strategy: str) -> subprocess.CompletedProcess[str]:
    script = tmp_path / "train.py"
    script.write_text(SCRIPT)
    return subprocess.run(
        [sys.executable, str(script), strategy, str(tmp_path)],
        capture_output=True, text=True, timeout=300, check=False,
        env={"PYTHONPATH": str(Path.cwd()), "PATH": "", "OMP_NUM_THREADS": "1"},
    )  # fmt: skip


@pytest.mark.slow
def test_under_ddp_every_process_has_the_whole_map(tmp_path: Path) -> None:
    done = in_two_processes(tmp_path, "ddp")
    assert not done.returncode, done.stderr
    maps = [DataMap.load(tmp_path / f"{rank}.parquet") for rank in range(2)]
    x, y = DATA.tensors
    module = PlainModule()
    module.load_state_dict(torch.load(tmp_path / "weights.pt", weights_only=True))
    p = module.eval().net(x).softmax(-1)[torch.arange(12), y].detach().numpy()
    assert maps[0].gold_probabilities[-1] == pytest.approx(p, abs=1e-6)
    assert (maps[1].ids == np.arange(12) + 5).all()
    assert (maps[1].labels == y.numpy()).all()


@pytest.mark.slow
@pytest.mark.parametrize("strategy", ["ddp_spawn", "ddp_fork", "ddp_notebook"])
def test_processes_that_take_the_map_with_them_are_refused(tmp_path: Path, strategy: str) -> None:
    done = in_two_processes(tmp_path, strategy)
    assert done.returncode
    assert "a data map recorded by spawned or forked processes ends with them" in done.stderr


def test_strategies_that_spread_the_model_are_refused_before_training() -> None:
    class Spread:
        launcher = None

    trainer: Any = type("Trainer", (), {"strategy": Spread(), "current_epoch": 0})()
    with pytest.raises(ValueError, match="Spread spreads the model"):
        recorder().setup(trainer, PlainModule(), "fit")
