"""The corrected file: what was checked, relabelled together, probably right, or left out."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from cartolearn.audit.drawing.draw import checks
from cartolearn.audit.project.folder import Audit
from cartolearn.audit.project.state import State
from cartolearn.audit.suspicion.learned import probably_suggested, probably_wrong
from cartolearn.audit.suspicion.signals import Signals
from cartolearn.data.reading.columns import place_named
from cartolearn.data.writing.sheet import Sheet, free_names

CHECKED, PAIR, LIKELY, SAME = "checked", "not checked: pair", "not checked: likely", ""
LEFT_OUT = "left out: probably wrong"
KEY, HOW = "text_id", "how"


@dataclass(frozen=True, eq=False)
class Corrected:
    """A label for each text, and how it came about.

    Attributes:
        labels: R class names, "" for a text that neither the source nor a checker labelled, and for
            one that is left out.
        how: R words: "checked", "not checked: pair", "not checked: likely", "left out: probably
            wrong", or "" (as it was).
        precision: Expected share of "likely" labels that are right, by what the checks say; None
            if there are none.
    """

    labels: list[str]
    how: list[str]
    precision: float | None


def corrected(
    audit: Audit,
    state: State,
    signals: Signals | None,
    above: float | None = None,
    leave_out: float | None = None,
) -> Corrected:
    """Return the labels of the audited source as they are to be.

    Args:
        audit: The audit.
        state: Its log, added up.
        signals: Of the audited labels; needed with ``above`` and ``leave_out``.
        above: Rows that are more probably of the suggested class than this get it; None: none do.
        leave_out: Rows that are more probably wrong than this, and are not relabelled, lose their
            label; None: none do.
    """
    labels = audit.labels.names(0)
    how = [SAME] * len(labels)
    truth = state.truth()
    precision = None
    if signals is not None:
        rows = audit.labels.rows
        undecided = ~np.isin(rows, [*truth, *state.relabelled()])
        known = (audit.labels.given[0, rows], *checks(audit, state))
        if leave_out is not None:
            given, places, said = known
            p = probably_wrong(signals, places, said != given[places])
            for row in rows[(p > leave_out) & undecided].tolist():
                labels[row], how[row] = "", LEFT_OUT
        if above is not None:
            p = probably_suggested(signals, *known)
            places = np.flatnonzero((p > above) & undecided)
            suggested = signals.suggested[places].tolist()
            for row, name in zip(rows[places].tolist(), suggested, strict=True):
                labels[row], how[row] = audit.labels.classes[name], LIKELY
            precision = float(p[places].mean()) if len(places) else None
    for bulk in state.bulks:
        if bulk.source == audit.labels.sources[0]:
            for row in bulk.ids:
                labels[row], how[row] = bulk.truth, PAIR
    for row, label in truth.items():
        labels[row], how[row] = label, CHECKED
    return Corrected(labels, how, precision)


def pair_rows(audit: Audit, state: State, signals: Signals, given: str, truth: str) -> list[int]:
    """Return the ids called ``given`` of which the models say ``truth``, still as they were.

    Left out are those that were checked, and those that were relabelled as a pair.
    """
    done = {*state.truth(), *state.relabelled()}
    return [row for row in _pair(audit, signals, given, truth) if row not in done]


def pair_checks(
    audit: Audit, state: State, signals: Signals, given: str, truth: str
) -> tuple[int, int]:
    """Return how many such rows were checked, and how many of these are truly ``truth``."""
    answers = state.truth()
    known = [answers[row] for row in _pair(audit, signals, given, truth) if row in answers]
    return len(known), known.count(truth)


def _pair(audit: Audit, signals: Signals, given: str, truth: str) -> list[int]:
    """Return the ids called ``given`` of which the models say ``truth``."""
    labels = audit.labels
    if not {given, truth} <= {*labels.classes}:
        return []  # a class that only checkers know
    called = labels.given[0, labels.rows] == labels.classes.index(given)
    said = (signals.suggested == labels.classes.index(truth)) & signals.contradicted
    return [int(row) for row in labels.rows[called & said]]


def pair_precision(audit: Audit, state: State, signals: Signals, rows: list[int]) -> float:
    """Return the share of ``rows``, ids, that is expected to be of the class that is suggested."""
    given = audit.labels.given[0, audit.labels.rows]
    p = probably_suggested(signals, given, *checks(audit, state))
    return float(p[np.searchsorted(audit.labels.rows, rows)].mean())


def given_column(audit: Audit, source: int) -> str:
    """Return what the column of a source's own labels is called in the corrected file."""
    return f"{audit.settings.label_columns[source]} by {audit.labels.sources[source]}"


def corrected_sheet(audit: Audit, made: Corrected) -> Sheet:
    """Return the user's columns with the corrected label, its id, how it came, and what it was.

    The id is left out where the user named a column of ids. What other sources say stands in the
    user's columns, or behind them where there are none.
    """
    settings, labels = audit.settings, audit.labels
    columns, kept = audit.columns(range(len(made.labels)))
    text = columns[place_named(columns, settings.text_column) or 0]
    places = [place_named(columns, name) for name in settings.label_columns]
    label = settings.label_columns[0]
    others = [number for number, place in enumerate(places) if place is None or not number]
    given = {given_column(audit, number): labels.names(number) for number in others}
    own_ids = place_named(columns, settings.key_column) if settings.key_column else None
    new = [*([KEY] if own_ids is None else []), *([label] if places[0] is None else []), HOW]
    added = free_names([*new, *given], columns)

    def rows() -> Iterator[list[Any]]:
        for row, of_file in kept:
            key = labels.keys[row] if labels.keys else str(row)
            told = {KEY: key, label: made.labels[row], HOW: made.how[row]}
            cells = list(of_file)
            if places[0] is not None:
                cells[places[0]] = told[label]
            yield [*cells, *(told[name] for name in new), *(names[row] for names in given.values())]

    return Sheet(
        [*columns, *added.values()],
        rows(),
        text=text,
        key=added[KEY] if own_ids is None else columns[own_ids],
        label=added.get(label) or columns[places[0] or 0],
        classes=labels.classes,
        added=added,
    )
