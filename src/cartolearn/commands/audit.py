"""``cartolearn audit``: its sub-commands, and what may be said to each."""

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from cartolearn.commands.words import (
    TABLE,
    add_output,
    add_page,
    add_project,
    adder,
    count,
    share,
    understood,
)
from cartolearn.config.cli import guarded

OPTIONS = "options of conf/audit.yaml, e.g. audit.limit=0.05 or trainer.threads=2"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code: 0, 2 for bad input, 1 for a failure."""
    words = understood(parser(), sys.argv[1:] if arguments is None else arguments, "audit")
    import cartolearn.audit.commands as commands  # noqa: PLR0402  (after --help was answered)

    return guarded(partial(getattr(commands, words.command), words), "audit")


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(
        prog="cartolearn audit",
        description="Labels by a machine or a crowd: how many are wrong, which, what to check.",
        epilog=f"Each command takes {OPTIONS}",
    )
    add = adder(top, OPTIONS)

    init = add("init", "init", "make an audit of a labelled file")
    labelled = f"{TABLE}; or a labelling project with answers of label suggest"
    init.add_argument("file", type=Path, help=labelled)
    init.add_argument("--out", type=Path, required=True, help="the audit's folder")
    init.add_argument("--text", default="text", help="column of the text (text)")
    init.add_argument(
        "--label", action="append", help="column of labels (label), or a model; again for more"
    )
    init.add_argument("--source", action="append", help="who gave a column's labels (its name)")
    init.add_argument("--id", dest="key", help="column of ids of your own, for the corrected file")
    init.add_argument("--encoding", help="of a text file (told by its bytes), e.g. cp1252")

    more = add("next", "next_checks", "choose the labels to check next, and write them to a file")
    add_project(more, "who checks")
    more.add_argument("-n", type=count, help="how many (audit.batch_size)")
    add_output(more, "PROJECT/to_check.csv")
    page = add("serve", "serve", "open a page to check on, instead of a file")
    add_page(page, "who checks")
    page.add_argument("-n", type=count, help="how many at a time (audit.batch_size)")
    for draws in (more, page):
        which = draws.add_mutually_exclusive_group()
        which.add_argument(
            "--show-labels", action="store_true", help="show the labels, which makes checkers agree"
        )
        which.add_argument("--again", action="store_true", help="texts that others checked before")
        which.add_argument(
            "--waiting",
            action="store_true",
            help="texts given out, to anybody, and not answered",
        )

    back = add("add", "add", "take in the answers of files")
    add_project(back, "who checked")
    back.add_argument("files", type=Path, nargs="+", help=TABLE + ", or an export of another tool")
    back.add_argument("--classes", help="classes to add first, with commas")
    back.add_argument("--label", default="label", metavar="COLUMN", help="of the labels (label)")
    back.add_argument("--encoding", help="of a text file (told by its bytes), e.g. cp1252")

    undo = add("undo", "undo", "take back what was added or relabelled last, or so --by somebody")
    add_project(undo, "who takes them back")

    told = add("status", "status", "how many labels are wrong, where, and whether to go on")
    add_project(told, "who asks")
    told.add_argument("--json", action="store_true", help="as JSON; docs/audit.md names the keys")

    _fix_command(add)
    return top


def _fix_command(add: Callable[[str, str, str], argparse.ArgumentParser]) -> None:
    """Add what writes the corrected file."""
    fix = add("fix", "fix", "write the corrected file")
    add_project(fix, "who decides")
    add_output(fix, "PROJECT/corrected.csv")
    fix.add_argument("--above", type=share, help="relabel what is more probably of another class")
    fix.add_argument(
        "--leave-out", type=share, help="empty the label of what is more probably wrong"
    )
    fix.add_argument("--pair", nargs=2, metavar=("CALLED", "TRULY"), help="relabel a whole pair")
    fix.add_argument("--yes", action="store_true", help="with --pair: after you saw its review")


if __name__ == "__main__":
    sys.exit(main())
