"""The verdicts as tables: one row a claim and protocol, and one row a measured part."""

from cartolearn.report.claims.paper import CLAIMS, Claim
from cartolearn.report.claims.verdict import Part, all_of
from cartolearn.report.groups import Group
from cartolearn.report.table import Cell, Table
from cartolearn.report.tables.note import INTERVALS
from cartolearn.statistics.intervals import Estimate

RULE = (
    "Verdicts: by the interval, at least five seeds, all parts of a claim have to hold and one "
    "that fails refutes it; docs/report.md gives the rule of each. The baseline is random. The "
    "rows of the data: Table 1."
)


def claim_tables(groups: list[Group]) -> list[Table]:
    """Return the overview, and the table of its parts, over all datasets and protocols."""
    judged = [
        (claim, group, claim.parts(group))
        for claim in CLAIMS
        for group in groups
        if claim.only in (None, group.dataset.name)
    ]
    return [_overview(judged), _parts(judged)]


def _overview(judged: list[tuple[Claim, Group, list[Part]]]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (claim.text, group.dataset.name, claim.paper.get(group.dataset.name, "not in the paper"),
         group.protocol, max(map(len, group.runs.values())), _measured(parts),
         all_of(part.verdict for part in parts))
        for claim, group, parts in judged
    ]  # fmt: skip
    return Table(
        name="claims",
        title="The paper's claims",
        columns=("claim", "dataset", "paper", "protocol", "seeds", "measured", "verdict"),
        rows=rows,
        note=f"{INTERVALS} {RULE}",
    )


def _parts(judged: list[tuple[Claim, Group, list[Part]]]) -> Table:
    rows = [
        (claim.text, group.dataset.name, group.protocol, part.name,
         0 if part.value is None else part.value.n, part.value, part.verdict)
        for claim, group, parts in judged
        for part in parts
    ]  # fmt: skip
    return Table(
        name="claims_parts",
        title="The paper's claims, part by part",
        columns=("claim", "dataset", "protocol", "part", "seeds", "measured", "verdict"),
        rows=rows,
        note=f"{INTERVALS} {RULE}",
        shown=False,
    )


def _measured(parts: list[Part]) -> str:
    """Return the part that decides the verdict, and how many hold where there are several."""
    verdict = all_of(part.verdict for part in parts)
    part = next(part for part in parts if part.verdict == verdict)
    held = sum(part.verdict == "holds" for part in parts)
    count = f" ({held} of {len(parts)} parts hold)" if len(parts) > 1 else ""
    return f"{part.name}: {_value(part.value)}{count}"


def _value(value: Estimate | None) -> str:
    return "no runs" if value is None else Table("", "", [""], []).text("", value)
