"""What every dataset must satisfy before anything is computed from it."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from cartolearn.data.table import Table
from cartolearn.errors import InputError

SHOWN = 3


def check_texts(table: Table) -> None:
    """Refuse texts of white space alone.

    Raises:
        InputError: A text is one; the message names file and line.
    """
    _check_all(table, table.texts, _filled, "the text is empty")


def check_labels(table: Table) -> None:
    """Refuse rows without a label.

    Raises:
        InputError: One has none; the message names file and line.
    """
    _check_all(table, table.labels, _filled, "the label is missing")


@dataclass
class Unicode:
    """Whether texts and labels can be written as UTF-8, which half of a surrogate pair cannot."""

    counts: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def look_at(self, text: str, label: str, where: Callable[[], str]) -> None:
        """Look at a row; ``where`` names its file and line."""
        for what, value in (("text", text), ("label", label)):
            if not _encodable(value):
                self.counts[what] += 1
                self.first.setdefault(what, where())

    def refuse(self) -> None:
        """Refuse the rows, if one cannot be written.

        Raises:
            InputError: One cannot; the message names file and line.
        """
        for what in ("text", "label"):
            if what in self.first:
                others = self.counts[what] - 1
                more = f" (and {others} more such row(s))" if others else ""
                raise InputError(
                    f"{self.first[what]}: the {what} holds half of a surrogate pair{more}"
                )


def check_unicode(table: Table) -> None:
    """Refuse texts and labels that cannot be written as UTF-8.

    Raises:
        InputError: One cannot; the message names file and line.
    """
    unicode = Unicode()
    for row, (text, label) in enumerate(zip(table.texts, table.labels, strict=True)):
        unicode.look_at(text, label, partial(table.where, row))
    unicode.refuse()


def check_rows(table: Table) -> None:
    """Refuse a table without any row.

    Raises:
        InputError: The file holds no row.
    """
    if not table.texts:
        raise InputError(f"{table.path} holds no labelled text")


def check_classes(train: Table) -> None:
    """Refuse training rows that are all of one class.

    Raises:
        InputError: Fewer than two classes.
    """
    names = set(train.labels)
    if len(names) < 2:
        raise InputError(
            f"{train.path}: at least two classes are needed, but every label is {names.pop()!r}"
        )


def check_known_labels(train: Table, test: Table) -> None:
    """Refuse labels of test rows that no training row has.

    Raises:
        InputError: There are such labels; the message names them and where the first stands.
    """
    unknown = sorted(set(test.labels) - set(train.labels))
    if not unknown:
        return
    first = min(test.labels.index(label) for label in unknown)
    names = ", ".join(map(repr, unknown[:SHOWN])) + (", ..." if len(unknown) > SHOWN else "")
    raise InputError(
        f"{test.where(first)}: {len(unknown)} label(s) of the test rows never occur in the "
        f"training rows of {train.path}: {names}"
    )


def _check_all(table: Table, values: list[str], holds: Callable[[str], bool], wrong: str) -> None:
    good = list(map(holds, values))
    if not all(good):
        first = good.index(False)
        others = good.count(False) - 1
        more = f" (and {others} more such row(s))" if others else ""
        raise InputError(f"{table.where(first)}: {wrong}{more}")


def _filled(value: str) -> bool:
    return bool(value) and not value.isspace()


def _encodable(value: str) -> bool:
    if value.isascii():
        return True
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
