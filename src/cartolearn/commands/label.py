"""``cartolearn label``: its sub-commands, and what may be said to each."""

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from cartolearn.commands.check import main as check
from cartolearn.commands.words import (
    TABLE,
    add_output,
    add_page,
    add_project,
    adder,
    amount,
    count,
    port,
    share,
    understood,
)
from cartolearn.config.cli import guarded

Adder = Callable[[str, str, str], argparse.ArgumentParser]
VOTES = ("majority", "dawid-skene")
OPTIONS = "options of conf/label.yaml, e.g. strategy=margin or trainer.threads=2"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code: 0, 2 for bad input, 1 for a failure."""
    words = understood(parser(), sys.argv[1:] if arguments is None else arguments, "label")
    if words.command == "check":
        return check([str(words.project)])
    from cartolearn.label import class_commands, commands, people_commands, suggest_command

    modules = commands, class_commands, people_commands, suggest_command
    does = next(vars(module)[words.command] for module in modules if words.command in vars(module))
    return guarded(partial(does, words), "label")


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
    number = more.add_mutually_exclusive_group()
    number.add_argument("-n", type=count, help="how many (labelling.batch_size)")
    number.add_argument("--measure", type=count, metavar="N", help="N random texts, for a test set")
    add_output(more, "PROJECT/to_label.csv")

    more.add_argument("--overlap", type=share, metavar="P", help="share that others got, too")
    more.add_argument("--search", metavar="WORDS", help='only texts with these: "refund OR money"')
    more.add_argument("--regex", metavar="PATTERN", help="only texts in which it is found")
    more.add_argument("--like", metavar="TEXT", help="only those nearest to a text, or to an id")

    back = add("add", "add", "take in the labels of files")
    add_project(back, "who labels")
    back.add_argument("files", type=Path, nargs="+", help=TABLE + ", or an export of another tool")
    back.add_argument("--classes", help="classes to add first, with commas")
    back.add_argument("--label", default="label", metavar="COLUMN", help="of the labels (label)")
    back.add_argument("--replace", action="store_true", help="also where others said otherwise")

    names = add("classes", "classes", "name further classes, or list them")
    add_project(names, "who labels")
    names.add_argument("names", nargs="*", help="the new classes")
    _class_commands(add)
    _people_commands(add)
    _suggest_command(add)

    for reads in (init, back, _model_commands(add)):
        reads.add_argument("--encoding", help="of a text file (told by its bytes), e.g. cp1252")
    return top


def _model_commands(add: Adder) -> argparse.ArgumentParser:
    """Add what measures, uses and gives out; return the command that reads a table."""
    made = {}
    for name, text in (
        ("status", "show accuracy, forecast, and whether to go on"),
        ("predict", "label the texts of a file"),
        ("train", "write the model as a folder, to be used elsewhere"),
        ("suspects", "list labels that are likely to be wrong"),
        ("export", "write the labelled texts: who labelled what, when, and why"),
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
    made["export"].add_argument(
        "--suggestions", action="store_true", help="also what label suggest got, beside yours"
    )
    made["export"].add_argument(
        "--push", metavar="USER/NAME", help="send the dataset to the hub, private (--format hf)"
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
    add_page(add("serve", "serve", "open a page to label in"), "who labels")
    bridge = add("backend", "backend", "answer Label Studio, which then orders tasks by strategy")
    bridge.add_argument("project", type=Path, help="the project's folder")
    bridge.add_argument("--host", default="127.0.0.1", help="address to listen at")
    bridge.add_argument("--port", type=port, default=0, help="port (a free one)")
    bridge.add_argument("--name", action="append", default=[], help="a host name to answer to, too")
    return made["predict"]


def _class_commands(add: Adder) -> None:
    """Add what changes classes, and what takes things back."""
    renamed = add("rename", "rename", "give a class another name")
    merged = add("merge", "merge", "make several classes one")
    removed = add("remove", "remove", "take a class away; its texts lose their labels")
    parted = add("split", "split", "add classes and list the texts of an old one for relabelling")
    told = add("guideline", "guideline", "show what annotators are told, or take it from a file")
    means = add("describe", "describe", "say what a class means, to annotators and label suggest")
    back = add("undo", "undo", "take back what was done last, by anybody or --by somebody")
    for command in (renamed, merged, removed, parted, told, means, back):
        add_project(command, "who does it")
    renamed.add_argument("old", help="the class")
    renamed.add_argument("new", help="its new name")
    merged.add_argument("names", nargs="+", help="the classes")
    merged.add_argument("--into", required=True, metavar="NAME", help="the class that they become")
    removed.add_argument("name", help="the class")
    parted.add_argument("name", help="the class to split")
    parted.add_argument("new", nargs="+", help="classes that some of its texts belong to")
    add_output(parted, "PROJECT/split.csv")
    told.add_argument("file", type=Path, nargs="?", help="a text file with the guideline")
    means.add_argument("name", help="the class")
    means.add_argument("text", help="a sentence in quotes")


def _people_commands(add: Adder) -> None:
    """Add what is done where several people label."""
    agree = add("agreement", "agreement", "how far people agree, in all, by class and by pair")
    differ = add("disagreements", "disagreements", "list texts that people labelled differently")
    settled = add("settle", "settle", "settle texts on which people differ; their answers stay")
    for command in (agree, differ, settled):
        add_project(command, "who does it")
    agree.add_argument("--json", action="store_true", help="all of it, for scripts")
    add_output(differ, "PROJECT/disagreements.csv")
    settled.add_argument("file", type=Path, nargs="?", help="the list with the right labels")
    settled.add_argument("--vote", choices=VOTES, help="let the answers decide")
    settled.add_argument("--label", default="label", metavar="COLUMN", help="of the labels (label)")
    settled.add_argument("--encoding", help="of a text file (told by its bytes), e.g. cp1252")


def _suggest_command(add: Adder) -> None:
    """Add what asks a language model; where, and for how much, stands in no file."""
    asks = add("suggest", "suggest", "ask a language model for labels; they are never yours")
    add_project(asks, "who asks")
    asks.add_argument("--endpoint", required=True, help="e.g. http://localhost:11434/v1")
    asks.add_argument("--model", required=True, help="what the endpoint calls the model")
    asks.add_argument("-n", type=count, help="how many texts now (all without an answer)")
    asks.add_argument("--requests", type=count, help="limit on requests, the project's in all")
    asks.add_argument("--money", type=amount, help="limit on money, the project's in all")
    asks.add_argument(
        "--price", type=amount, nargs=2, metavar=("IN", "OUT"), help="of a million tokens"
    )
    asks.add_argument("--key", default=None, help="variable that holds the key (CAL_API_KEY)")
    asks.add_argument("--again", action="store_true", help="also what another prompt was asked of")
    asks.add_argument("--yes", action="store_true", help="send the texts without asking")


if __name__ == "__main__":
    sys.exit(main())
