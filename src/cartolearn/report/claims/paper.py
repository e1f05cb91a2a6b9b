"""The claims of Zhang & Plank (2021), with the figures that the paper gives for them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cartolearn.report.claims import measure
from cartolearn.report.claims.verdict import Part
from cartolearn.report.groups import Group


@dataclass(frozen=True)
class Claim:
    """One claim.

    Attributes:
        text: What is claimed.
        paper: The paper's figure by dataset name.
        parts: Measures it in a group.
        only: The dataset it is about; None if about any.
    """

    text: str
    paper: Mapping[str, str]
    parts: Callable[[Group], list[Part]]
    only: str | None = None


def both(text: str) -> Mapping[str, str]:
    """The same figure for both of the paper's datasets."""
    return {"agnews": text, "trec": text}


CLAIMS = (
    Claim("CAL beats the others in early rounds", both("Figure 3, no number"), measure.early_lead),
    Claim(
        "CAL stochastically dominates BALD and DAL",
        {"agnews": "eps_min 0.00 and 0.00", "trec": "eps_min 0.05 and 0.00"},
        measure.dominance,
    ),
    Claim(
        "All but DAL beat random",
        both("eps_min over random: 0.00 for all but DAL, 1.00 for DAL"),
        measure.beat_random,
    ),
    Claim(
        "CAL picks instances of high variability in early rounds",
        both("Figure 4, no number"),
        measure.early_variability,
    ),
    Claim("DAL drifts to easy instances", both("Figure 4, no number"), measure.drift),
    Claim(
        "Selections hardly overlap",
        {"agnews": "at most 6 of 7,500 (0.1 %)", "trec": "at most 108 of 7,500 (1.4 %)"},
        measure.small_overlap,
    ),
    Claim(
        "The correctness threshold matters little",
        {"agnews": "0.789 to 0.794", "trec": "0.681 to 0.702"},
        measure.threshold_matters_little,
    ),
    Claim(
        "CAL beats training on all data",
        {"trec": "0.682 against 0.518"},
        measure.beats_full_data,
        only="trec",
    ),
    Claim(
        "CAL reaches 99 % of full-data accuracy with 2 % of the data",
        {"agnews": "0.794 of 0.803 (98.9 %) with 2.1 %"},
        measure.nearly_full_data,
        only="agnews",
    ),
)
