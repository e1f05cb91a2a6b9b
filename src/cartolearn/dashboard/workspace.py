"""The W&B workspace: every run of a project, by strategy."""

from typing import Any

from wandb_workspaces import expr
from wandb_workspaces import workspaces as ws

from cartolearn.dashboard import panels

NAME = "Cartography active learning"


def workspace_of(entity: str, project: str) -> ws.Workspace:
    """Return the workspace, not saved yet; runs are grouped by dataset and protocol, strategy."""
    parts: dict[str, list[Any]] = {
        "Learning curves": [*panels.learning_curves(), panels.training()],
        "Batches": [*panels.batches(), panels.batch_chosen()],
        "Correctness threshold": panels.thresholds(),
        "Seconds": panels.seconds(),
        "Data maps": panels.data_maps(),
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
            groupby=[expr.Config(panels.PROTOCOL), expr.Metric("JobType")],
            pinned_columns=["summary:accuracy", "summary:aulc"],
        ),
    )
