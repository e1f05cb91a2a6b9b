"""``cartolearn dashboard``: a W&B workspace and report; with ``sync``, offline runs to W&B."""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from cartolearn.errors import InputError
from cartolearn.terminal import say

BUILD = """Build a workspace and a report of a project's runs in W&B.
To send offline runs there first: cartolearn dashboard sync FOLDER..."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code, 2 for input that cannot be used."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    from cartolearn.config.cli import guarded

    command = partial(sync, words[1:]) if words[:1] == ["sync"] else partial(build, words)
    return guarded(command, "dashboard")


def sync(words: Sequence[str]) -> None:
    """Send the offline runs below some folders; end with W&B's exit code if it fails."""
    from cartolearn.dashboard.sync import send, unsent

    parser = argparse.ArgumentParser("cartolearn dashboard sync", description=sync.__doc__)
    parser.add_argument("folders", nargs="+", type=Path, help="folders of runs or of sweeps")
    parser.add_argument("--dry-run", action="store_true", help="only print what would be sent")
    options = parser.parse_args(words)
    runs = unsent(options.folders)
    if options.dry_run or not runs:
        say("\n".join([f"{len(runs)} runs to send", *(f"  {run}" for run in runs)]))
    elif code := send(runs):
        sys.exit(code)


def build(words: Sequence[str]) -> None:
    """Build the workspace and the report, or with --dry-run print what they would be."""
    parser = argparse.ArgumentParser(
        "cartolearn dashboard",
        description=BUILD,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("project", metavar="ENTITY/PROJECT")
    parser.add_argument(
        "--group",
        action="append",
        default=[],
        help="one group of runs, 'DATASET, NAME', for a part of its own in the report; repeatable",
    )
    parser.add_argument("--report", type=Path, help="folder that cartolearn report wrote")
    parser.add_argument("--dry-run", action="store_true", help="only print what would be built")
    options = parser.parse_args(words)
    entity, slash, project = options.project.partition("/")
    if not (entity and slash and project) or "/" in project:
        raise InputError(f"{options.project!r} is not ENTITY/PROJECT, such as me/my-project")
    _build(entity, project, options)


def _build(entity: str, project: str, options: argparse.Namespace) -> None:
    try:
        from cartolearn.dashboard.outline import outline
        from cartolearn.dashboard.report import report_of
        from cartolearn.dashboard.workspace import workspace_of
    except ImportError as error:
        raise InputError(
            f"{error.name} is missing; pip install 'cartography-active-learning[dashboard]'"
        ) from error
    workspace = workspace_of(entity, project)
    report = report_of(entity, project, options.group, options.report)
    if options.dry_run:
        say(outline(workspace, report).rstrip("\n"))
        return
    try:
        made: Any
        for made in (workspace, report):
            made.save()
            say(made.url)
    except Exception as error:
        raise InputError(f"W&B does not take it: {str(error).strip() or error!r}") from error


if __name__ == "__main__":
    sys.exit(main())
