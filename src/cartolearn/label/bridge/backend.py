"""A project as Label Studio's machine-learning back-end: scores for tasks, labels from annotations.

"Uncertainty sampling" of Label Studio shows the task with the lowest score first. What the strategy
chose has scores below one half, in the order in which it was chosen; the others follow by the
confidence of the model, and what is labelled comes last. Annotations are written to the log at
once, each under its author's name.
"""

import logging
import threading
from collections.abc import Mapping, Sequence
from typing import Any

import torch

from cartolearn.data.answers import class_named
from cartolearn.data.canonical import canonical_text
from cartolearn.errors import InputError
from cartolearn.event_log import SHORT
from cartolearn.label.bridge.interface import Question, question_of
from cartolearn.label.choosing.askable import waiting_picks
from cartolearn.label.choosing.batch import next_batch, train_on
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.entries import Pick
from cartolearn.label.project.state import State
from cartolearn.models.trained import Trained

log = logging.getLogger(__name__)

NAME = "label studio"  # who holds what was chosen
CHOSEN = 0.5
ANNOTATED = ("ANNOTATION_CREATED", "ANNOTATION_UPDATED")
Answer = dict[str, Any]


class Backend:
    """What answers Label Studio.

    Attributes:
        version: Names the choice and the model of now; predictions of another one are old.
    """

    def __init__(self, features: ProjectFeatures) -> None:
        """Take up what was chosen before, or choose the first batch."""
        self.features, self.project = features, features.project
        self.version = ""
        self._question = Question()
        self._rows = {text: row for row, text in enumerate(self.project.texts)}
        self._picks: list[Pick] = []
        self._trained: Trained | None = None
        self._measured = 0
        self._turn, self._log = threading.Lock(), threading.RLock()
        self._state = self.project.state()
        self.refresh()

    def setup(self, interface: str) -> str:
        """Find the question that our classes answer; return the version.

        Raises:
            InputError: There is none.
        """
        self._question = question_of(interface)
        return self.version

    def refresh(self) -> None:
        """Choose more texts where half of the last ones are answered, and train on all labels."""
        with self._turn:
            state = self.project.state()
            picks = waiting_picks(state, NAME)
            if len(picks) <= self.project.options.labelling.batch_size // 2:
                try:
                    beside = [pick.id for pick in picks]
                    picks += next_batch(self.features, by=NAME, beside=beside)
                except InputError as error:  # nothing is left to label
                    log.warning("%s", error)
            self._trained, self._picks = train_on(self.features, state), picks
            self._measured = len(state.labels)
            with self._log:
                batches = len(self._now().batches)
            self.version = f"cartolearn-{len(state.labels)}-{batches}"

    def predictions(self, tasks: Sequence[Mapping[str, Any]]) -> list[Answer]:
        """Return a score for each task and, where there is a model, the class it suggests."""
        rows = [self._row(task) for task in tasks]
        with self._log:
            state = self._now()
            open_ones = [row for row in rows if row is not None and row not in state.labels]
            waiting = [pick.id for pick in self._picks if pick.id not in state.labels]
            classes = list(state.classes)
        order = {row: CHOSEN * place / len(waiting) for place, row in enumerate(waiting)}
        likely = self._likely(open_ones, classes)
        return [self._prediction(row, order, likely) for row in rows]

    def annotated(self, said: Mapping[str, Any]) -> bool:
        """Take in a webhook; return whether it is time to choose and train anew.

        Raises:
            InputError: It holds an annotation that cannot be used.
        """
        if said.get("action") == "START_TRAINING":
            return True
        if said.get("action") not in ANNOTATED:
            return False
        annotation, task = said.get("annotation"), said.get("task")
        if not isinstance(annotation, Mapping) or not isinstance(task, Mapping):
            raise InputError("the webhook holds no annotation with its task")
        row = self._row(task)
        if row is None:
            raise InputError("the task's text is none of the project's")
        with self._log:
            state = self._now()
            event: Answer = {"event": "skip", "id": row}
            if not annotation.get("was_cancelled"):
                name = self._label(annotation, state)
                event = {"event": "label", "id": row, "label": name, "source": NAME}
            self.project.record([event], _author(annotation))
            labels = self._now().labels
            left = [pick for pick in self._picks if pick.id not in labels]
            batch = self.project.options.labelling.batch_size
            return len(left) <= batch // 2 or len(labels) - self._measured >= batch

    def _now(self) -> State:
        """Return the log as it is now, of which only what is new is read; its lock is held."""
        self.project.catch_up(self._state)
        return self._state

    def _row(self, task: Mapping[str, Any]) -> int | None:
        data = task.get("data")
        text = data.get(self._question.field) if isinstance(data, Mapping) else None
        return self._rows.get(canonical_text(text) or "") if isinstance(text, str) else None

    def _label(self, annotation: Mapping[str, Any], state: State) -> str:
        results = annotation.get("result")
        named = [
            name
            for result in (results if isinstance(results, list) else [])
            if isinstance(result, Mapping) and result.get("from_name") == self._question.name
            for name in (result.get("value") or {}).get("choices", [])
        ]
        found = class_named(str(named[0]), state.classes) if len(named) == 1 else None
        if found is None:
            raise InputError(f"the annotation names {named[:3]}, not one class of the project")
        return found

    def _likely(self, rows: Sequence[int], classes: Sequence[str]) -> dict[int, tuple[str, float]]:
        if self._trained is None or not rows:
            return {}
        best = self._trained.probabilities(torch.tensor(rows, dtype=torch.int64)).max(dim=1)
        columns = rows, best.indices.tolist(), best.values.tolist()
        return {row: (classes[k], p) for row, k, p in zip(*columns, strict=True)}

    def _prediction(
        self,
        row: int | None,
        order: Mapping[int, float],
        likely: Mapping[int, tuple[str, float]],
    ) -> Answer:
        place = -1 if row is None else row
        name, p = likely.get(place, ("", 1.0))
        asked, said = self._question, {"choices": [name]}
        result = {"from_name": asked.name, "to_name": asked.of, "type": "choices", "value": said}
        return {
            "result": [result] if name else [],
            "score": order.get(place, CHOSEN + (1 - CHOSEN) * p),
            "model_version": self.version,
        }


def _author(annotation: Mapping[str, Any]) -> str:
    """Return who annotated: the address where it is told, else the number of the account."""
    who = annotation.get("completed_by")
    if isinstance(who, Mapping):
        who = who.get("email") or who.get("id")
    return f"{NAME} {who}"[:SHORT] if who is not None else NAME
