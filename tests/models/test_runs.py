"""Whole runs with models other than the MLP: from the command's words to the files."""

import csv
import json
import shutil
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from cartolearn.errors import InputError
from tests.models.tiny import write_encoder
from tests.reliability.small_run import CONF, write_texts

CALLBACKS = "pytorch_lightning.callbacks"


def compose(*words: str) -> tuple[Any, dict[str, str], list[str]]:
    from hydra import compose, initialize_config_dir

    import cartolearn.config.hydra_command  # noqa: F401  (registers what the config refers to)

    with initialize_config_dir(str(CONF), version_base="1.3"):
        config = compose("config", list(words), return_hydra_config=True)
    choices = {k: str(v) for k, v in config.hydra.runtime.choices.items() if "hydra" not in k}
    from omegaconf import OmegaConf

    OmegaConf.set_struct(config, False)
    del config["hydra"]
    return config, choices, list(words)


def execute(folder: Path, *words: str) -> None:
    from cartolearn.loop.execute import execute
    from cartolearn.loop.resume import Task
    from cartolearn.tracking.base import open_trackers

    with redirect_stdout(StringIO()):
        config, choices, named = compose(*words)
        execute(Task(config, folder, choices, named, Path.cwd()), open_trackers)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_texts(folder / "texts.csv", rows=90)
    return folder


def words(home: Path, *more: str) -> list[str]:
    return [
        "dataset=csv", f"dataset.train={home / 'texts.csv'}", "dataset.text=body",
        "dataset.label=topic", "loop.seed_set_size=12", "loop.rounds=2", "loop.query_size=6",
        "trainer.max_epochs=2", "logger=none", f"paths.cache_dir={home / 'cache'}", *more,
    ]  # fmt: skip


@pytest.fixture(scope="module")
def transformer(home: Path) -> list[str]:
    pytest.importorskip("transformers")
    encoder = write_encoder(home / "encoder")
    return words(
        home, "model=transformer", f"model.encoder={encoder}", "model.inputs.max_tokens=12"
    )


def files(folder: Path) -> dict[str, Any]:
    from pyarrow import parquet

    with (folder / "rounds.csv").open() as file:
        rows = [
            {k: v for k, v in row.items() if "seconds" not in k} for row in csv.DictReader(file)
        ]
    maps = [
        parquet.read_table(path).to_pydict() for path in sorted(folder.glob("data_maps/*.parquet"))
    ]
    return {
        "rounds": rows,
        "maps": maps,
        "picks": parquet.read_table(folder / "selections.parquet").to_pydict(),
    }


@pytest.mark.parametrize("strategy", ["cal", "pool_margin"])
def test_a_killed_run_of_a_transformer_ends_like_a_whole_one(
    transformer: list[str], tmp_path: Path, strategy: str
) -> None:
    run = tmp_path / "run"
    mine = [*transformer, f"strategy={strategy}", "model.trainable_layers=1"]
    execute(run, *mine)
    whole = files(run)
    assert [row["labelled"] for row in whole["rounds"]] == ["12", "18", "24"]
    shutil.copytree(run, tmp_path / "killed")
    for path in (tmp_path / "killed/finished.json", tmp_path / "killed/state/round_002.json"):
        path.unlink()
    (tmp_path / "killed/state/round_001.json").write_text("{")
    execute(tmp_path / "killed", *mine)
    assert files(tmp_path / "killed") == whole


def test_a_part_of_the_pool_is_scored(transformer: list[str], tmp_path: Path) -> None:
    few, all_of_it = tmp_path / "few", tmp_path / "all"
    execute(few, *transformer, "strategy=margin", "loop.candidates=6", "loop.rounds=1")
    execute(all_of_it, *transformer, "strategy=random", "loop.candidates=6", "loop.rounds=1")
    picks = [sorted(files(folder)["picks"]["id"]) for folder in (few, all_of_it)]
    assert picks[0] == picks[1]  # as many candidates as are chosen: every strategy takes them


