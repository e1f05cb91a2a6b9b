"""What is to be asked: the prompt, and which texts have no answer yet."""

from collections import Counter
from dataclasses import dataclass

import numpy as np

from cartolearn.label.project.folder import Project
from cartolearn.label.project.random_order import random_order
from cartolearn.label.project.state import State
from cartolearn.label.suggesting.budget import Limits
from cartolearn.label.suggesting.prompt import Prompt, pick_examples
from cartolearn.label.suggesting.record import Suggestions

BYTES_PER_TOKEN = 4  # of English, about
ANSWER_TOKENS = 12  # {"label": "..."}


@dataclass(frozen=True)
class Plan:
    """What is to be asked.

    Attributes:
        prompt: With which words.
        ids: Which texts, in an order that is random and fixed, so that a part of them says what all
            would.
        other: Texts that have an answer to another prompt only, and are left out.
    """

    prompt: Prompt
    ids: list[int]
    other: int

    def expected_cost(self, project: Project, limits: Limits) -> float:
        """Return about what asking will cost, by the length of 200 of the texts."""
        texts = project.texts.take(np.array(self.ids[:200], dtype=np.int64))
        some = [text[: self.prompt.longest] for text in texts]
        lead = sum(len(message["content"].encode()) for message in self.prompt.lead)
        each = lead + sum(len(text.encode("utf-8", "replace")) for text in some) / len(some)
        return len(self.ids) * limits.cost(each / BYTES_PER_TOKEN, ANSWER_TOKENS)


def plan_of(
    project: Project, state: State, known: Suggestions, model: str, *, again: bool, n: int | None
) -> Plan:
    """Return what is left to ask of a model.

    The examples of the model's last prompt stay, so that labels which come meanwhile change no
    prompt. Texts that the prompt shows with their label are not asked for.

    Args:
        project: The project.
        state: Its log, added up.
        known: What was answered before.
        model: The model.
        again: Whether a text that has an answer to another prompt only is asked for once more.
        n: How many texts at most.
    """
    prompt = _prompt(project, state, known.examples.get(known.prompts.get(model, "")), again)
    answered = known.models.get(model, {})
    fresh = {row for row, said in answered.items() if said.prompt == prompt.fingerprint}
    done = fresh if again else set(answered)
    order = random_order(len(project.texts), project.settings.random_order)
    skip = np.fromiter({*done, *prompt.examples}, dtype=np.int64)
    ids = order[~np.isin(order, skip)].tolist()
    return Plan(prompt, ids[:n], len(done) - len(fresh))


def _prompt(project: Project, state: State, kept: list[int] | None, again: bool) -> Prompt:
    """Return the prompt with the examples that it had, or with others where these do not do.

    They do not if one has no label any more, if the options ask for fewer, or with ``again`` if
    they ask for more and there are more.
    """
    fresh = pick_examples(project, state)
    if kept is None or not all(row in state.labels for row in kept):
        return Prompt.of(project, state, fresh)
    counts = Counter(state.labels[row].label for row in kept)
    fewer = max(counts.values(), default=0) > project.options.suggest.examples
    return Prompt.of(project, state, fresh if fewer or (again and len(fresh) > len(kept)) else kept)
