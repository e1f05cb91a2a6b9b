"""The W&B report: the paper's figures from the runs, its tables from the report command."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wandb_workspaces import expr
from wandb_workspaces.reports.v2 import interface as wr

from cartolearn.dashboard import panels
from cartolearn.dashboard.tables import read_tables
from cartolearn.errors import InputError

TITLE = "Cartography active learning"
BANDS = "Lines are means over the seeds, bands one standard deviation."


def report_of(
    entity: str, project: str, groups: Sequence[str], tables: Path | None = None
) -> wr.Report:
    """Return the report, not saved yet.

    Args:
        entity: W&B user or team.
        project: Its project.
        groups: One part each; without any, one part of all runs.
        tables: What ``cartolearn report`` wrote.

    Raises:
        InputError: A group's name has a quote in it; ``tables`` holds none or none to be read.
    """
    for group in groups:
        if set(group) & set("'\"\\"):
            raise InputError(f"--group {group}: W&B cannot filter by a name with a quote in it")
    blocks: list[Any] = [wr.TableOfContents()]
    parts: list[str | None] = [*groups] or [None]
    for part in parts:
        blocks += _part(entity, project, part)
    for title, text in read_tables(tables) if tables else []:
        blocks += [wr.H2(title), wr.MarkdownBlock(text)]
    return wr.Report(entity=entity, project=project, title=TITLE, blocks=blocks, width="fluid")


def _part(entity: str, project: str, group: str | None) -> list[Any]:
    def grid(filters: list[Any], shown: Sequence[Any]) -> wr.PanelGrid:
        inside = [] if group is None else [expr.Config(panels.PROTOCOL) == group]
        runs = wr.Runset(
            entity=entity, project=project, name=group or "all runs",
            filters=expr.And(*inside, *filters) if inside or filters else "",
            groupby=[f"config.{panels.GROUP}"],
        )  # fmt: skip
        return wr.PanelGrid(runsets=[runs], panels=list(shown))

    cal = expr.Metric("JobType") == "cal"
    threshold = expr.Config(panels.THRESHOLD)
    plain = expr.Or(expr.Metric("JobType") != "cal", threshold == panels.PAPER_THRESHOLD)
    return [
        wr.H1(group or "All runs"),
        wr.H2("Learning curves"),
        wr.P(f"{BANDS} CAL with a correctness threshold of {panels.PAPER_THRESHOLD}."),
        grid([plain], [*panels.learning_curves(), *panels.beside_others()]),
        wr.H2("Correctness threshold of CAL"),
        wr.P(BANDS),
        grid([cal], panels.thresholds()),
        wr.H2("Batches"),
        wr.P("Each batch in the data map of the model trained right after it was added."),
        grid([plain], [*panels.batches(), panels.batch_chosen()]),
        wr.H2("Data maps"),
        grid([plain], panels.data_maps()),
    ]
