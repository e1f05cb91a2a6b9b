"""``cartolearn label``: its sub-commands, and what may be said to each."""

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from cartolearn.commands.check import main as check
from cartolearn.commands.words import (
    TABLE,
    add_output,
    add_project,
    adder,
    count,
    share,
    understood,
)
from cartolearn.config.cli import guarded

OPTIONS = "options of conf/label.yaml, e.g. strategy=margin or trainer.threads=2"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code: 0, 2 for bad input, 1 for a failure."""
    words = understood(parser(), sys.argv[1:] if arguments is None else arguments, "label")
    if words.command == "check":
        return check([str(words.project)])
    import cartolearn.label.commands as commands  # noqa: PLR0402  (after --help was answered)

    return guarded(partial(getattr(commands, words.command), words), "label")


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    top = argparse.ArgumentParser(
        prog="cartolearn label",
        description="Label your own texts: which next, how good the model is, when to stop.",
        epilog=f"Each command takes {OPTIONS}",
    )
    add = adder(top, OPTIONS)

    init = add("init", "init", "make a project of a file of texts")
    init.add_argument("file", type=Path, help=TABLE)
    init.add_argument("--out", type=Path, required=True, help="the project's folder")
    init.add_argument("--text", default="text", help="column of the text (text)")
    init.add_argument("--label", help="column of labels that are there (label, if there is one)")
    init.add_argument("--classes", help="names of the classes, with commas; more may come later")
    init.add_argument("--drop-empty", action="store_true", help="leave out empty texts")

    more = add("next", "next_texts", "choose the texts to label next, and write them to a file")
    add_project(more, "who labels")
    more.add_argument("-n", type=count, help="how many (labelling.batch_size)")
    add_output(more, "PROJECT/to_label.csv")

    back = add("add", "add", "take in the labels of files")
    add_project(back, "who labels")
    back.add_argument("files", type=Path, nargs="+", help=TABLE + ", or an export of another tool")
    back.add_argument("--classes", help="classes to add first, with commas")
    back.add_argument("--replace", action="store_true", help="also where others said otherwise")

    names = add("classes", "classes", "name further classes, or list them")
    add_project(names, "who labels")
    names.add_argument("names", nargs="*", help="the new classes")

    made = {}
    for name, text in (
        ("status", "show accuracy, forecast, and whether to go on"),
        ("predict", "label the texts of a file"),
        ("train", "write the model as a folder, to be used elsewhere"),
        ("suspects", "list labels that are likely to be wrong"),
        ("export", "write the labelled texts: who labelled what, when, and why"),
        ("serve", "open a page to label in"),
        ("check", "tell what is damaged, and where it can be restored from"),
    ):
        made[name] = add(name, name, text)
        add_project(made[name], "who labels")
    for name, usual in (
        ("predict", "FILE.predicted.csv"),
        ("suspects", "PROJECT/suspects.csv"),
        ("export", "PROJECT/labelled.csv"),
    ):
        add_output(made[name], usual)
    made["export"].add_argument(
        "--each", action="store_true", help="a row for each person's answer, not for each text"
    )
    made["status"].add_argument("--json", action="store_true", help="all of it, for scripts")
    made["status"].add_argument(
        "--transformer", action="store_true", help="compare a fine-tuned transformer too (minutes)"
    )
    made["train"].add_argument("--out", type=Path, required=True, help="the model's folder")
    made["train"].add_argument("--overwrite", action="store_true", help="replace a model there")
    made["predict"].add_argument("file", type=Path, help=TABLE)
    made["predict"].add_argument("--text", help="column of the text (as in the project)")
    made["predict"].add_argument(
        "--accept", type=share, metavar="P", help="mark what can be accepted at this precision"
    )
    made["suspects"].add_argument(
        "-n", type=count, help="how many (all that are likely, at most 50)"
    )
    for reads in (init, back, made["predict"]):
        reads.add_argument("--encoding", help="of a text file (told by its bytes), e.g. cp1252")
    made["serve"].add_argument("--host", default="127.0.0.1", help="address to listen at")
    made["serve"].add_argument("--port", type=int, default=0, help="port (a free one)")
    made["serve"].add_argument("--no-browser", action="store_true", help="only print the link")
    return top


if __name__ == "__main__":
    sys.exit(main())
