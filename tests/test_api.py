"""What ``from cartolearn import ...`` offers."""

import inspect
import pickle
import subprocess
import sys
import typing
from pathlib import Path

import pytest
import yaml

import cartolearn
from cartolearn.strategies.cal import CAL

CONF = Path(__file__).parents[1] / "conf"


@pytest.mark.parametrize("name", cartolearn.__all__)
def test_a_public_name_is_there_typed_and_documented(name: str) -> None:
    found = getattr(cartolearn, name)
    assert found.__name__ == name
    assert inspect.getdoc(found)
    assert pickle.loads(pickle.dumps(found)) is found  # noqa: S301 (its home is where it says)
    if getattr(found, "_is_protocol", False) or found is cartolearn.InputError:
        return
    signature = inspect.signature(found)
    hints = typing.get_type_hints(found.__init__ if inspect.isclass(found) else found)
    assert set(signature.parameters) <= set(hints) | {"args", "kwds", "kwargs", "options"}


def test_every_strategy_and_way_of_choosing_is_public() -> None:
    for path in (*(CONF / "strategy").glob("*.yaml"), *(CONF / "choose").glob("*.yaml")):
        target = yaml.safe_load(path.read_text(encoding="utf-8"))["_target_"]
        assert target.rpartition(".")[2] in cartolearn.__all__, path.name


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Nonsense'"):
        _ = cartolearn.Nonsense  # type: ignore[attr-defined]


def test_importing_the_package_imports_nothing_heavy() -> None:
    program = "import sys, cartolearn; print(*{'torch', 'numpy', 'hydra'} & set(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == ""


def test_a_type_checker_sees_the_types() -> None:
    """Which mypy checks; where a name was Any, it would report these."""
    typing.assert_type(cartolearn.CAL(), CAL)
    typing.assert_type(cartolearn.aulc([1, 2], [0.5, 1.0]), float)
    typing.assert_type(cartolearn.TrainerSettings(max_epochs=1, batch_size=2).batch_size, int)
