"""What would be built, as text."""

from collections.abc import Iterable
from typing import Any

from wandb_workspaces import workspaces as ws
from wandb_workspaces.reports.v2 import interface as wr


def outline(workspace: ws.Workspace, report: wr.Report) -> str:
    """Return a line for every section, block and panel, in their order."""
    where = f"{workspace.entity}/{workspace.project}"
    lines = [f"workspace {workspace.name!r} in {where}"]
    for section in workspace.sections:
        lines += [f"  {section.name}", *_panels(section.panels)]
    lines.append(f"report {report.title!r} in {report.entity}/{report.project}")
    for block in report.blocks:
        if isinstance(block, wr.PanelGrid):
            lines += [f"    runs: {_runs(block.runsets)}", *_panels(block.panels)]
        elif isinstance(block, wr.H1 | wr.H2):
            lines.append(f"  {block.text}" if isinstance(block, wr.H1) else f"   {block.text}")
        elif isinstance(block, wr.P):
            lines.append(f"    {block.text}")
        elif isinstance(block, wr.MarkdownBlock):
            lines += [f"    {line}" for line in block.text.splitlines()]
    return "\n".join(lines) + "\n"


def _panels(panels: Iterable[Any]) -> list[str]:
    return [f"    - {_title(panel)} ({type(panel).__name__}: {_drawn(panel)})" for panel in panels]


def _title(panel: Any) -> str:
    return "Table" if isinstance(panel, wr.WeavePanelSummaryTable) else str(panel.title)


def _drawn(panel: Any) -> str:
    if isinstance(panel, wr.MediaBrowser):
        return ", ".join(panel.media_keys)
    if isinstance(panel, wr.WeavePanelSummaryTable):
        return str(panel.table_name)
    if isinstance(panel, wr.BarPlot):
        return f"{_name(panel.metrics[0])} by {_name(panel.groupby)}"
    return f"{panel.y[0]} over {panel.x} by {_name(panel.groupby)}"


def _name(key: Any) -> str:
    return str(key.name)


def _runs(runsets: Iterable[wr.Runset]) -> str:
    return "; ".join(f"{runs.filters or 'all'}, by {', '.join(runs.groupby)}" for runs in runsets)
