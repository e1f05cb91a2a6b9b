"""Everything ``status`` tells, as values; ``as_json`` gives its documented keys."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from cartolearn.audit.drawing.design import design
from cartolearn.audit.drawing.draw import suspicion
from cartolearn.audit.measuring.model import Model, model_of
from cartolearn.audit.measuring.sample import draws_of
from cartolearn.audit.measuring.shares import Seen, Share, overall, part
from cartolearn.audit.project.folder import Audit
from cartolearn.audit.project.state import State
from cartolearn.audit.suspicion.signals import Signals

AHEAD = 100
GOOD, BAD, OPEN = "good enough", "not good enough", "undecided"


@dataclass(frozen=True)
class Pair:
    """Labels of one class that are truly of another, as a share of that class's labels."""

    called: str
    truly: str
    wrong: Share


@dataclass(frozen=True)
class More:
    """What so many more checks would bring.

    Attributes:
        checks: How many.
        found: Errors that would be found.
        width: Width of the interval of the share that would then be left; None if none is known.
    """

    checks: int
    found: float
    width: float | None


@dataclass(frozen=True)
class Decision:
    """Whether the labels are good enough, against a limit that the user set.

    One-sided tests on both sides: with each, the wrong verdict is as rare as ``error`` says.
    """

    limit: float
    error: float
    verdict: str


@dataclass(frozen=True)
class Status:
    """How far an audit got.

    Attributes:
        labels: Labels of the audited source.
        checked: How many of them were checked.
        unanswered: How many were given out and not answered.
        flattering: How many were checked by somebody who saw the label.
        level: Confidence level of all intervals.
        wrong: Of all labels of the audited source.
        left: How many wrong labels are not found yet: likeliest number, and the interval.
        by_purpose: For finding and measuring, how many were checked and how many were wrong.
        by_class: For each class, of the labels that name it.
        by_pair: Pairs that were found, the most frequent first.
        by_source: For each source, over the texts that can be drawn.
        more: What 100 more checks would bring.
        decision: None without ``audit.limit``, or before there is a measure.
        model: What a model trained on these labels loses; None with few checks.
        agreement: In how many cases two checkers said the same of a text, and of how many.
        disagreements: Ids of which checkers said different things.
    """

    labels: int
    checked: int
    unanswered: int
    flattering: int
    level: float
    wrong: Share
    left: tuple[int, int, int] | None
    by_purpose: dict[str, tuple[int, int]]
    by_class: dict[str, Share]
    by_pair: list[Pair]
    by_source: dict[str, Share]
    more: More
    decision: Decision | None
    model: Model | None
    agreement: tuple[int, int]
    disagreements: list[int]

    def as_json(self) -> dict[str, Any]:
        """Return plain values; docs/audit.md tells what each key means."""
        left = dict(zip(("expected", "low", "high"), self.left, strict=True)) if self.left else None
        same, of = self.agreement
        return {
            "labels": self.labels,
            "checked": self.checked,
            "unanswered": self.unanswered,
            "flattering": self.flattering,
            "level": self.level,
            "method": METHOD,
            "wrong": asdict(self.wrong),
            "left": left,
            "purposes": {
                name: {"checked": n, "found": k} for name, (n, k) in self.by_purpose.items()
            },
            "classes": [{"class": n} | asdict(share) for n, share in self.by_class.items()],
            "pairs": [
                {"called": p.called, "truly": p.truly} | asdict(p.wrong) for p in self.by_pair
            ],
            "sources": [{"source": n} | asdict(share) for n, share in self.by_source.items()],
            "more": asdict(self.more),
            "decision": asdict(self.decision) if self.decision else None,
            "model": asdict(self.model) if self.model else None,
            "checkers": {"same": same, "of": of, "differ_on": self.disagreements},
        }


METHOD = (
    "profile likelihood of stratified samples with a finite-population correction; classes and"
    " pairs: weighted ratio with the interval of Korn and Graubard"
)


