"""What each command does, after its words were understood."""

import json
from argparse import Namespace
from dataclasses import replace
from functools import partial

from cartolearn.audit.project.folder import Audit, Settings
from cartolearn.audit.project.state import turn_in_words
from cartolearn.data.answers import class_named, rejected
from cartolearn.data.canonical import canonical_name, canonical_names
from cartolearn.data.writing.writer import Target, write_sheet
from cartolearn.errors import InputError
from cartolearn.event_log import me
from cartolearn.files import in_shell
from cartolearn.terminal import Terminal, say

console = Terminal(soft_wrap=True)


def init(words: Namespace) -> None:
    """Make an audit of a labelled file, or of what language models said in a project."""
    from cartolearn.audit.files.intake import take_in
    from cartolearn.audit.files.suggested import models_of, project_at, take_suggestions
    from cartolearn.audit.project.options import compose_options
    from cartolearn.config.compose import best_embedding
    from cartolearn.config.stored import stored_options
    from cartolearn.data.kept_columns import keep_columns

    options = list(words.options)
    if not any(option.startswith("embedding=") for option in options):
        options.insert(0, best_embedding())
    compose_options(stored_options(options, "init")[0])
    project = project_at(words.file)
    columns = words.label or (models_of(project) if project else ["label"])
    named = columns if project else [words.text, *columns]
    if twice := [name for name in named if named.count(name) > 1]:
        raise InputError(f"{twice[0]!r} is named twice; --text and each --label name one column")
    sources = [canonical_name(name) or "" for name in words.source or columns]
    if "" in sources:
        raise InputError("--source is empty; say who gave the labels, e.g. --source gpt")
    if len(sources) != len(columns) or len(set(sources)) < len(sources):
        raise InputError(
            f"{len(columns)} label column(s) and {len(sources)} source(s): give --source once for"
            " each --label, in the same order, each by another name"
        )
    if project:
        taken = take_suggestions(project, columns, sources)
    else:
        taken = take_in(words.file, words.text, columns, sources, words.key, words.encoding)
    text, key = (project.settings.text_column, None) if project else (words.text, words.key)
    settings = Settings(words.file.name, text, columns, sources, taken.labels.classes, options, key)
    of_file = partial(keep_columns, path=words.file, text=text,
                      encoding=words.encoding, label=columns[0])  # fmt: skip
    given = project.copy_columns if project else of_file
    audit = Audit.create(words.out, settings, taken.texts, taken.labels, given)
    for line in taken.notes:
        console.print(line)
    rows, known = taken.labels.rows, len(settings.classes)
    used = len(set(taken.labels.given[0, rows].tolist()))
    of = f"{used} of {known}" if used < known else known
    console.print(f"{len(rows):,} labels by {sources[0]}, {of} classes")
    next_one = f"cartolearn audit next {in_shell(audit.path)}"
    console.print(f"The audit is in {audit.path}. Next: {next_one}")


def next_checks(words: Namespace) -> None:
    """Write what to check next to a file."""
    from cartolearn.audit.drawing.draw import draw, given_out_again, second_opinions
    from cartolearn.audit.files.sheet import RIGHT, checks_sheet, unadded
    from cartolearn.audit.suspicion.held_out import signals

    audit = _opened(words)
    target = Target.of(words, audit.path / "to_check")
    if words.out is None and not words.overwrite:
        if unadded(target.path, audit.state()):
            raise InputError(
                f"{target.path} holds answers that were not added; add them with:"
                f" cartolearn audit add {in_shell(audit.path)} {in_shell(target.path)},"
                " or give --overwrite"
            )
        target = replace(target, overwrite=True)
    target.refuse_to_overwrite()
    count = words.n or audit.options.audit.batch_size
    left = audit.state().waiting()
    if words.waiting:
        ids = given_out_again(audit, words.n)
    elif words.again:
        ids = second_opinions(audit, count, words.by or me())
    else:
        ids = draw(audit, signals(audit), count, words.by, shown=words.show_labels)
    names = audit.labels.names(0) if words.show_labels else []
    given = [names[row] for row in ids] if names else []
    classes = audit.state().classes
    sheet = checks_sheet(ids, audit.texts, given, classes, again=words.again)
    for note in write_sheet(target, sheet).notes():
        console.print(note)
    console.print(
        f"{len(ids)} texts are in {target.path}: write the right class into the column label, then:"
        f" cartolearn audit add {in_shell(audit.path)} {in_shell(target.path)}"
    )
    if left and not words.waiting:
        console.print(
            f"{len(left):,} texts that were given out before have no answer yet; --waiting writes"
            " them to a sheet again"
        )
    if words.show_labels:
        how = "write the class" if class_named(RIGHT, classes) else "write right where one is"
        console.print(
            f"The labels are shown ({how}): checkers tend to agree with what they see, so the"
            " measure may be flattering"
        )


