"""Mappings and lists whose first entries lie in columns on a disk, and whose others are objects.

A dict of a million answers takes a hundred bytes an entry and a second to make; columns that are
mapped take nothing until they are looked at. Order, and what changing them does, are as of a dict.
"""

from collections.abc import Callable, ItemsView, Iterator, MutableMapping, Sequence, ValuesView
from itertools import chain
from typing import Any, Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

Value = TypeVar("Value")
Decode = Callable[[int, int], list[Value]]  # the values from one place to another
BLOCK = 8192


class Stored(MutableMapping[int, Value], Generic[Value]):
    """A mapping from ids.

    Args:
        keys: int64 [N], distinct, in their order.
        decode: Gives the values of places.
    """

    def __init__(self, keys: NDArray[np.int64], decode: Decode[Value]) -> None:
        self._keys, self._decode = keys, decode
        self._order: NDArray[np.int64] | None = None
        self._changed: dict[int, Value] = {}  # by place
        self._gone: set[int] = set()  # places
        self._new: dict[int, Value] = {}

    def _place(self, key: object) -> int:
        """Return the place of a key among those on the disk; -1 if it is none."""
        if not isinstance(key, int):
            return -1
        if self._order is None:
            ascending = bool((self._keys[1:] > self._keys[:-1]).all())
            self._order = np.arange(0) if ascending else np.argsort(self._keys)
        sorter = self._order if len(self._order) else None
        found = int(np.searchsorted(self._keys, key, sorter=sorter))
        if found == len(self._keys):
            return -1
        place = found if sorter is None else int(sorter[found])
        return place if self._keys[place] == key and place not in self._gone else -1

    def __getitem__(self, key: int) -> Value:
        if key in self._new:
            return self._new[key]
        place = self._place(key)
        if place < 0:
            raise KeyError(key)
        if place in self._changed:
            return self._changed[place]
        return self._decode(place, place + 1)[0]

    def __setitem__(self, key: int, value: Value) -> None:
        place = self._place(key)
        if place < 0:
            self._new[key] = value
        else:
            self._changed[place] = value

    def __delitem__(self, key: int) -> None:
        if key in self._new:
            del self._new[key]
            return
        place = self._place(key)
        if place < 0:
            raise KeyError(key)
        self._gone.add(place)
        self._changed.pop(place, None)

    def __contains__(self, key: object) -> bool:
        return key in self._new or self._place(key) >= 0

    def __len__(self) -> int:
        return len(self._keys) - len(self._gone) + len(self._new)

    def __iter__(self) -> Iterator[int]:
        for start in range(0, len(self._keys), BLOCK):
            some = self._keys[start : start + BLOCK].tolist()
            if self._gone:
                some = [key for n, key in enumerate(some, start) if n not in self._gone]
            yield from some
        yield from self._new

    def items(self) -> "_Items[Value]":
        """Return the entries, decoded a block at a time."""
        return _Items(self)

    def values(self) -> ValuesView[Value]:
        """Return the values, decoded a block at a time."""
        return _Values(self)

    def pairs(self) -> Iterator[tuple[int, Value]]:
        """Yield the entries."""
        for start in range(0, len(self._keys), BLOCK):
            yield from self._some(start)
        yield from self._new.items()

    def backwards(self) -> Iterator[tuple[int, Value]]:
        """Yield the entries, the last first."""
        yield from reversed(self._new.items())
        for start in reversed(range(0, len(self._keys), BLOCK)):
            yield from reversed(self._some(start))

    def _some(self, start: int) -> list[tuple[int, Value]]:
        stop = min(start + BLOCK, len(self._keys))
        pairs = list(zip(self._keys[start:stop].tolist(), self._decode(start, stop), strict=True))
        if not (self._gone or self._changed):
            return pairs
        return [
            (key, self._changed.get(place, value))
            for place, (key, value) in enumerate(pairs, start)
            if place not in self._gone
        ]


class _Items(ItemsView[int, Value], Generic[Value]):
    _mapping: Stored[Value]

    def __iter__(self) -> Iterator[tuple[int, Value]]:
        return self._mapping.pairs()

    def __reversed__(self) -> Iterator[tuple[int, Value]]:
        return self._mapping.backwards()


class _Values(ValuesView[Value]):
    _mapping: Stored[Value]

    def __iter__(self) -> Iterator[Value]:
        return (value for _, value in self._mapping.pairs())


class StoredList(Sequence[Value], Generic[Value]):
    """A list to which more is added.

    Args:
        length: How many lie on the disk.
        decode: Gives those from one place to another.
    """

    def __init__(self, length: int, decode: Decode[Value]) -> None:
        self._length, self._decode = length, decode
        self._new: list[Value] = []

    def append(self, value: Value) -> None:
        """Add one at the end."""
        self._new.append(value)

    def __len__(self) -> int:
        return self._length + len(self._new)

    @overload
    def __getitem__(self, place: int) -> Value: ...
    @overload
    def __getitem__(self, place: slice) -> list[Value]: ...
    def __getitem__(self, place: int | slice) -> Value | list[Value]:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        place = range(len(self))[place]
        if place >= self._length:
            return self._new[place - self._length]
        return self._decode(place, place + 1)[0]

    def __iter__(self) -> Iterator[Value]:
        starts = range(0, self._length, BLOCK)
        blocks = (self._decode(start, min(start + BLOCK, self._length)) for start in starts)
        return chain(chain.from_iterable(blocks), self._new)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__: Any = None


def _nothing(_start: int, _stop: int) -> list[Any]:
    return []


def _none_picked(_how: str) -> NDArray[np.int64]:
    return np.empty(0, dtype=np.int64)


class StoredBatches(StoredList[list[Any]]):
    """Batches of picks, of which some things are known without making objects of them.

    Args:
        length: How many batches lie on the disk; none unless told.
        decode: Gives those from one place to another.
        picks: How many picks they have.
        picked: Gives the ids of those that were picked for a reason, int64.
    """

    def __init__(
        self,
        length: int = 0,
        decode: Decode[list[Any]] = _nothing,
        picks: int = 0,
        picked: Callable[[str], NDArray[np.int64]] = _none_picked,
    ) -> None:
        super().__init__(length, decode)
        self._picks, self._picked = picks, picked

    def picked(self, how: str) -> list[int]:
        """Return the ids picked for a reason, in their order."""
        new = (pick.id for batch in self._new for pick in batch if pick.how == how)
        return [*self._picked(how).tolist(), *new]

    def total(self) -> int:
        """Return the number of all picks."""
        return self._picks + sum(map(len, self._new))
