"""What the commands do that are for several people on the same texts."""

import json
from argparse import Namespace
from math import isnan

from rich.table import Table

from cartolearn.data.answers import rejected
from cartolearn.data.writing.writer import write_sheet
from cartolearn.errors import InputError
from cartolearn.files import in_shell
from cartolearn.label.commands import say_files, sheet_target
from cartolearn.label.people.agreeing import Figures, People, people_of
from cartolearn.label.people.settling import disagreements_sheet, settle_by_vote, settle_file
from cartolearn.label.project.folder import Project
from cartolearn.statistics.agreement import Agreement
from cartolearn.terminal import Terminal, say

SHOWN = 20

console = Terminal(soft_wrap=True)


def agreement(words: Namespace) -> None:
    """Tell how far people agree."""
    project = Project.open(words.project, words.options)
    level = project.options.labelling.confidence_level
    people = people_of(project.state(), level)
    if words.json:
        say(json.dumps(people.as_json(), ensure_ascii=False, indent=1))
        return
    _show(people, level)


def disagreements(words: Namespace) -> None:
    """Write the texts that people labelled differently, to be settled."""
    project = Project.open(words.project)
    state = project.state()
    sheet = disagreements_sheet(project, state)
    target = sheet_target(words, project, "disagreements", changes=True)
    written = write_sheet(target, sheet)
    console.print(
        f"People differ on {len(state.disagreements()):,} texts. Write the right label into the"
        f" column label, then: cartolearn label settle {in_shell(project.path)}"
        f" {in_shell(target.path)}"
    )
    say_files(written)


def settle(words: Namespace) -> None:
    """Settle texts by a list, or by a vote; the exit code is 2 if a row was rejected."""
    project = Project.open(words.project)
    if (words.file is None) == (words.vote is None):
        raise InputError("give either the list with the right labels, or --vote")
    if words.vote is not None:
        count, ties = settle_by_vote(project, words.vote, words.by)
        console.print(f"{count:,} texts settled by {words.vote}")
        if ties:
            shown = ", ".join(map(str, ties[:SHOWN]))
            console.print(f"A tie on {len(ties):,} texts, which stay as they are: {shown}")
        return
    settled = settle_file(project, words.file, words.by, words.encoding, words.label)
    console.print(f"{settled.count:,} texts settled; what each person said of them is kept")
    for line in rejected(settled.bad, settled.bad_file):
        console.print(line)
    if settled.bad:
        raise InputError(f"{len(settled.bad)} rows were rejected; the others were settled")


def _show(people: People, level: float) -> None:
    told = ", ".join(f"{who} {count:,}" for who, count in people.answers.items())
    console.print(f"Labelled: {told or 'nothing yet'}")
    if not people.several:
        console.print("No text was labelled by several people; give them some: next --overlap 0.1")
        return
    console.print(
        f"{people.several:,} texts by several people, {people.at_random:,} of them of the random"
        f" share; they differ on {len(people.differing):,}, and {people.settled:,} were settled"
    )
    table = Table("agreement", "value", f"{100 * level:g}% interval", "texts")
    for name, figure in _named(people.figures).items():
        table.add_row(name, *_cells(figure))
    for name, figure in people.by_class.items():
        table.add_row(f"alpha of {name} or not", *_cells(figure))
    for (first, second), figures in people.by_pair.items():
        for name, figure in _named(figures).items():
            table.add_row(f"{first} and {second}: {name}", *_cells(figure))
    console.print(table)


def _named(figures: Figures) -> Figures:
    names = {
        "share": "share of pairs that agree",
        "fleiss_kappa": "Fleiss' kappa",
        "krippendorff_alpha": "Krippendorff's alpha",
        "cohen_kappa": "Cohen's kappa",
    }
    return {names[name]: figure for name, figure in figures.items()}


def _cells(figure: Agreement) -> tuple[str, str, str]:
    bounds = "" if isnan(figure.low) else f"{figure.low:.3f} to {figure.high:.3f}"
    value = "not defined" if isnan(figure.value) else f"{figure.value:.3f}"
    return value, bounds, f"{figure.items:,}"