def serve(words: Namespace) -> None:
    """Open the page to check on, and serve it until Ctrl-C."""
    from cartolearn.audit.page.server import serve_checks

    serve_checks(_opened(words), words)


def add(words: Namespace) -> None:
    """Add the answers of files; the exit code is 2 if a row was rejected."""
    from cartolearn.audit.files.add import add_file

    audit = Audit.open(words.project)
    if names := canonical_names(words.classes):
        with audit.writing():
            known = audit.state().classes
            new = [name for name in names if name not in known]
            if new:
                audit.write([{"event": "classes", "names": new}], words.by)
        for name in new:
            for twin in (other for other in known if other.casefold() == name.casefold()):
                console.print(f"classes that differ by case alone: {twin} and {name}")
    refused = 0
    for file in words.files:
        added = add_file(audit, file, words.by, words.encoding, words.label)
        console.print(
            f"{file}: {added.new} new checks, {added.changed} changed, {added.again} second"
            f" opinions, {added.same} known already, {added.empty} rows without an answer"
        )
        for line in rejected(added.bad, added.bad_file):
            console.print(line)
        refused += len(added.bad)
    if refused:
        raise InputError(f"{refused} rows were rejected; the others were added")


def undo(words: Namespace) -> None:
    """Take back the last answers or bulk fix: of anybody, or of one person."""
    audit = Audit.open(words.project)
    with audit.writing():
        state = audit.state()
        turn = state.last_turn(words.by)
        if not turn:
            raise InputError("there is nothing to take back")
        if used := state.used_class_of(turn):
            raise InputError(f"the class {used} came with that, and later checks name it")
        audit.write([{"event": "undo", "of": turn}], words.by)
    console.print(f"Taken back: {turn_in_words(state.turns[turn])}")


def status(words: Namespace) -> None:
    """Tell how many labels are wrong, and what follows."""
    from cartolearn.audit.measuring.status import status_of
    from cartolearn.audit.measuring.words import status_in_words
    from cartolearn.audit.suspicion.held_out import signals

    audit = _opened(words)
    found = status_of(audit, audit.state(), signals(audit))
    if words.json:
        say(json.dumps(found.as_json(), ensure_ascii=False, indent=1))
    else:
        console.tell(status_in_words(found, audit.labels.sources[0], audit.path))


def fix(words: Namespace) -> None:
    """Write the corrected file, after relabelling a pair if one was named."""
    from cartolearn.audit.files import corrected as file
    from cartolearn.audit.pairs import relabel, review
    from cartolearn.audit.suspicion.held_out import signals

    audit = _opened(words)
    if words.yes and not words.pair:
        raise InputError("--yes relabels a pair; name it with --pair CALLED TRULY")
    if words.pair and not words.yes:
        review(audit, signals(audit), words.pair[0], words.pair[1])
        return
    target = Target.of(words, audit.path / "corrected")
    target.refuse_to_overwrite()
    if words.pair:
        relabel(audit, signals(audit), words.pair[0], words.pair[1], words.by)
    state = audit.state()
    unsure = words.above is not None or words.leave_out is not None
    if not (unsure or words.overwrite or state.truth() or state.bulks):
        raise InputError(
            "nothing was checked yet, so no label would change and nothing is written; check some:"
            f" cartolearn audit next {in_shell(audit.path)}, or give --leave-out 0.5 or --above 0.5"
        )
    needed = signals(audit) if unsure else None
    made = file.corrected(audit, state, needed, words.above, words.leave_out)
    written = write_sheet(target, file.corrected_sheet(audit, made))
    changed = sum(a != b for a, b in zip(made.labels, audit.labels.names(0), strict=True))
    console.print(
        f"{changed:,} labels differ from those by {audit.labels.sources[0]}:"
        f" {made.how.count(file.CHECKED):,} rows were checked, {made.how.count(file.PAIR):,}"
        f" relabelled as a pair, {made.how.count(file.LIKELY):,} as likely,"
        f" {made.how.count(file.LEFT_OUT):,} left out as probably wrong"
    )
    if made.precision is not None:
        console.print(f"Of the likely ones {made.precision:.0%} are expected to be right")
    for note in written.notes():
        console.print(note)
    console.print(f"Written: {target.path}")


def _opened(words: Namespace) -> Audit:
    """Return the audit whose options, its own and this command's, were checked."""
    audit = Audit.open(words.project, words.options)
    audit.options  # noqa: B018
    return audit
