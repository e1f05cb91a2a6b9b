"""What each command does, after its words were understood."""

import time
from argparse import Namespace
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from cartolearn.data.answers import rejected
from cartolearn.data.canonical import canonical_names
from cartolearn.data.writing.writer import EACH, HF, Target, Written, write_sheet
from cartolearn.errors import InputError
from cartolearn.event_log import me
from cartolearn.files import in_shell
from cartolearn.label.project.folder import Project, Settings
from cartolearn.terminal import Terminal, say

if TYPE_CHECKING:
    from cartolearn.label.files.intake import Intake
    from cartolearn.label.model.features import ProjectFeatures

MOST_SUSPECTS = 50

console = Terminal(soft_wrap=True)


def init(words: Namespace) -> None:
    """Make a project of a file of texts."""
    from cartolearn.config.compose import best_embedding
    from cartolearn.config.stored import stored_options
    from cartolearn.data.kept_columns import keep_columns
    from cartolearn.data.language import language_of
    from cartolearn.label.files.intake import take_in
    from cartolearn.label.project.options import compose_options
    from cartolearn.label.terminal import show_language

    options = list(words.options)
    named = any(option.startswith("embedding=") for option in options)
    compose_options(stored_options(options, "init")[0])
    classes = canonical_names(words.classes)
    taken = take_in(
        words.file,
        words.text,
        words.label,
        classes,
        drop_empty=words.drop_empty,
        encoding=words.encoding,
    )
    language = language_of(taken.sample)
    if not named:
        options.insert(0, best_embedding(language.code if language else None))
    if not any(option.startswith("labelling.set_aside=") for option in options):
        options.append("labelling.set_aside=true")
    settings = Settings(
        source=words.file.name,
        text_column=words.text,
        classes=taken.classes,
        random_order=0,
        options=options,
        label_column=words.label or "label",
    )
    given = partial(keep_columns, path=words.file, text=words.text,
                    encoding=words.encoding, label=words.label)  # fmt: skip
    project = Project.create(words.out, settings, taken.texts, taken.events, given)
    _say_made(project, taken)
    show_language(language, project.options)


def _say_made(project: Project, taken: "Intake") -> None:
    classes = ", ".join(project.settings.classes) or "none yet"
    told = f"{len(taken.texts):,} texts, {len(taken.events):,} with a label"
    console.print(f"{told}; classes: {classes}")
    if taken.dropped:
        console.print(f"{taken.dropped:,} empty texts were left out")
    if taken.twice:
        console.print(f"{taken.twice:,} duplicate texts; the model will see each of them")
    if taken.differing:
        console.print(f"{taken.differing:,} texts occur with several labels")
    next_one = f"cartolearn label next {in_shell(project.path)}"
    console.print(f"The project is in {project.path}. Next: {next_one}")


def next_texts(words: Namespace) -> None:
    """Write the next batch to a file."""
    start = time.perf_counter()
    from cartolearn.label.choosing.batch import next_batch, random_batch
    from cartolearn.label.files.sheet import batch_sheet
    from cartolearn.label.model.features import ProjectFeatures

    if words.measure and (words.overlap or words.search or words.regex or words.like):
        raise InputError("--measure takes texts at random; leave --overlap and what to search out")
    options = [f"labelling.overlap_share={words.overlap}"] if words.overlap is not None else []
    project = Project.open(words.project, [*words.options, *options])
    project.options.ray.refuse_unusable()
    target = sheet_target(words, project, "to_label")
    if words.measure:
        picks = random_batch(project, words.measure, words.by)
    else:
        features = ProjectFeatures.of(project)
        picks = next_batch(features, words.n, words.by, _looked_for(words, features), how="search")
    written = write_sheet(target, batch_sheet(picks, project.texts, project.state()))
    repeated = sum(pick.again for pick in picks)
    of_these = f" ({repeated} of them asked again)" if repeated else ""
    console.print(f"{len(picks)} texts{of_these} in {time.perf_counter() - start:.1f} s. Written:")
    say_files(written)


def _looked_for(words: Namespace, features: "ProjectFeatures") -> list[int]:
    from cartolearn.label.choosing.search import Search, looked_for

    search = Search(words.search, words.regex, words.like)
    if not search.wanted:
        return []
    count = words.n or features.project.options.labelling.batch_size
    found, chosen = looked_for(features, search, words.by, count)
    console.print(f"{found:,} texts without a label were found")
    return chosen


def sheet_target(words: Namespace, project: Project, name: str, *, changes: bool = False) -> Target:
    """Return where to write a sheet; one of the project's own may go once it was added."""
    from cartolearn.label.files.sheet import unadded

    target = Target.of(words, project.path / name)
    if words.out is None and not words.overwrite:
        if unadded(target.path, project.state(), words.by or me(), changes=changes):
            raise InputError(
                f"{target.path} holds labels that were not added; add them with:"
                f" cartolearn label add {in_shell(project.path)} {in_shell(target.path)},"
                " or give --overwrite"
            )
        target = replace(target, overwrite=True)
    target.refuse_to_overwrite()
    return target


def say_files(written: Written) -> None:
    """Name the files that were written, and what there is to say of them."""
    for file in written.files:
        console.print(f"  {file}")
    for note in written.notes():
        console.print(note)


def add(words: Namespace) -> None:
    """Add the labels of files; the exit code is 2 if a row was rejected."""
    from cartolearn.label.files.add import add_file

    project = Project.open(words.project)
    project.add_classes(canonical_names(words.classes), words.by)
    refused, how = 0, {"encoding": words.encoding, "label": words.label}
    for file in words.files:
        added = add_file(project, file, words.by, replace=words.replace, **how)
        console.print(
            f"{file}: {added.new} new labels, {added.changed} changed, {added.again} repeated"
            f" answers, {added.same} known already, {added.empty} rows without a label"
        )
        if added.others:
            console.print(f"  {added.others} answers to texts that others were given, too")
        if added.spreadsheet:
            console.print(f"  {added.spreadsheet} texts that a spreadsheet changed, matched by id")
        for line in rejected(added.bad, added.bad_file):
            console.print(line)
        refused += len(added.bad)
    if refused:
        raise InputError(f"{refused} rows were rejected; the others were added")


