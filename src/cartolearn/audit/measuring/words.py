"""What ``status`` says, in sentences and tables."""

from pathlib import Path

from cartolearn.account import Account, Grid
from cartolearn.audit.measuring.shares import Share
from cartolearn.audit.measuring.status import GOOD, OPEN, Status
from cartolearn.files import in_shell

SHOWN = 15
METHOD = "profile likelihood of stratified samples, corrected for the finite number"


def status_in_words(status: Status, source: str, path: Path) -> Account:
    """Return how many labels are wrong, where, and what more checks would bring.

    Args:
        status: What was measured.
        source: Whose labels they are.
        path: The audit's folder.
    """
    told = wrong_in_words(status, source)
    if status.wrong.share is None:
        return [*told, f"No measure yet. Check some: cartolearn audit next {in_shell(path)}"]
    return told + parts_in_words(status) + verdict_in_words(status)


def wrong_in_words(status: Status, source: str) -> Account:
    """Return how many labels were checked and how many of all are wrong."""
    told: Account = [
        f"{status.checked:,} of {status.labels:,} labels by {source} checked"
        + (f", {status.unanswered:,} given out without an answer" if status.unanswered else "")
    ]
    if status.wrong.share is not None:
        told.append(
            f"{source} is wrong in {percent(status.wrong)} of its labels"
            f" ({100 * status.level:g}% interval; {METHOD})"
        )
    elif status.checked:
        told.append(
            f"{status.wrong.found} of these are wrong; none was drawn at random, so they say"
            " nothing of the others"
        )
    return told


def parts_in_words(status: Status, *, purposes: bool = True) -> Account:
    """Return where the wrong labels are, what more checks would bring, how far checkers agree.

    Args:
        status: What was measured.
        purposes: Whether it says how much was found by what was drawn for finding, and for
            measuring; a checker who saw that could tell why a text is there.
    """
    told: Account = []
    if status.flattering:
        told.append(
            f"{status.flattering} checks were made with the label in sight, so this may be"
            " flattering"
        )
    if status.left:
        expected, low, high = status.left
        told.append(
            f"{status.wrong.found} wrong labels found; about {expected:,} ({low:,} to {high:,}) are"
            " left"
        )
    for name, (checked, wrong) in status.by_purpose.items() if purposes else ():
        told.append(f"  {name}: {wrong} wrong of {checked} checked")
    told += [*_tables(status), *_ahead(status)]
    same, of = status.agreement
    if of:
        shown = ", ".join(map(str, status.disagreements[:SHOWN]))
        differ = f"; they differ on {shown}" if shown else ""
        told.append(f"Two checkers said the same in {same} of {of} cases{differ}")
    return told


def _tables(status: Status) -> Account:
    told: Account = []
    if len(status.by_source) > 1:
        told.append(_grid("source", list(status.by_source.items())))
    by_found = sorted(status.by_class.items(), key=lambda item: -item[1].found)
    told.append(_grid("class", by_found[:SHOWN]))
    if len(by_found) > SHOWN:
        told.append(f"... and {len(by_found) - SHOWN} more classes; --json has all")
    if status.by_pair:
        columns = "called", "truly", "found", "share of the labels so called"
        rows = [
            (pair.called, pair.truly, str(pair.wrong.found), percent(pair.wrong))
            for pair in status.by_pair[:SHOWN]
        ]
        told.append(Grid(columns, rows, "Classes taken for one another"))
    if len(status.by_pair) > SHOWN:
        told.append(f"... and {len(status.by_pair) - SHOWN} more pairs; --json has all")
    return told


def _grid(what: str, shares: list[tuple[str, Share]]) -> Grid:
    rows = [(name, f"{share.of:,}", str(share.checked), percent(share)) for name, share in shares]
    return Grid((what, "labels", "checked", "wrong"), rows, f"Wrong labels of each {what}")


def _ahead(status: Status) -> Account:
    told: Account = []
    more = status.more
    if more.checks:
        width = f", the interval about {100 * more.width:.1f} points wide" if more.width else ""
        told.append(
            f"{more.checks} more checks would find about {more.found:.0f} wrong labels{width}"
        )
    if status.model:
        given = 100 * status.model.as_given
        told.append(f"A simple model trained on these labels is right in {given:.1f} %")
        told += [
            f"... on those of fix {one.way}: {100 * one.accuracy:.1f} %, {100 * one.gain:+.1f}"
            f" points ({100 * one.low:+.1f} to {100 * one.high:+.1f})"
            for one in status.model.fixes
        ]
    return told


def verdict_in_words(status: Status) -> Account:
    """Return whether the labels are good enough, where a limit was set."""
    decided = status.decision
    if decided is None:
        return []
    limit = f"{100 * decided.limit:g} %"
    error = f"an error rate of {100 * decided.error:g}%"
    if decided.verdict == OPEN:
        verdict = f"Undecided whether fewer than {limit} are wrong (with {error}): check more"
    elif decided.verdict == GOOD:
        verdict = f"Good enough: fewer than {limit} of the labels are wrong (with {error})"
    else:
        verdict = f"Not good enough: more than {limit} of the labels are wrong (with {error})"
    return [verdict]


def percent(share: Share) -> str:
    """Return a share with its interval, e.g. "15.2 % (12.0 to 18.9)"; "unknown" without one."""
    if share.share is None or share.low is None or share.high is None:
        return "unknown"
    return f"{100 * share.share:.1f} % ({100 * share.low:.1f} to {100 * share.high:.1f})"
