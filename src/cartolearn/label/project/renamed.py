"""Options that have another name since a project was made; docs/labelling.md lists them."""

from collections.abc import Sequence

RENAMED = {
    "trainer.flat": "trainer.min_improvement",
    "trainer.low": "trainer.loss_floor",
    "labelling.level": "labelling.confidence_level",
    "labelling.worth": "labelling.min_gain",
    "labelling.suspect_heads": "labelling.suspect_models",
}


def with_names_of_today(options: Sequence[str]) -> list[str]:
    """Return options of a ``project.yaml``, each by the name that ``conf/label.yaml`` has now."""
    pairs = (option.partition("=") for option in options)
    return ["".join((RENAMED.get(name, name), *rest)) for name, *rest in pairs]
