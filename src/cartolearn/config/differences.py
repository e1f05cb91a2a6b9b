"""Which options of two configs differ, of those that change results."""

from collections.abc import Mapping
from typing import Any

from cartolearn.config.flatten import flatten
from cartolearn.config.schema import PART_SIZE

# Whether the features are the same is told by their hash.
NOT_COMPARED = {"logger", "paths", "features", "overwrite", "resume", "name", "allow_targets"}
LATER = {"loop.part_size": PART_SIZE}  # which older configs do not have, and which they mean
PLACES = {"data_dir", "cache_dir"}  # where the data lie; that they are the same is checked apart


def differences(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return a line for each option that changes results and differs."""
    before, now = compared(before), compared(now)
    return [
        f"{key}: {before.get(key, '(not set)')} there, {now.get(key, '(not set)')} now"
        for key in sorted(before.keys() | now.keys())
        if before.get(key) != now.get(key)
    ]


def as_kept(composed: Mapping[str, Any]) -> dict[str, Any]:
    """Return a composed config as a run keeps it, without what nothing reads any more.

    The groups have taken what is ``usual``; a model that reads the texts takes no embedding. A
    successor model without an embedding of its own reads the run's; none leaves no key.
    """
    kept = _without_unread({key: value for key, value in composed.items() if key != "usual"})
    successor = kept.pop("successor", None)
    if isinstance(successor, Mapping):
        embedding = successor.get("embedding") or kept.get("embedding")
        successor = _without_unread({**successor, "embedding": embedding})
    return kept if successor is None else kept | {"successor": successor}


def _without_unread(groups: dict[str, Any]) -> dict[str, Any]:
    model = groups.get("model")
    reads_itself = isinstance(model, Mapping) and model.get("inputs") is not None
    return groups | {"embedding": None} if reads_itself else groups


def compared(config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that change results, by dotted key."""
    return {key: value for key, value in flatten(config).items() if _counts(key, value)}


def _counts(key: str, value: Any) -> bool:
    if key.split(".", maxsplit=1)[0] in NOT_COMPARED or key.rpartition(".")[2] in PLACES:
        return False
    return LATER.get(key, ...) != value


def first_of(lines: list[str]) -> str:
    """Return the first difference, and how many more there are, in one line."""
    more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
    return f"{lines[0]}{more}"
