"""The options of a labelling project: composed by Hydra, checked before anything is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from cartolearn.config.build import build, check_values
from cartolearn.config.compose import composed
from cartolearn.config.model_options import ModelOptions, model_options
from cartolearn.config.types import Count, Positive, Share
from cartolearn.errors import InputError
from cartolearn.label.suggesting.how import Suggesting
from cartolearn.launcher.ray_data import RayOptions
from cartolearn.text_models.tuning import Tuning

# What a strategy may look at before there is a model: the features stand in for Psi.
WITHOUT_MODEL = frozenset({"representations"})


@dataclass(frozen=True)
class Labelling:
    """Batches, their random share, and how `status` measures."""

    batch_size: Count
    random_share: Share
    set_aside: bool
    folds: Annotated[int, Field(ge=2)]
    repeat_share: Share
    overlap_share: Share
    overlap_people: Annotated[int, Field(ge=2)]
    part_size: Count
    wrong_share: Annotated[float, Field(ge=0, lt=0.5)] | None
    confidence_level: Annotated[float, Field(gt=0, lt=1)]
    min_gain: Positive
    suspect_models: Count
    model: str
    like: Literal["exact", "index"]


@dataclass(frozen=True, kw_only=True)
class Options(ModelOptions):
    """A project's checked options."""

    embedding_name: str
    strategy: Any
    strategy_name: str
    first: Any
    labelling: Labelling
    suggest: Suggesting
    transformer: Tuning
    ray: RayOptions


def compose_options(overrides: Sequence[str]) -> Options:
    """Compose ``conf/label.yaml`` with Hydra overrides and check every value.

    Raises:
        InputError: A value is missing, of the wrong type or out of range.
        HydraException: An override names an option or a choice that is not there.
    """
    values, choices = composed("label", overrides)
    return Options(
        **model_options(values, overrides),
        embedding_name=choices["embedding"],
        strategy=build(values["strategy"], "strategy"),
        strategy_name=choices["strategy"],
        first=_first(values["first"], choices["strategy@first"]),
        labelling=Labelling(**check_values(Labelling, values["labelling"], "labelling")),
        suggest=Suggesting(**check_values(Suggesting, values["suggest"], "suggest")),
        transformer=Tuning(**check_values(Tuning, values["transformer"], "transformer")),
        ray=RayOptions(**check_values(RayOptions, values["ray"], "ray")),
    )


def _first(values: dict[str, Any], name: str) -> Any:
    first = build(values, "first")
    if not first.all_needs <= WITHOUT_MODEL:
        raise InputError(
            f"strategy@first={name} needs a trained model, and before there are labels of two"
            " classes there is none; choose random, kmeans, max_herding, typiclust or coreset"
        )
    return first
