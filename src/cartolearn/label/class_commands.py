"""What the commands on classes do, and the one that takes anything back."""

import shlex
from argparse import Namespace
from collections import Counter

from cartolearn.config.near_miss import near_miss
from cartolearn.data.answers import class_named
from cartolearn.data.canonical import canonical_name
from cartolearn.data.reading.encoding import encoding_of, text_lines
from cartolearn.data.table import readable
from cartolearn.data.writing.sheet import Sheet
from cartolearn.data.writing.writer import write_sheet
from cartolearn.errors import InputError
from cartolearn.event_log import Event
from cartolearn.files import in_shell
from cartolearn.label.commands import say_files, sheet_target
from cartolearn.label.project.folder import Project
from cartolearn.label.project.state import State
from cartolearn.terminal import Terminal

console = Terminal(soft_wrap=True)


def classes(words: Namespace) -> None:
    """Name further classes, or list them; offer to merge those that look alike."""
    project = Project.open(words.project)
    project.add_classes([new_name(name) for name in words.names], words.by)
    state = project.state()
    means = {name: f": {text}" for name, text in state.descriptions.items() if text}
    named = [f"{name}{means.get(name, '')}" for name in state.classes]
    console.print("\n".join(named) or "no classes yet")
    for twins in alike(state):
        into, *others = map(in_shell_word, twins)
        console.print(
            f"{' and '.join(twins)} differ by case or invisible signs alone; merge them with:"
            f" cartolearn label merge {in_shell(project.path)} {' '.join(others)} --into {into}"
        )


def alike(state: State) -> list[list[str]]:
    """Return classes that look alike, those with the most labels first."""
    counts = Counter(given.label for given in state.labels.values())
    twins: dict[str, list[str]] = {}
    for name in state.classes:
        twins.setdefault((canonical_name(name) or "").casefold(), []).append(name)
    return [sorted(names, key=lambda n: -counts[n]) for names in twins.values() if len(names) > 1]


def rename(words: Namespace) -> None:
    """Give a class another name."""
    project = Project.open(words.project)
    new = new_name(words.new)
    with project.writing():
        old = known_class(words.old, project.state())
        if new in project.state().classes:
            raise InputError(f"there is a class {new!r} already; merge one into the other")
        project.write([{"event": "rename", "old": old, "new": new}], words.by)
    console.print(f"{old} is called {new} now")


def merge(words: Namespace) -> None:
    """Make several classes one."""
    project = Project.open(words.project)
    with project.writing():
        state = project.state()
        into = known_class(words.into, state)
        names = [known_class(name, state) for name in words.names]
        names = [name for name in dict.fromkeys(names) if name != into]
        if not names:
            raise InputError("name a class besides the one that they are merged into")
        project.write([{"event": "merge", "names": names, "into": into}], words.by)
    moved = sum(given.label in names for given in state.labels.values())
    console.print(f"{', '.join(names)} became {into}: {moved:,} labels")


def remove(words: Namespace) -> None:
    """Take a class away; its texts have no label then."""
    project = Project.open(words.project)
    with project.writing():
        state = project.state()
        name = known_class(words.name, state)
        project.write([{"event": "remove", "name": name}], words.by)
    lost = sum(given.label == name for given in state.labels.values())
    console.print(f"{name} is gone, and {lost:,} texts have no label any more; undo brings it back")


def split(words: Namespace) -> None:
    """Add classes, and list the texts of an old one to be labelled anew."""
    project = Project.open(words.project)
    state = project.state()
    name = known_class(words.name, state)
    target = sheet_target(words, project, "split", changes=True)
    new = [new_name(part) for part in words.new]
    project.add_classes(new, words.by)
    ids = [row for row in sorted(state.labels) if state.labels[row].label == name]
    rows = [[row, project.texts[row], None, name, state.labels[row].by] for row in ids]
    sheet = Sheet(
        ("id", "text", "label", "given", "by"), rows, classes=project.state().classes,
        guideline=state.told,
    )  # fmt: skip
    written = write_sheet(target, sheet)
    console.print(
        f"{len(ids):,} texts are {name}. Write {' or '.join(new)} into the column label where it"
        f" fits, leave the others empty, then: cartolearn label add {in_shell(project.path)}"
        f" {in_shell(target.path)} --replace"
    )
    say_files(written)


def undo(words: Namespace) -> None:
    """Take back what was done last: by anybody, or by one person."""
    project = Project.open(words.project)
    with project.writing():
        state = project.state()
        turns = {
            turn: done
            for turn, done in state.turns.items()
            if words.by is None or any(by == words.by for by, _ in done)
        }
        turn = list(turns)[-1] if turns else ""
        if problem := state.can_undo(turn):
            raise InputError(problem)
        events: list[Event] = [{"event": "undo", "of": turn}]
        project.write(events, words.by)
    done = Counter(kind for _, kind in turns[turn])
    people = ", ".join(dict.fromkeys(by for by, _ in turns[turn]))
    told = ", ".join(f"{count:,} x {kind}" for kind, count in done.items())
    console.print(f"Taken back: {told}, by {people}")


def guideline(words: Namespace) -> None:
    """Show what annotators are told, or take it from a file."""
    project = Project.open(words.project)
    if words.file is not None:
        with readable(words.file):
            codec, said = encoding_of(words.file, None)
            text = "".join(text_lines(words.file, codec)).replace("\r\n", "\n").strip()
        if said:
            console.print(f"{words.file}: {said.split(' (')[0]}")
        project.record([{"event": "guideline", "text": text}], words.by)
    console.print(project.state().guideline or "There is no guideline yet; give a file with it.")


def describe(words: Namespace) -> None:
    """Say in a sentence what a class means; an empty one takes that back."""
    project = Project.open(words.project)
    with project.writing():
        name = known_class(words.name, project.state())
        text = " ".join(words.text.split())
        project.write([{"event": "describe", "label": name, "text": text}], words.by)
    console.print(f"{name}: {text}" if text else f"{name} has no description now")


def known_class(name: str, state: State) -> str:
    """Return the class that a word names.

    Raises:
        InputError: There is none; the nearest is named.
    """
    found = class_named(name, state.classes)
    if found is None:
        raise InputError(f"no class is called {name!r}{near_miss(name, state.classes)}")
    return found


def new_name(name: str) -> str:
    """Return a name as classes are spelled.

    Raises:
        InputError: It is blank.
    """
    spelled = canonical_name(name)
    if not spelled:
        raise InputError(f"{name!r} is no name for a class: it is blank")
    return spelled


def in_shell_word(name: str) -> str:
    """Return a name as a shell takes it."""
    return shlex.quote(name)
