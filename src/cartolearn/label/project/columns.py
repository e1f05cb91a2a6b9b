"""A project's state as columns, and a state whose parts lie in columns till they are looked at."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cartolearn.event_log import Tail
from cartolearn.label.project.classes import Classes
from cartolearn.label.project.entries import Given, Kept, Pick
from cartolearn.label.project.state import State
from cartolearn.label.project.stored import Stored, StoredBatches, StoredList

Columns = Mapping[str, Any]


class _Words:
    """Numbers for words that occur again and again; -1 for None."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def __call__(self, words: Iterable[str | None]) -> Any:
        numbers = self.numbers
        found = (-1 if w is None else numbers.setdefault(w, len(numbers)) for w in words)
        return np.fromiter(found, dtype=np.int32)


def columns_of(state: State) -> dict[str, Any]:
    """Return a state as columns by name; see ``Reader``, which reads them."""
    import pyarrow as pa

    words, sets = _Words(), _Words()
    found: dict[str, Any] = {}

    def given(name: str, entries: Mapping[int, Any]) -> list[Any]:
        found[f"{name}.id"] = np.fromiter(entries, dtype=np.int64, count=len(entries))
        return list(entries.values())

    labels = given("labels", state.labels)
    for part in ("label", "by", "source"):
        found[f"labels.{part}"] = words(getattr(one, part) for one in labels)
    found["labels.at"] = pa.array([one.at for one in labels], pa.string())
    found["answers.said"] = sets(map(json.dumps, given("answers", state.answers)))
    found["seconds.of"] = pa.array(map(float, given("seconds", state.seconds)), pa.float64())
    asked = given("asked", state.asked)
    found["asked.people"] = sets(json.dumps(sorted(people)) for people in asked)
    for number, times in enumerate(state.times.values()):
        found[f"times.{number}.at"] = pa.array(given(f"times.{number}", times), pa.string())
    found |= _batches(state.batches, words)
    found |= _events(list(state.events), words)
    found["words"] = pa.array(list(words.numbers), pa.string())
    found["sets"] = pa.array(list(sets.numbers), pa.string())
    return found


def _batches(batches: Sequence[Sequence[Pick]], words: _Words) -> dict[str, Any]:
    import pyarrow as pa

    picks = [pick for batch in batches for pick in batch]
    ends = np.cumsum([0, *map(len, batches)], dtype=np.int64)
    found: dict[str, Any] = {"picks.ends": ends}
    found["picks.id"] = np.fromiter((pick.id for pick in picks), dtype=np.int64)
    for part in ("how", "suggestion", "rival"):
        found[f"picks.{part}"] = words(getattr(pick, part) for pick in picks)
    for part in ("probability", "rival_probability"):
        found[f"picks.{part}"] = pa.array((getattr(pick, part) for pick in picks), pa.float64())
    return found


def _events(events: Sequence[Kept], words: _Words) -> dict[str, Any]:
    import pyarrow as pa

    found: dict[str, Any] = {
        f"events.{part}": words(getattr(one, part) for one in events)
        for part in ("kind", "by", "source")
    }
    for part in ("at", "turn"):
        found[f"events.{part}"] = pa.array((getattr(one, part) for one in events), pa.string())
    found["events.row"] = np.fromiter((one.row for one in events), dtype=np.int64)
    found["events.number"] = pa.array((one.number for one in events), pa.int32())
    found["events.seconds"] = pa.array((one.seconds for one in events), pa.float64())
    batch = np.cumsum(np.fromiter((one.kind == "batch" for one in events), dtype=np.int64)) - 1
    found["events.batch"] = batch  # of an event that is one, its number
    texts = (one.what if isinstance(one.what, str) else None for one in events)
    found["events.text"] = pa.array(texts, pa.string())
    return found


def rest_of(state: State) -> dict[str, Any]:
    """Return what is no column, as JSON."""
    return {
        "people": list(state.times),
        "settled": [[row, *_parts(given)] for row, given in state.settled.items()],
        "repeats": [[row, *pair] for row, pair in state.repeats.items()],
        "skipped": sorted(state.skipped),
        "holders": [[row, people] for row, people in state.holders.items()],
        "shared": sorted(state.shared),
        "guideline": state.guideline,
        "descriptions": state.descriptions,
        "log_length": state.log_length,
        "steps": state.known.steps,
        "count": state.known.count,
    }


def _parts(given: Given) -> list[str]:
    """Return the parts of a label."""
    return [given.label, given.by, given.at, given.source]


def write_columns(path: Path, columns: Mapping[str, Any]) -> None:
    """Write columns of different lengths as one row of lists."""
    import pyarrow as pa

    arrays = {name: pa.array(column) for name, column in columns.items()}
    rows = [pa.LargeListArray.from_arrays([0, len(one)], one) for one in arrays.values()]
    batch = pa.record_batch(rows, names=list(arrays))
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, batch.schema) as writer:
        writer.write_batch(batch)


