"""Constrained types for option fields; pydantic checks them before anything runs."""

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]
Size = Annotated[int, Field(ge=0)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NonNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
ONE, SEVERAL = "one", "several"


def _how_many(value: Any) -> str:
    return SEVERAL if isinstance(value, list | tuple) else ONE


Counts = Annotated[
    Annotated[Count, Tag(ONE)] | Annotated[tuple[Count, ...], Field(min_length=1), Tag(SEVERAL)],
    Discriminator(_how_many),
]
