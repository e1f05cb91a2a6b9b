"""What ``cartolearn label suggest`` does: ask a language model, within limits, after a yes."""

import asyncio
from argparse import Namespace

from filelock import FileLock, Timeout

from cartolearn import event_log as log
from cartolearn.embeddings.progress import progress_bar
from cartolearn.errors import InputError
from cartolearn.files import in_shell
from cartolearn.label.project.folder import Project
from cartolearn.label.suggesting.asking import Asker
from cartolearn.label.suggesting.budget import Budget, Limits
from cartolearn.label.suggesting.consent import keep_yes, said_yes
from cartolearn.label.suggesting.endpoint import KEY, Endpoint
from cartolearn.label.suggesting.limits import agreed, limits_of
from cartolearn.label.suggesting.plan import Plan, plan_of
from cartolearn.label.suggesting.record import (
    Suggestions,
    path_of,
    prompt_event,
    read_suggestions,
)
from cartolearn.terminal import Terminal

console = Terminal(soft_wrap=True)


def suggest(words: Namespace) -> None:
    """Ask a language model for the labels of texts; what it says is kept apart."""
    project = Project.open(words.project, words.options)
    project.options  # noqa: B018  (checks them)
    endpoint = Endpoint.of(words.endpoint, words.model, words.key or KEY)
    try:
        with FileLock(project.path / ".suggest.lock", timeout=0):
            _suggest(words, project, endpoint)
    except Timeout as error:
        raise InputError(f"{project.path}: another label suggest is at work") from error


def _suggest(words: Namespace, project: Project, endpoint: Endpoint) -> None:
    state = project.state()
    if len(state.classes) < 2:
        raise InputError(
            f"{project.path} has fewer than two classes; name them first:"
            f" cartolearn label classes {in_shell(project.path)} NAME NAME"
        )
    known = read_suggestions(project, state)
    plan = plan_of(project, state, known, endpoint.model, again=words.again, n=words.n)
    if plan.other:
        console.print(
            f"{plan.other:,} texts have an answer to another prompt (classes, descriptions,"
            " guideline or examples changed); --again asks for them once more"
        )
    if not plan.ids:
        console.print(f"Nothing is left to ask {endpoint.model}.")
        _show(project, known, endpoint.model)
        return
    limits = limits_of(words, endpoint, known.requests + len(plan.ids))
    _say_plan(project, plan, endpoint, known, limits)
    if not (words.yes or said_yes(project, endpoint.url)) and not agreed("Send them?"):
        raise InputError("nothing was sent")
    keep_yes(project, endpoint.url)
    stopped = _ask(words, project, plan, endpoint, Budget(limits, known.requests, known.money))
    found = read_suggestions(project, state)
    _show(project, found, endpoint.model)
    if stopped:
        raise InputError(f"{stopped}. What was answered is kept; the command goes on from there")


def _ask(words: Namespace, project: Project, plan: Plan, endpoint: Endpoint, budget: Budget) -> str:
    """Ask for every text of a plan; return why it stopped before the end, or ""."""
    path = path_of(project)
    log.append(path, [prompt_event(plan.prompt, endpoint.model, endpoint.url)], words.by)
    with progress_bar(f"Asking {endpoint.model}", len(plan.ids)) as advance:
        done = 0

        def keep(event: log.Event) -> None:
            nonlocal done
            log.append(path, [event], words.by)
            done += 1
            advance(done)

        asker = Asker(endpoint, plan.prompt, project.options.suggest, budget, keep)
        asyncio.run(asker.ask((row, project.texts[row]) for row in plan.ids))
    return endpoint.hide(asker.stopped)


def _say_plan(
    project: Project, plan: Plan, endpoint: Endpoint, known: Suggestions, limits: Limits
) -> None:
    prompt = plan.prompt
    shown = f", and {len(prompt.examples)} labelled texts as examples" if prompt.examples else ""
    told = f", {len(prompt.descriptions)} descriptions" if prompt.descriptions else ""
    told += ", the guideline" if prompt.guideline else ""
    console.print(
        f"{len(plan.ids):,} texts of {project.path} go to {endpoint.url} (model {endpoint.model}),"
        f" with the names of {len(prompt.classes)} classes{told}{shown}"
    )
    money = "they cost nothing"
    if limits.money is not None:
        expected = plan.expected_cost(project, limits)
        money = f"at most {limits.money:g} of money (about {expected:.2g} now)"
    console.print(
        f"At most {limits.requests:,} requests, {money}; before: {known.requests:,} requests,"
        f" {known.money:.4g} of money"
    )


def _show(project: Project, found: Suggestions, model: str) -> None:
    """Say what a model answered so far, and what to do with it."""
    said = found.models.get(model, {})
    without = sum(given.label is None for given in said.values())
    console.print(
        f"{model} answered {len(said):,} of {len(project.texts):,} texts, {without:,} of them with"
        f" no class of the list; sent in all: {found.requests:,} requests, {found.money:.4g} of"
        " money"
    )
    if len(said) > without:
        console.print(
            "How many are right? cartolearn audit init"
            f" {in_shell(project.path)} --out {in_shell(project.path.with_name('audit'))}"
        )
