"""What the report's figures share: a line for each strategy, and what points and bands are."""

from typing import Any

from cartolearn.report.groups import BASELINE, Group

DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*", "<", ">")
BASELINE_STYLE = {"color": "#555555", "linestyle": ":", "marker": "x"}


def line_styles(strategies: list[str]) -> dict[str, dict[str, Any]]:
    """Return colour, dashes and marker of each strategy; the same for the same strategies."""
    import seaborn as sns

    colours = sns.color_palette("colorblind", 10)
    others = sorted(strategy for strategy in strategies if strategy != BASELINE)
    styles: dict[str, dict[str, Any]] = {
        strategy: {
            "color": colours[k % len(colours)],
            "linestyle": DASHES[k % len(DASHES)],
            "marker": MARKERS[k % len(MARKERS)],
        }
        for k, strategy in enumerate(others)
    }
    return styles | {BASELINE: BASELINE_STYLE}


def spread(group: Group) -> str:
    """Return what a figure's points and bands are, for its title."""
    seeds = max(map(len, group.runs.values()))
    return "one seed" if seeds == 1 else f"{seeds} seeds, mean and 95 % interval"
