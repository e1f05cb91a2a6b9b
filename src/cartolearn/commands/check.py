"""``cartolearn check FOLDER...``: what is damaged in runs, sweeps, projects and audits."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cartolearn.config.cli import guarded
from cartolearn.errors import InputError
from cartolearn.terminal import say

if TYPE_CHECKING:
    from cartolearn.checksums import Finding


class DamagedError(InputError):
    """Something is damaged; what, was printed."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code: 0, or 2 if something is damaged."""
    parser = argparse.ArgumentParser("cartolearn check", description=__doc__)
    parser.add_argument(
        "folders",
        nargs="+",
        type=Path,
        help="folders of runs, sweeps, projects, audits",
    )
    words = parser.parse_args(arguments)
    return guarded(lambda: check_folders(words.folders))


def check_folders(folders: Sequence[Path]) -> None:
    """Print what is damaged in folders, and where it can be restored from.

    Raises:
        DamagedError: Something is.
        InputError: A folder holds no run, no project and no audit.
    """
    from cartolearn.audit.check import check_audit
    from cartolearn.label.project.check import check_project
    from cartolearn.loop.check import check_run

    found: list[Finding] = []
    count = 0
    for folder in folders:
        projects = sorted(path.parent for path in folder.rglob("project.yaml"))
        audits = sorted(path.parent for path in folder.rglob("audit.yaml"))
        runs = sorted(path.parent for path in folder.rglob("config.yaml"))
        if not projects and not audits and not runs:
            raise InputError(f"{folder} holds no run, no labelling project and no audit")
        count += len(projects) + len(audits) + len(runs)
        for project in projects:
            found += check_project(project)
        for audit in audits:
            found += check_audit(audit)
        for run in runs:
            found += check_run(run)
    for finding in found:
        say(f"{finding.path}: {finding.problem}\n  restore it {finding.restore}")
    if found:
        raise DamagedError(f"{len(found)} of what was checked is damaged; see above")
    say(f"{count} folder{'s' if count > 1 else ''} checked; nothing is damaged")


if __name__ == "__main__":
    sys.exit(main())
