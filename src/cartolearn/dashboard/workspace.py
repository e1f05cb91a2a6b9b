"""The W&B workspace: every run of a project, seeds together."""

from typing import Any

from wandb_workspaces import expr
from wandb_workspaces import workspaces as ws

from cartolearn.dashboard import panels

NAME = "Cartography active learning"


def workspace_of(entity: str, project: str) -> ws.Workspace:
    """Return the workspace, not saved yet; runs are grouped by dataset and protocol, then seeds."""
    parts: dict[str, list[Any]] = {
        "Learning curves": panels.learning_curves(),
        "Batches": [*panels.batches(), panels.batch_chosen()],
        "Seconds": panels.seconds(),
        "Data maps": panels.data_maps(),
        "Successor and all data": panels.beside_others(),
    }
    return ws.Workspace(
        entity=entity,
        project=project,
        name=NAME,
        sections=[
            ws.Section(name=name, panels=shown, is_open=number < 2)
            for number, (name, shown) in enumerate(parts.items())
        ],
        settings=ws.WorkspaceSettings(x_axis=panels.X, smoothing_type="none"),
        runset_settings=ws.RunsetSettings(
            groupby=[expr.Config(panels.PROTOCOL), expr.Config(panels.GROUP)],
            pinned_columns=["summary:accuracy", "summary:aulc"],
        ),
    )