def status_of(audit: Audit, state: State, signals: Signals) -> Status:
    """Measure an audit as it stands."""
    options = audit.options.audit
    seen = Seen.of(audit, state)
    wrong = overall(seen, _normal((1 + options.confidence_level) / 2))
    checked = set(seen.rows[seen.known].tolist())
    return Status(
        labels=wrong.of,
        checked=len(checked),
        unanswered=len(state.handed_out - checked),
        flattering=len(state.in_sight & checked),
        level=options.confidence_level,
        wrong=wrong,
        left=_left(wrong),
        by_purpose=_by_purpose(state, seen),
        by_class=_by_class(audit, seen, options.confidence_level),
        by_pair=_by_pair(audit, state, seen, options.confidence_level),
        by_source=_by_source(audit, state, options.confidence_level),
        more=_more(audit, state, signals, seen, wrong),
        decision=_decision(seen, options.limit, options.decision_error),
        model=model_of(audit, state, signals, seen),
        agreement=state.agreement(),
        disagreements=state.disagreements(),
    )


def _left(wrong: Share) -> tuple[int, int, int] | None:
    if wrong.share is None or wrong.low is None or wrong.high is None:
        return None
    expected, low, high = (
        max(0, round(x * wrong.of) - wrong.found) for x in (wrong.share, wrong.low, wrong.high)
    )
    return expected, low, high


def _by_purpose(state: State, seen: Seen) -> dict[str, tuple[int, int]]:
    counts = {}
    for name in ("finding", "measuring"):
        ids = [row for drawn in state.draws for row in getattr(drawn, name)]
        drawn = np.isin(seen.rows, np.array(ids, dtype=np.int64))
        counts[name] = int((seen.known & drawn).sum()), int((seen.wrong & drawn).sum())
    return counts


def _by_class(audit: Audit, seen: Seen, level: float) -> dict[str, Share]:
    wrong = seen.wrong
    return {
        name: part(seen, seen.called(number), wrong, level)
        for number, name in enumerate(audit.labels.classes)
        if seen.counts[number]
    }


def _by_pair(audit: Audit, state: State, seen: Seen, level: float) -> list[Pair]:
    pairs: list[Pair] = []
    found = np.unique(np.stack([seen.given[seen.wrong], seen.truth[seen.wrong]]), axis=1)
    for called, truly in found.T.tolist():
        share = part(seen, seen.called(called), seen.truth == truly, level)
        pairs.append(Pair(audit.labels.classes[called], state.classes[truly], share))
    return sorted(pairs, key=lambda pair: -(pair.wrong.share or 0) * pair.wrong.of)


def _by_source(audit: Audit, state: State, level: float) -> dict[str, Share]:
    shares = {}
    for number, name in enumerate(audit.labels.sources):
        seen = Seen.of(audit, state, number)
        shares[name] = overall(seen, _normal((1 + level) / 2))
    return shares


def _more(audit: Audit, state: State, signals: Signals, seen: Seen, wrong: Share) -> More:
    p = suspicion(audit, state, signals)
    rows = audit.labels.rows
    handed = np.fromiter(state.handed_out, dtype=np.int64, count=len(state.handed_out))
    left = np.flatnonzero(~np.isin(rows, handed))
    given = audit.labels.given[0, rows]
    ahead = design(p, given, left, AHEAD, audit.options.audit.finding_share)
    parts = zip(ahead.strata, ahead.take.tolist(), strict=True)
    found = float(p[ahead.finding].sum() + sum(n * p[s].mean() for s, n in parts))
    checks = len(ahead.finding) + int(ahead.take.sum())
    if wrong.low is None or wrong.high is None or not ahead.take.sum():
        return More(checks, found, None)
    told = draws_of(seen.samples, seen.labelled, seen.wrong, seen.known)
    before = sum(1 / max(one.sample.variance, 1.0) for one in told)
    shrinks = np.sqrt(before / (before + 1 / max(ahead.variance(p), 1.0)))
    return More(checks, found, float((wrong.high - wrong.low) * shrinks))


def _decision(seen: Seen, limit: float | None, error: float) -> Decision | None:
    """Return a verdict by one-sided tests.

    The lower end of the interval misses up to 1.4 times as often as it says (docs/audit.md), so
    "not good enough" is said at half of the error rate.
    """
    if limit is None:
        return None
    high, low = overall(seen, _normal(1 - error)).high, overall(seen, _normal(1 - error / 2)).low
    if low is None or high is None:
        return None
    return Decision(limit, error, GOOD if high < limit else BAD if low > limit else OPEN)


def _normal(q: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(q))
