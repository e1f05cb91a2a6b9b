"""A language model's answers against labels of people, beside the candidates."""

import json
from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from cartolearn.event_log import append
from cartolearn.label.measuring.machine import MachineScores, machine_scores
from cartolearn.label.model.chosen import Choice, choose
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.folder import Project
from cartolearn.label.suggesting.prompt import Prompt
from cartolearn.label.suggesting.record import path_of, prompt_event
from tests.audit.conftest import planted
from tests.label.conftest import run, toy_project, toy_texts

SIZE, LABELLED, EXAMPLES = 120, 45, (0, 1, 2)


def answered(project: Project, said: dict[int, str | None], model: str = "tiny") -> None:
    """Write down a model's answers."""
    prompt = Prompt.of(project, project.state(), EXAMPLES)
    event = {"event": "suggestion", "model": model, "prompt": prompt.fingerprint, "requests": 1,
             "money": 0.0}  # fmt: skip
    events = [event | {"id": row, "label": label} for row, label in said.items()]
    append(path_of(project), [prompt_event(prompt, model, "http://x"), *events])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, Choice, dict[int, str | None]]:
    """A project of 45 labels, of which a model got a fifth wrong and gave one no class."""
    gold = toy_texts(SIZE)[1]
    events = [{"event": "label", "id": row, "label": gold[row]} for row in range(LABELLED)]
    project = toy_project(tmp_path_factory.mktemp("machine") / "p", events, SIZE)
    said: dict[int, str | None] = dict(enumerate(planted(gold, 0.2, 0)))
    said[10] = None
    for row in EXAMPLES:
        del said[row]
    return project, choose(ProjectFeatures.of(project), project.state()), said


def scores(
    made: tuple[Project, Choice, dict[int, str | None]], said: dict[int, str | None]
) -> list[MachineScores]:
    """Return the scores where the model answered ``said``."""
    project, choice, _ = made
    path_of(project).unlink(missing_ok=True)
    answered(project, said)
    return machine_scores(ProjectFeatures.of(project), project.state(), choice)


def test_itself_is_right_as_often_as_people_say(
    made: tuple[Project, Choice, dict[int, str | None]],
) -> None:
    _, choice, said = made
    gold = toy_texts(SIZE)[1]
    (found,) = scores(made, said)
    assert (found.model, found.texts) == ("tiny", LABELLED - len(EXAMPLES))
    right = total = 0.0
    for row, weight in zip(choice.ids.tolist(), choice.weights.tolist(), strict=True):
        if row in said:
            total += weight
            right += weight * (said[row] == gold[row])
    assert found.itself.accuracy == pytest.approx(right / total)
    assert found.itself.accuracy < 1
    assert isnan(found.itself.log_loss)
    assert found.learned == SIZE - LABELLED + len(EXAMPLES)


def test_the_learner_learns_the_machine_where_nobody_labelled_and_people_where_they_did(
    made: tuple[Project, Choice, dict[int, str | None]],
) -> None:
    said = made[2]
    (found,) = scores(made, said)
    spoilt = said | {row: "bug" for row in said if row < LABELLED}
    (other,) = scores(made, spoilt)
    assert replace(other.learner, seconds=0, behind=0, error=0) == replace(
        found.learner, seconds=0, behind=0, error=0
    )
    assert other.itself.accuracy < found.itself.accuracy
    turned = {"bug": "feature", "feature": "question", "question": "bug", None: None}
    wrong = said | {row: turned[said[row]] for row in said if row >= LABELLED}
    (third,) = scores(made, wrong)
    assert third.itself.accuracy == found.itself.accuracy
    assert third.learner.accuracy < found.learner.accuracy


def test_few_answers_give_no_row_and_several_models_one_each(
    made: tuple[Project, Choice, dict[int, str | None]],
) -> None:
    project, choice, said = made
    assert scores(made, dict.fromkeys(range(3, 20), "bug")) == []
    scores(made, said)
    gold = toy_texts(SIZE)[1]
    answered(project, {row: gold[row] for row in range(SIZE)}, "other")
    first, second = machine_scores(ProjectFeatures.of(project), project.state(), choice)
    assert (first.model, second.model) == ("tiny", "other")
    assert second.itself.accuracy == second.itself.macro_f1 == 1
    assert second.itself.behind == 0
    assert np.isclose(first.itself.behind, max(first.learner.accuracy, _taken(made))
                      - first.itself.accuracy)  # fmt: skip


def _taken(made: tuple[Project, Choice, dict[int, str | None]]) -> float:
    """The accuracy of the candidate taken, on the texts that the model was asked about."""
    choice, said = made[1], made[2]
    asked = np.array([row in said for row in choice.ids.tolist()])
    right = (choice.p.argmax(axis=1) == choice.gold)[asked]
    return float(right @ choice.weights[asked] / choice.weights[asked].sum())


def test_status_shows_both_rows(
    made: tuple[Project, Choice, dict[int, str | None]],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    project, _, said = made
    scores(made, said)
    assert run("status", project.path) == 0
    out = capsys.readouterr().out
    assert "tiny itself" in out
    assert "learned from tiny" in out
    assert "Neither is ever taken." in out
    assert run("status", project.path, "--json") == 0
    (told,) = json.loads(capsys.readouterr().out)["machines"]
    assert told["model"] == "tiny"
    assert told["itself"]["log_loss"] is None
