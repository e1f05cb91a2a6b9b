"""The log of a language model's answers: append-only, with checksums, apart from what people said.

suggestions.jsonl holds the prompts that were used and every answer with its model, the fingerprint
of its prompt, its time, and what it cost. Nothing in it is a label that counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cartolearn import event_log as log
from cartolearn.event_rules import ids
from cartolearn.label.project.folder import Project
from cartolearn.label.project.state import State
from cartolearn.label.suggesting.prompt import Prompt

PROMPT, ANSWER, FAILED = "prompt", "suggestion", "no reply"


@dataclass(frozen=True)
class Suggestion:
    """What a model said of a text: a class of the project as it is now, or None; and whence."""

    label: str | None
    prompt: str
    at: str


@dataclass
class Suggestions:
    """The log, added up.

    Attributes:
        models: For each model its last answer to each id; the model asked last comes last.
        examples: For each prompt that a model was asked with, the ids of its examples.
        prompts: For each model, the fingerprint of its last prompt.
        classes: The classes that each prompt listed.
        requests: How many were sent.
        money: What they cost.
    """

    models: dict[str, dict[int, Suggestion]] = field(default_factory=dict)
    examples: dict[str, list[int]] = field(default_factory=dict)
    prompts: dict[str, str] = field(default_factory=dict)
    classes: dict[str, list[str]] = field(default_factory=dict)
    requests: int = 0
    money: float = 0.0

    def add(self, event: Mapping[str, Any], state: State) -> None:
        """Take in an event that ``problem_of`` finds nothing wrong with."""
        model, prompt = event.get("model", ""), event.get("prompt", "")
        if event["event"] == PROMPT:
            self.examples[prompt] = event["examples"]
            self.classes[prompt] = event["classes"]
            self.prompts[model] = prompt
        elif event["event"] in (ANSWER, FAILED):
            self.requests += int(event["requests"])
            self.money += event["money"]
        if event["event"] == ANSWER:
            label = None if event["label"] is None else state.name_today(event["label"])
            said = self.models.pop(model, {})
            self.models[model] = said
            said[event["id"]] = Suggestion(label, prompt, event["at"])


def path_of(project: Project) -> Path:
    """Return where the log is."""
    return project.path / "suggestions.jsonl"


def read_suggestions(project: Project, state: State) -> Suggestions:
    """Return the log of a project, added up; what cannot be is named in a warning."""
    found, problems = added_up(project, state)
    for line, problem in problems:
        log.warn(path_of(project), [line], problem)
    return found


def added_up(project: Project, state: State) -> tuple[Suggestions, list[tuple[int, str]]]:
    """Return the log, added up, and the number of each line that cannot be, with the reason."""
    part, found = log.read_on(path_of(project), log.Tail()), Suggestions()
    problems = [(line, "cut short or damaged") for line in part.damaged]
    for line, event in part.events:
        if problem := problem_of(event, found, len(project.texts)):
            problems.append((line, problem))
        else:
            found.add(event, state)
    return found, problems


def prompt_event(prompt: Prompt, model: str, url: str) -> log.Event:
    """Return the event that keeps a prompt."""
    return {
        "event": PROMPT, "prompt": prompt.fingerprint, "model": model, "endpoint": url,
        "classes": list(prompt.classes), "examples": list(prompt.examples),
        "messages": prompt.lead,
    }  # fmt: skip


def problem_of(event: Mapping[str, Any], found: Suggestions, size: int) -> str:
    """Say why an event cannot be taken in; "" if it can. The log may come from anybody."""
    kind = event["event"]
    if kind not in (PROMPT, ANSWER, FAILED):
        return ""
    if not all(isinstance(event.get(key), str) for key in ("model", "prompt", "at")):
        return "it does not say which model, which prompt and when"
    if kind == PROMPT:
        return _prompt_problem(event, size)
    if nowhere := ids([event.get("id")], size):
        return nowhere
    if not (_amount(event.get("requests")) and _amount(event.get("money"))):
        return "it does not say what it cost"
    classes = [None, *found.classes.get(event["prompt"], [])]
    unknown = kind == ANSWER and event.get("label") not in classes
    return f"{event.get('label')!r} is no class of its prompt" if unknown else ""


def _prompt_problem(event: Mapping[str, Any], size: int) -> str:
    classes, examples = event.get("classes"), event.get("examples")
    if not (isinstance(classes, list) and all(isinstance(name, str) for name in classes)):
        return "its classes are no names"
    fine = isinstance(examples, list) and not ids(examples, size)
    return "" if fine else "its examples are no ids"


def _amount(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e12
