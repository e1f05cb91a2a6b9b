"""Relabelling all labels of one class that the models say are of another: review, then decision."""

from cartolearn.audit.files.corrected import pair_checks, pair_precision, pair_rows
from cartolearn.audit.project.folder import Audit
from cartolearn.audit.project.state import State
from cartolearn.audit.suspicion.signals import Signals
from cartolearn.config.near_miss import near_miss
from cartolearn.errors import InputError
from cartolearn.statistics.domain import clopper_pearson
from cartolearn.terminal import Terminal

EXAMPLES = 10
LONGEST = 80

console = Terminal(soft_wrap=True)


def review(audit: Audit, signals: Signals, given: str, truth: str) -> None:
    """Print how many labels would change, what the checks say of them, and some texts."""
    state = audit.state()
    rows = _rows(audit, state, signals, given, truth)
    expected = pair_precision(audit, state, signals, rows)
    console.print(
        f"{len(rows):,} unchecked labels {given} look like {truth}; {expected:.0%} of them are"
        " expected to be"
    )
    of, right = pair_checks(audit, state, signals, given, truth)
    if of:
        low, high = clopper_pearson(right, of, audit.options.audit.confidence_level)
        console.print(
            f"Of {of} such labels that were checked, {right} are {truth}: {right / of:.0%}"
            f" ({low:.0%} to {high:.0%}); some of these were chosen since they looked wrong"
        )
    else:
        console.print("None of them was checked, so nothing is known of how many are right")
    for row in rows[:EXAMPLES]:
        console.print(f"  {row}: {' '.join(audit.texts[row].split())[:LONGEST]}")
    if len(rows) > EXAMPLES:
        console.print(f"  ... and {len(rows) - EXAMPLES:,} more")
    console.print("Nothing was changed. To relabel them all, give the same command with --yes")


def relabel(audit: Audit, signals: Signals, given: str, truth: str, by: str | None) -> None:
    """Note in the log that these labels change."""
    rows = _rows(audit, audit.state(), signals, given, truth)
    event = {"event": "bulk", "source": audit.labels.sources[0], "given": given, "truth": truth}
    with audit.writing():
        audit.write([event | {"ids": rows}], by)
    console.print(
        f"{len(rows):,} labels {given} are now {truth}; cartolearn audit undo takes it back"
    )


def _rows(audit: Audit, state: State, signals: Signals, given: str, truth: str) -> list[int]:
    if given == truth:
        raise InputError(f"--pair takes two different classes, not {given!r} twice")
    for name in (given, truth):
        if name not in state.classes:
            raise InputError(f"no class is called {name!r}{near_miss(name, state.classes)}")
    rows = pair_rows(audit, state, signals, given, truth)
    if not rows:
        raise InputError(f"no label {given} that is still as it was looks like {truth}")
    return rows
