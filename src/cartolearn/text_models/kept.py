"""What the JSON files of a model's folder hold, checked before anything is made of it."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, TypeAdapter, ValidationError

T = TypeVar("T")
Names = Annotated[list[str], Field(min_length=1)]
Known = dict[str, list[str]]  # the n-grams of each kind


class Reads(BaseModel):
    """What a model reads: kinds of n-grams, an encoder, or both."""

    ngrams: list[str]
    encoder: dict[str, Any] | None


class Kept(BaseModel):
    """``model.json``."""

    classes: Names
    temperature: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    reads: Reads
    about: dict[str, Any]


def typed(kind: type[T], value: Any, name: str) -> T:
    """Return a value of a file as what it is to be.

    Raises:
        ValueError: It is something else; the message names file and place.
    """
    try:
        return TypeAdapter(kind).validate_python(value, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, (name, *first["loc"])))
        raise ValueError(f"{place}: {first['msg']}") from error


def refuse_twice(names: list[str], what: str) -> None:
    """Refuse names of which one is there twice; ``ValueError`` says of what."""
    if len(set(names)) < len(names):
        raise ValueError(f"{what} holds a name twice")
