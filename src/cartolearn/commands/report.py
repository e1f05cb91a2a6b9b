"""``cartolearn report FOLDER...``: the paper's results from the run folders of sweeps."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from cartolearn.config.cli import guarded


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code, 2 for input that cannot be used."""
    options = parser().parse_args(arguments)
    return guarded(lambda: _report(options), "report")


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    made = argparse.ArgumentParser(prog="cartolearn report", description=__doc__)
    made.add_argument("folders", nargs="+", type=Path, help="folders of runs or of sweeps")
    made.add_argument("--out", type=Path, help="where to write (default: report/ in the first)")
    made.add_argument(
        "--scores",
        choices=("aulc", "final", "rounds"),
        default="aulc",
        help="what goes into ASO: one AULC a seed (default), one final accuracy a seed, or the "
        "accuracies of all rounds pooled as the paper's released code does",
    )
    made.add_argument("--no-figures", action="store_true", help="write tables only")
    made.add_argument("--html", action="store_true", help="write report.html, one page to look at")
    return made


def _report(options: argparse.Namespace) -> None:
    from cartolearn.report.command import report

    report(options)


if __name__ == "__main__":
    sys.exit(main())
