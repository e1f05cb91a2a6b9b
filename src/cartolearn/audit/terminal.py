"""Status on a terminal."""

from rich.table import Table

from cartolearn.audit.measuring.shares import Share
from cartolearn.audit.measuring.status import GOOD, OPEN, Status
from cartolearn.audit.project.folder import Audit
from cartolearn.terminal import Terminal

SHOWN = 15

console = Terminal(soft_wrap=True)


def show_status(status: Status, audit: Audit) -> None:
    """Print how many labels are wrong, where, and what more checks would bring."""
    source = audit.labels.sources[0]
    console.print(
        f"{status.checked:,} of {status.labels:,} labels by {source} checked"
        + (f", {status.unanswered:,} given out without an answer" if status.unanswered else "")
    )
    if status.wrong.share is None:
        console.print(f"No measure yet. Check some: cartolearn audit next {audit.path}")
        return
    console.print(
        f"{source} is wrong in {percent(status.wrong)} of its labels"
        f" ({status.level:.0%} interval; {METHOD})"
    )
    if status.flattering:
        console.print(
            f"{status.flattering} checks were made with the label in sight, so this may be"
            " flattering"
        )
    if status.left:
        expected, low, high = status.left
        console.print(
            f"{status.wrong.found} wrong labels found; about {expected:,} ({low:,} to {high:,}) are"
            " left"
        )
    for name, (checked, wrong) in status.by_purpose.items():
        console.print(f"  {name}: {wrong} wrong of {checked} checked")
    _show_parts(status)
    _show_advice(status)
    same, of = status.agreement
    if of:
        shown = ", ".join(map(str, status.disagreements[:SHOWN]))
        differ = f"; they differ on {shown}" if shown else ""
        console.print(f"Two checkers said the same in {same} of {of} cases{differ}")


METHOD = "profile likelihood of stratified samples, corrected for the finite number"


def _show_parts(status: Status) -> None:
    if len(status.by_source) > 1:
        table = Table("source", "labels", "checked", "wrong")
        for name, share in status.by_source.items():
            table.add_row(name, f"{share.of:,}", str(share.checked), percent(share))
        console.print(table)
    table = Table("class", "labels", "checked", "wrong")
    by_found = sorted(status.by_class.items(), key=lambda item: -item[1].found)
    for name, share in by_found[:SHOWN]:
        table.add_row(name, f"{share.of:,}", str(share.checked), percent(share))
    console.print(table)
    if len(by_found) > SHOWN:
        console.print(f"... and {len(by_found) - SHOWN} more classes; --json has all")
    if status.by_pair:
        table = Table("called", "truly", "found", "share of the labels so called")
        for pair in status.by_pair[:SHOWN]:
            table.add_row(pair.called, pair.truly, str(pair.wrong.found), percent(pair.wrong))
        console.print(table)
    if len(status.by_pair) > SHOWN:
        console.print(f"... and {len(status.by_pair) - SHOWN} more pairs; --json has all")


def _show_advice(status: Status) -> None:
    more = status.more
    if more.checks:
        width = f", the interval about {100 * more.width:.1f} points wide" if more.width else ""
        console.print(
            f"{more.checks} more checks would find about {more.found:.0f} wrong labels{width}"
        )
    if status.model:
        one = status.model
        gain = f"{100 * one.gain:+.1f} points ({100 * one.low:+.1f} to {100 * one.high:+.1f})"
        console.print(
            f"A simple model trained on these labels is right in {100 * one.as_given:.1f} %,"
            f" trained on corrected ones (fix --above 0.5) in {100 * one.corrected:.1f} %: {gain}"
        )
    decided = status.decision
    if decided is None:
        return
    limit = f"{100 * decided.limit:g} %"
    error = f"an error rate of {decided.error:.0%}"
    if decided.verdict == OPEN:
        console.print(f"Undecided whether fewer than {limit} are wrong (with {error}): check more")
    elif decided.verdict == GOOD:
        console.print(f"Good enough: fewer than {limit} of the labels are wrong (with {error})")
    else:
        console.print(f"Not good enough: more than {limit} of the labels are wrong (with {error})")


def percent(share: Share) -> str:
    """Return a share with its interval, e.g. "15.2 % (12.0 to 18.9)"; "unknown" without one."""
    if share.share is None or share.low is None or share.high is None:
        return "unknown"
    return f"{100 * share.share:.1f} % ({100 * share.low:.1f} to {100 * share.high:.1f})"