def status(words: Namespace) -> None:
    """Print how far a project got."""
    from cartolearn.label.measuring.as_json import status_as_json
    from cartolearn.label.measuring.status import status_of
    from cartolearn.label.measuring.words import status_in_words
    from cartolearn.label.model.features import ProjectFeatures

    project = Project.open(words.project, words.options)
    features, state = ProjectFeatures.of(project), project.state()
    found = status_of(features, state, transformer=words.transformer)
    level = project.options.labelling.confidence_level
    if words.json:
        say(status_as_json(found, level))
    else:
        Terminal().tell(status_in_words(found, level))


def predict(words: Namespace) -> None:
    """Label the texts of a file with the model."""
    from cartolearn.label.files.predictions import predict_file
    from cartolearn.label.model.chosen import choose
    from cartolearn.label.model.chosen import train as train_chosen
    from cartolearn.label.model.features import ProjectFeatures
    from cartolearn.label.terminal import show_accepted

    project = Project.open(words.project, words.options)
    ray = project.options.ray
    ray.refuse_unusable()
    target = Target.of(words, words.file.with_name(f"{words.file.stem}.predicted"))
    target.refuse_to_overwrite()
    text = words.text or project.settings.text_column
    features, state = ProjectFeatures.of(project), project.state()
    choice = choose(features, state)
    model = train_chosen(features, state, choice)
    accepted = choice.acceptance(words.accept) if words.accept else None
    count, empty, written = predict_file(
        model, state.classes, words.file, text, target, words.encoding, accepted, ray
    )
    left = f", {empty:,} empty ones without a label" if empty else ""
    console.print(f"The model is {choice.candidate.name}: {choice.reason}.")
    if accepted:
        show_accepted(accepted)
    console.print(f"{count - empty:,} texts labelled{left}. Written:")
    say_files(written)


def train(words: Namespace) -> None:
    """Write the model that was chosen as a folder."""
    from cartolearn.label.measuring.told import told_of
    from cartolearn.label.model.chosen import choose
    from cartolearn.label.model.chosen import train as train_chosen
    from cartolearn.label.model.features import ProjectFeatures
    from cartolearn.text_models.folder import check_place, save

    check_place(words.out, overwrite=words.overwrite)
    project = Project.open(words.project, words.options)
    features, state = ProjectFeatures.of(project), project.state()
    choice = choose(features, state)
    told = told_of(features, state, choice)
    model = replace(train_chosen(features, state, choice), about=told)
    save(model, words.out, overwrite=words.overwrite)
    console.print(f"The model is {choice.candidate.name}: {choice.reason}.")
    console.print(f"It is in {words.out}, with its card README.md. In Python:")
    console.print("  from cartolearn import load")
    console.print(f'  load("{words.out}").predict(["a text"])')


def suspects(words: Namespace) -> None:
    """List labels that are likely to be wrong, and write a sheet of them."""
    from cartolearn.label.files.suspects_sheet import suspects_sheet
    from cartolearn.label.measuring.suspects import find_suspects
    from cartolearn.label.model.features import ProjectFeatures, require_two_classes
    from cartolearn.label.terminal import show_suspects

    project = Project.open(words.project, words.options)
    target = sheet_target(words, project, "suspects", changes=True)
    state = project.state()
    require_two_classes(project, len(set(state.targets.tolist())), "suspects")
    found = find_suspects(ProjectFeatures.of(project), state)
    count = words.n or min(max(found.count, 1), MOST_SUSPECTS)
    written = write_sheet(target, suspects_sheet(found, count, state, project.texts))
    show_suspects(found, count, state, project.texts)
    console.print(
        f"{count} rows are in {target.path}: write the right label into the column label, then:"
        f" cartolearn label add {in_shell(project.path)} {in_shell(target.path)}"
    )
    for note in written.notes():
        console.print(note)


def export(words: Namespace) -> None:
    """Write the labelled texts with every column of the user's file."""
    from cartolearn.label.files.labelled import labelled_sheet
    from cartolearn.label.suggesting.record import read_suggestions

    project = Project.open(words.project)
    target = Target.of(words, project.path / "labelled")
    target.refuse_to_overwrite()
    if words.push and target.kind != HF:
        raise InputError("--push sends a Hugging Face dataset: give --format hf, too")
    state = project.state()
    each = words.each or target.kind in EACH
    suggested = read_suggestions(project, state) if words.suggestions else None
    sheet = labelled_sheet(project, state, each=each, suggested=suggested)
    written = write_sheet(target, sheet)
    console.print(f"{len(state.labels):,} labelled texts. Written:")
    say_files(written)
    if words.push:
        from cartolearn.data.writing.arrow_files import push_hugging_face

        console.print(f"Pushed, private: {push_hugging_face(target.path, words.push)}")


def serve(words: Namespace) -> None:
    """Open the labelling page and serve it until Ctrl-C."""
    from cartolearn.label.page.server import serve_page

    serve_page(Project.open(words.project, words.options), words)


def backend(words: Namespace) -> None:
    """Answer Label Studio as its machine-learning back-end until Ctrl-C."""
    from cartolearn.label.bridge.app import serve_backend

    # An annotated task is not shown again there, so nothing can be asked twice.
    once = [*words.options, "labelling.repeat_share=0"]
    serve_backend(Project.open(words.project, once), words)