def test_an_embedding_beside_a_model_that_does_not_read_it(
    transformer: list[str], tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="embedding=wordllama: this model reads the texts itself"):
        execute(tmp_path / "run", *transformer, "embedding=wordllama")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("+trainer.gradient_clip_vall=1", "gradient_clip_val"),
        ("+trainer.precision=banana", "Lightning refuses these options"),
        ("trainer.callbacks={a: {_target_: os.system}}", "may be named"),
        ("trainer._target_=os.system", "the trainer is always pytorch_lightning.Trainer"),
        ("+trainer.strategy=ddp_spawn", "is on one device, and these options spread it"),
        ("+trainer.num_nodes=2", "leave strategy and num_nodes out"),
        (
            f"trainer.callbacks={{a: {{_target_: {CALLBACKS}.EarlyStopping, monitor: val_loss}}}}",
            "trainer: Lightning stops with these options: RuntimeError: Early stopping",
        ),
        (
            "+trainer.limit_train_batches=0.01",
            "trainer: Lightning stops with these options: Misconfiguration",
        ),
    ],
)
def test_options_of_the_trainer_that_are_none(
    home: Path, tmp_path: Path, word: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        execute(tmp_path / "run", *words(home, word, "embedding=tfidf_svd"))


@pytest.mark.parametrize("strategy", ["cal", "bald", "pool_margin", "badge"])
def test_somebodys_own_module_is_trained_and_asked(
    home: Path, tmp_path: Path, strategy: str
) -> None:
    mine = words(
        home, "embedding=tfidf_svd", f"strategy={strategy}", "allow_targets=[tests.models]",
        "~model", "+model={_target_: tests.models.own_model.TwoLayers, units: 8}",
    )  # fmt: skip
    execute(tmp_path / "run", *mine)
    assert [row["labelled"] for row in files(tmp_path / "run")["rounds"]] == ["12", "18", "24"]


@pytest.mark.parametrize("strategy", ["cal", "bald", "dal", "kmeans", "coverage"])
def test_a_linear_model_on_bags(home: Path, tmp_path: Path, strategy: str) -> None:
    mine = words(home, "model=linear", f"strategy={strategy}", "trainer.max_epochs=10")
    execute(tmp_path / "run", *mine)
    found = files(tmp_path / "run")["rounds"]
    assert [row["labelled"] for row in found] == ["12", "18", "24"]
    assert float(found[-1]["accuracy"]) > 0.5


@pytest.mark.parametrize("strategy", ["bald", "dal", "badge", "coreset", "coverage", "typiclust"])
def test_strategies_choose_with_a_transformer(
    transformer: list[str], tmp_path: Path, strategy: str
) -> None:
    execute(tmp_path / "run", *transformer, f"strategy={strategy}", "loop.rounds=1")
    picks = files(tmp_path / "run")["picks"]["id"]
    assert len(set(picks)) == 6


def test_a_fine_tuned_successor_of_a_model_on_features(
    transformer: list[str], home: Path, tmp_path: Path
) -> None:
    encoder = next(word for word in transformer if word.startswith("model.encoder"))
    second = [
        "successor=transformer", f"successor.{encoder}", "successor.model.inputs.max_tokens=12",
        "successor.trainer.max_epochs=2", "successor.every=1",
    ]  # fmt: skip
    mine = words(home, "embedding=tfidf_svd", "strategy=random", *second)
    run = tmp_path / "run"
    execute(run, *mine)
    execute(tmp_path / "itself", *transformer, "strategy=random")
    whole, itself = files(run), files(tmp_path / "itself")
    for row, other in zip(whole["rounds"], itself["rounds"], strict=True):
        assert row["successor_accuracy"] == other["accuracy"]
        assert row["successor_loss"] == other["loss"]
    assert whole["picks"] == itself["picks"]  # random chooses the same either way
    finished = json.loads((run / "finished.json").read_text())
    assert finished["successor_accuracy"] == float(whole["rounds"][-1]["successor_accuracy"])
    shutil.copytree(run, tmp_path / "killed")
    for path in (tmp_path / "killed/finished.json", tmp_path / "killed/state/round_002.json"):
        path.unlink()
    execute(tmp_path / "killed", *mine)
    assert files(tmp_path / "killed") == whole
    with pytest.raises(InputError, match="holds a run with another configuration"):
        execute(run, *mine, "successor.trainer.max_epochs=3")


def test_weights_are_kept_of_models_that_can_go_on(transformer: list[str], tmp_path: Path) -> None:
    with pytest.raises(InputError, match="this model cannot go on from another's weights"):
        execute(tmp_path / "run", *transformer, "loop.keep_weights=true")
    assert not (tmp_path / "run").exists()


def test_a_training_that_diverges_loses_no_round(transformer: list[str], tmp_path: Path) -> None:
    mine = [*transformer, "strategy=random"]
    wild = [*mine, "successor=linear", "successor.trainer.max_epochs=1"]
    with pytest.raises(FloatingPointError, match="round 2: the successor model: the training loss"):
        execute(tmp_path / "run", *wild, "successor.model.learning_rate=1e38")
    assert [row["labelled"] for row in files(tmp_path / "run")["rounds"]] == ["12", "18"]
