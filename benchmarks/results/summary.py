"""What a group's tables say about CAL, in a sentence or two."""

import csv
from pathlib import Path

FEWEST_SEEDS = 5


def cal_sentence(folder: Path) -> str:
    """Say which strategies CAL beats and which it loses to, by the interval of paired AULC.

    Args:
        folder: Holds ``paired_differences.csv`` of the report.
    """
    path = folder / "paired_differences.csv"
    rows = [row for row in _rows(path) if "cal" in (row["A"], row["B"])] if path.is_file() else []
    if not rows:
        return "CAL was not compared with another strategy."
    by_outcome: dict[str, list[str]] = {}
    for row in rows:
        other = row["B"] if row["A"] == "cal" else row["A"]
        by_outcome.setdefault(outcome(row), []).append(other)
    parts = [f"{what} {', '.join(sorted(names))}" for what, names in sorted(by_outcome.items())]
    return f"By the area under the learning curve, paired by seed, CAL {'; '.join(parts)}."


def outcome(row: dict[str, str]) -> str:
    """Judge one paired difference of AULC from CAL's side."""
    if not row["AULC low"] or int(row["seeds"]) < FEWEST_SEEDS:
        return f"is not judged yet (fewer than {FEWEST_SEEDS} seeds) against"
    sign = 1 if row["A"] == "cal" else -1
    low, high = sorted(sign * float(row[name]) for name in ("AULC low", "AULC high"))
    if low > 0:
        return "beats"
    return "loses to" if high < 0 else "is not told apart from"


def verdicts(claims: Path, dataset: str, protocol: str) -> str:
    """Count the verdicts on the paper's claims in one group."""
    rows = [r for r in _rows(claims) if (r["dataset"], r["protocol"]) == (dataset, protocol)]
    count = {
        verdict: sum(row["verdict"] == verdict for row in rows)
        for verdict in ("holds", "does not hold", "not decided")
    }
    return (
        f"Of the paper's {len(rows)} claims about it, {count['holds']} hold, "
        f"{count['does not hold']} do not hold, {count['not decided']} are not decided."
    )


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))
