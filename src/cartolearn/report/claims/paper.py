"""The claims of Zhang & Plank (2021), with the figures that the paper gives for them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from cartolearn.report.claims import binary, measure, statements
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
    """Return the same figure for both of the paper's datasets."""
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
    Claim(
        "CAL is competitive with least confidence and entropy",
        {"agnews": "eps_min 0.96 and 0.24", "trec": "eps_min 0.75 and 0.80"},
        statements.competitive,
    ),
    Claim(
        "CAL and DAL are close at the start, and DAL drops",
        both("Figure 3, no number"),
        statements.close_then_apart,
    ),
    Claim(
        "Final accuracies are the paper's",
        {"agnews": "CAL 0.794, DAL+CAL 0.762, all data 0.803"},
        partial(
            statements.final_levels, levels={"cal": 0.794, "cal_dal": 0.762, "all data": 0.803}
        ),
        only="agnews",
    ),
    Claim(
        "Final accuracies are the paper's",
        {"trec": "CAL 0.682, DAL+CAL 0.683, all data 0.518"},
        partial(
            statements.final_levels, levels={"cal": 0.682, "cal_dal": 0.683, "all data": 0.518}
        ),
        only="trec",
    ),
    Claim(
        "Thresholds 0.0 and 0.4 do better than 0.2",
        {"trec": "0.702 and 0.688 against 0.682"},
        statements.better_thresholds,
        only="trec",
    ),
    Claim(
        "The map is denser at correctness 0.0 and 0.4 than at 0.2",
        {"trec": "Figure 6, no number"},
        statements.denser_there,
        only="trec",
    ),
    Claim(
        "CAL's batches follow a trend like random's",
        both("Figure 4, no number"),
        statements.like_random,
    ),
    Claim(
        "CAL's variability is lower in the last rounds",
        both("Figure 4, no number"),
        statements.cal_ends_less_variable,
    ),
    Claim(
        "Least confidence picks hard instances at first, and catches up",
        both("Figure 4, no number"),
        statements.hard_first,
    ),
    Claim(
        "DAL starts with high variability",
        both("Figure 4, no number"),
        statements.dal_starts_variable,
    ),
    Claim(
        "Ambiguous instances have a correctness of 0.2 to 0.8",
        {"agnews": "0.2 to 0.8"},
        statements.ambiguous_correctness,
        only="agnews",
    ),
    Claim(
        "Full-data accuracy is reached with 12 % of the data",
        {"trec": "around 12 %"},
        partial(statements.full_accuracy_at, share=0.12, margin=0.02),
        only="trec",
    ),
    Claim(
        "Most instances have high confidence and correctness",
        {"agnews": "Figure 5"},
        statements.mostly_easy,
        only="agnews",
    ),
    Claim(
        "The density of confidence peaks near 0.8",
        {"agnews": "Figure 5, about 0.8"},
        partial(statements.peak_of_confidence, level=0.8),
        only="agnews",
    ),
    Claim(
        "Plenty of instances have low confidence and correctness",
        {"trec": "Figure 6"},
        statements.often_hard,
        only="trec",
    ),
    Claim(
        "The density of confidence peaks near 0.3",
        {"trec": "Figure 6, about 0.3"},
        partial(statements.peak_of_confidence, level=0.3),
        only="trec",
    ),
    Claim(
        "CAL's binary classifier is around random at first, and learns",
        {"agnews": "around random, then 65 to 75 %", "trec": "around random, then towards 85 %"},
        binary.cal_learns,
    ),
    Claim(
        "CAL's binary classifier reaches 65 to 75 % accuracy",
        {"agnews": "65 to 75 %"},
        partial(binary.accuracy_level, classifier="cal", low=0.65, high=0.75),
        only="agnews",
    ),
    Claim(
        "CAL's binary classifier goes towards 85 % accuracy",
        {"trec": "towards 85 %"},
        partial(binary.accuracy_level, classifier="cal", low=0.80, high=0.90),
        only="trec",
    ),
    Claim(
        "DAL's binary classifier reaches 98 % accuracy",
        {"agnews": "around 98 %"},
        partial(binary.accuracy_level, classifier="dal", low=0.96, high=1.0),
        only="agnews",
    ),
    Claim(
        "DAL's binary classifier reaches 89 % accuracy",
        {"trec": "around 89 %"},
        partial(binary.accuracy_level, classifier="dal", low=0.87, high=0.91),
        only="trec",
    ),
    Claim(
        "CAL gains on random where its binary classifier tells low from high correctness",
        {},
        binary.follows_the_classifier,
    ),
)
