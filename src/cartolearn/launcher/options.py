"""The options of a launcher, as its file in conf/hydra/launcher/ has them."""

from typing import Any, TypeVar, cast

from omegaconf import OmegaConf

T = TypeVar("T")


def checked(schema: type[T], options: dict[str, Any]) -> T:
    """Return the options as an instance of the dataclass ``schema``.

    Raises:
        OmegaConfBaseException: One is unknown, missing, or of another type.
    """
    merged = OmegaConf.merge(OmegaConf.structured(schema), options)
    return cast("T", OmegaConf.to_object(merged))
