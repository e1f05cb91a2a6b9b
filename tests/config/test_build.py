"""Config nodes become checked objects, or a message that names the option."""

import re
from pathlib import Path
from typing import Any

import pytest
from hydra.errors import HydraException

from cartolearn.config.build import build, check_node
from cartolearn.config.cli import explained
from cartolearn.config.mistakes import hydra_mistake
from cartolearn.config.near_miss import near_miss
from cartolearn.errors import InputError
from cartolearn.models.binary import BinarySettings
from cartolearn.strategies.cal import CAL

BINARY = "cartolearn.models.binary.BinarySettings"
CAL_NODE: dict[str, Any] = {
    "_target_": "cartolearn.strategies.cal.CAL",
    "correctness_threshold": 0.4,
    "classifier": {"_target_": BINARY, "hidden_size": 20},
}


def test_nested_nodes_are_built() -> None:
    assert build(CAL_NODE, "strategy") == CAL(
        correctness_threshold=0.4, classifier=BinarySettings(hidden_size=20)
    )


def test_values_are_converted_to_their_types() -> None:
    node = {
        "_target_": "cartolearn.models.mlp.MLP",
        "hidden_sizes": [10, 20],
        "learning_rate": "1e-3",
    }
    assert check_node(node, "model") == {"hidden_sizes": (10, 20), "learning_rate": 1e-3}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"correctness_threshold": -0.1}, r"strategy\.correctness_threshold=-0\.1: .*greater"),
        ({"correctness_threshold": "high"}, r"strategy\.correctness_threshold=high: .*number"),
        ({"correctness_threshold": None}, r"strategy\.correctness_threshold has no value"),
        ({"corectness_threshold": 0.1}, r"did you mean strategy\.correctness_threshold\?"),
        (
            {"classifier": {"_target_": BINARY, "hidden": 2}},
            r"unknown option strategy\.classifier\.hidden; did you mean .*hidden_size",
        ),
        (
            {
                "classifier": {
                    "_target_": BINARY,
                    "max_epochs": 0,
                }
            },
            r"strategy\.classifier\.max_epochs=0",
        ),
        ({"_target_": "os.system"}, "only classes of this project"),
        ({"_target_": "cartolearn.files.os"}, "not a class of this project"),
        ({"_target_": "cartolearn.files.Path"}, "not a class of this project"),
        ({"_target_": "cartolearn.strategies.cal.CALL"}, "is not there"),
        ({"_target_": "cartolearn.no_such.Thing"}, "is not there"),
        ({"_target_": ""}, "missing"),
    ],
)
def test_a_wrong_value_is_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        build({**CAL_NODE, **change}, "strategy")


def test_near_miss_or_the_whole_list() -> None:
    assert near_miss("entropi", ["entropy", "random"]) == "; did you mean entropy?"
    assert near_miss("xyz", ["b", "a"], "loop") == "; there are: loop.a, loop.b"


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("trainer.precision", r"one of Lightning's, .*: \+trainer\.precision="),
        ("trainer.max_epoch", r"did you mean trainer\.max_epochs\?"),
        ("trainer.sped", "there are|did you mean"),
    ],
)
def test_options_of_lightning_are_told_with_their_plus(
    option: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["run", f"{option}=1"])
    told = hydra_mistake(HydraException(f"Could not override '{option}'"), "config")
    assert told is not None
    assert re.search(message, told[0])
    assert told[1] == 2


def test_a_file_where_a_folder_should_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    with pytest.raises(FileExistsError) as error:
        (tmp_path / "taken").mkdir(exist_ok=True)
    told = explained(error.value)
    assert told == (
        f"{tmp_path / 'taken'} is there already and is no folder; choose another place",
        2,
    )