def mapped_columns(path: Path) -> Columns:
    """Return the columns of a file; what is not looked at is not read."""
    import pyarrow as pa

    batch = pa.ipc.open_file(pa.memory_map(str(path))).get_batch(0)
    return {
        name: column.values for name, column in zip(batch.schema.names, batch.columns, strict=True)
    }


class Reader:
    """Reads a state of columns; nothing is decoded before it is looked at.

    Args:
        columns: As ``columns_of`` gives them.
    """

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._words = [*columns["words"].to_pylist(), None]  # None is the last, which -1 is
        self._sets = list(map(json.loads, columns["sets"].to_pylist()))
        self._people = list(map(frozenset, self._sets))

    def state(self, rest: Mapping[str, Any], tail: Tail) -> State:
        """Return the state of these columns and of what ``rest_of`` gave."""
        steps = [(turn, kind, what) for turn, kind, what in rest["steps"]]
        known = Classes.after(steps, rest["count"])
        state = State(list(known.names.values()))
        state.known, state.tail = known, tail
        state.labels = self._mapping("labels", self._labels)
        state.answers = self._mapping("answers", self._answers)
        state.seconds = self._mapping("seconds", self._column("seconds.of"))
        state.asked = self._mapping("asked", self._asked)
        state.times = {
            by: self._mapping(f"times.{number}", self._column(f"times.{number}.at"))
            for number, by in enumerate(rest["people"])
        }
        batches = len(self.columns["picks.ends"]) - 1
        picks = len(self.columns["picks.id"])
        state.batches = StoredBatches(batches, self._batches, picks, self._picked)
        state.events = StoredList(len(self.columns["events.row"]), self._events)
        state.settled = {row: Given(*given) for row, *given in rest["settled"]}
        state.repeats = {row: (first, second) for row, first, second in rest["repeats"]}
        state.skipped, state.shared = set(rest["skipped"]), set(rest["shared"])
        state.holders = dict(map(tuple, rest["holders"]))
        state.guideline, state.descriptions = rest["guideline"], rest["descriptions"]
        state.log_length = rest["log_length"]
        return state

    def _mapping(self, name: str, decode: Callable[[int, int], list[Any]]) -> Stored[Any]:
        return Stored(self.columns[f"{name}.id"].to_numpy(), decode)

    def _column(self, name: str) -> Callable[[int, int], list[Any]]:
        return lambda start, stop: self._part(name, start, stop)

    def _part(self, name: str, start: int, stop: int) -> list[Any]:
        found: list[Any] = self.columns[name].slice(start, stop - start).to_pylist()
        return found

    def _said(self, name: str, start: int, stop: int) -> list[Any]:
        return [self._words[number] for number in self._part(name, start, stop)]

    def _labels(self, start: int, stop: int) -> list[Given]:
        label, by, source = (
            self._said(f"labels.{name}", start, stop) for name in ("label", "by", "source")
        )
        return list(map(Given, label, by, self._part("labels.at", start, stop), source))

    def _answers(self, start: int, stop: int) -> list[dict[str, str]]:
        return [self._sets[number] for number in self._part("answers.said", start, stop)]

    def _asked(self, start: int, stop: int) -> list[frozenset[str]]:
        return [self._people[number] for number in self._part("asked.people", start, stop)]

    def _batches(self, start: int, stop: int) -> list[list[Pick]]:
        ends = self._part("picks.ends", start, stop + 1)
        how, first, second = (
            self._said(f"picks.{name}", ends[0], ends[-1])
            for name in ("how", "suggestion", "rival")
        )
        ids, p, q = (
            self._part(f"picks.{name}", ends[0], ends[-1])
            for name in ("id", "probability", "rival_probability")
        )
        picks = list(map(Pick, ids, how, first, p, second, q))
        return [picks[here - ends[0] : there - ends[0]] for here, there in pairwise(ends)]

    def _picked(self, how: str) -> NDArray[np.int64]:
        if how not in self._words:
            return np.empty(0, dtype=np.int64)
        marked = self.columns["picks.how"].to_numpy() == self._words.index(how)
        return self.columns["picks.id"].to_numpy()[marked]

    def _events(self, start: int, stop: int) -> list[Kept]:
        kinds, by, source = (
            self._said(f"events.{name}", start, stop) for name in ("kind", "by", "source")
        )
        at, turn, row, number, seconds, batch, text = (
            self._part(f"events.{name}", start, stop)
            for name in ("at", "turn", "row", "number", "seconds", "batch", "text")
        )
        what = [
            self._batches(place, place + 1)[0] if kind == "batch" else told
            for kind, place, told in zip(kinds, batch, text, strict=True)
        ]
        return list(map(Kept, kinds, by, at, turn, row, number, source, seconds, what))
