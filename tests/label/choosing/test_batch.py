import csv
import shutil
from collections import Counter
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from cartolearn.embeddings.moments import moments
from cartolearn.errors import InputError
from cartolearn.event_log import Event
from cartolearn.label.choosing.batch import next_batch, random_batch
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.project.folder import Project
from cartolearn.label.project.random_order import random_order
from tests.label.conftest import fill_in, run, toy_project


def labelled(gold: list[str], ids: range) -> list[Event]:
    return [{"event": "label", "id": i, "label": gold[i]} for i in ids]


def test_the_first_batch_is_typical_with_a_random_share(project: Project) -> None:
    picks = next_batch(ProjectFeatures.of(project), 20)
    assert Counter(pick.how for pick in picks) == {"first": 18, "random": 2}
    assert len({pick.id for pick in picks}) == 20
    assert {p.id for p in picks if p.how == "random"} == set(random_order(240, 0)[:2].tolist())
    assert all(pick.suggestion is None for pick in picks)


@pytest.mark.parametrize("labels", [0, 20])
@pytest.mark.parametrize(
    "first",
    [
        ["random"],
        ["typiclust", "first.space=representations"],
        ["coreset"],
        ["dal"],
        ["max_herding"],
    ],
)
def test_without_a_model_features_stand_in_for_representations(
    tmp_path: Path, labels: int, first: list[str]
) -> None:
    """With labels of one class only there is no model yet."""
    one_class: list[Event] = [{"event": "label", "id": i, "label": "bug"} for i in range(labels)]
    options = [f"strategy@first={first[0]}", *first[1:]]
    project = toy_project(tmp_path / "p", one_class, more=options)
    picks = next_batch(ProjectFeatures.of(project), 20)
    assert Counter(pick.how for pick in picks) == {"first": 18, "random": 2}
    assert len({pick.id for pick in picks}) == 20


def test_a_first_strategy_that_needs_a_model_is_refused(tmp_path: Path) -> None:
    project = toy_project(tmp_path / "p", more=["strategy@first=margin"])
    with pytest.raises(InputError, match="strategy@first=margin needs a trained model"):
        _ = project.options


def test_with_labels_the_strategy_chooses_and_the_model_suggests(
    tmp_path: Path, gold: list[str]
) -> None:
    project = toy_project(tmp_path / "p", labelled(gold, range(60)))
    picks = next_batch(ProjectFeatures.of(project), 20)
    assert Counter(pick.how for pick in picks) == {"coverage": 18, "random": 2}
    assert min(pick.id for pick in picks) >= 60
    right = np.mean([pick.suggestion == gold[pick.id] for pick in picks if pick.how != "random"])
    assert 0.34 < right <= 1
    assert all((pick.probability or 0) >= (pick.rival_probability or 1) for pick in picks)


def test_the_same_state_gives_the_same_batch(tmp_path: Path, gold: list[str]) -> None:
    toy_project(tmp_path / "a", labelled(gold, range(60)))
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    projects = [Project.open(tmp_path / name) for name in "ab"]
    first, second = (next_batch(ProjectFeatures.of(project), 20) for project in projects)
    assert first == second


def test_what_is_derived_may_be_deleted(tmp_path: Path, gold: list[str]) -> None:
    toy_project(tmp_path / "a", labelled(gold, range(60)))
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    ProjectFeatures.of(Project.open(tmp_path / "a"))
    shutil.rmtree(tmp_path / "a" / "derived")
    projects = [Project.open(tmp_path / name) for name in "ab"]
    first, second = (next_batch(ProjectFeatures.of(project), 20) for project in projects)
    assert first == second


def test_two_people_get_different_texts_and_one_gets_the_unanswered_again(
    project: Project,
) -> None:
    features = ProjectFeatures.of(project)
    ana, bo = (({p.id for p in next_batch(features, 20, who)}) for who in ("ana", "bo"))
    assert not ana & bo
    again = {pick.id for pick in next_batch(features, 60, "ana")}
    assert not again & bo
    assert again & ana


def test_skipped_texts_do_not_come_again(project: Project) -> None:
    features = ProjectFeatures.of(project)
    skipped = next_batch(features, 10)
    project.record([{"event": "skip", "id": pick.id} for pick in skipped])
    assert not {p.id for p in skipped} & {p.id for p in next_batch(features, 50)}


def test_a_region_is_kept_to_but_for_the_random_share(tmp_path: Path, gold: list[str]) -> None:
    project = toy_project(tmp_path / "p", labelled(gold, range(60)))
    picks = next_batch(ProjectFeatures.of(project), 10, region=range(200, 220))
    assert Counter(pick.how for pick in picks) == {"region": 9, "random": 1}
    assert all(200 <= pick.id < 220 for pick in picks if pick.how == "region")


def test_the_end_of_the_pool(tmp_path: Path, gold: list[str]) -> None:
    project = toy_project(tmp_path / "p", labelled(gold, range(235)))
    picks = next_batch(ProjectFeatures.of(project), 20)
    assert sorted(pick.id for pick in picks) == list(range(235, 240))
    project.record(labelled(gold, range(235, 240)))
    with pytest.raises(InputError, match=r"no text is left to label$"):
        next_batch(ProjectFeatures.of(project), 20)


def test_texts_that_others_hold_are_said_to_come_back(tmp_path: Path, gold: list[str]) -> None:
    project = toy_project(tmp_path / "p", labelled(gold, range(235)))
    features = ProjectFeatures.of(project)
    next_batch(features, 20, "ana")
    project.record(labelled(gold, range(237, 238)), "ana")
    chooses = partial(next_batch, features), partial(random_batch, project)
    for choose in chooses:
        with pytest.raises(InputError, match="to label; 4 were given to others, and come back"):
            choose(20, "bo")


@pytest.mark.parametrize(
    "strategy", ["random", "entropy", "cal", "badge", "coreset", "pool_margin"]
)
def test_any_strategy_can_be_set(tmp_path: Path, gold: list[str], strategy: str) -> None:
    toy_project(tmp_path / "p", labelled(gold, range(30)))
    project = Project.open(tmp_path / "p", [f"strategy={strategy}", "labelling.random_share=0"])
    picks = next_batch(ProjectFeatures.of(project), 8)
    assert {pick.how for pick in picks} == {strategy}
    assert len({pick.id for pick in picks}) == 8


def test_columns_are_standardised_and_constant_ones_are_zero() -> None:
    random = np.random.default_rng(0)
    rows = (random.normal(size=(20_000, 3)) * [1, 0, 1e-3] + [5, 2, 1000]).astype(np.float32)
    mean, scale = moments(rows)
    np.testing.assert_allclose(mean, rows.astype(np.float64).mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(
        scale[[0, 2]], rows.astype(np.float64).std(axis=0)[[0, 2]], rtol=1e-3
    )
    assert scale[1] == 1


def test_the_sheet_has_the_columns_a_person_needs(project: Project, gold: list[str]) -> None:
    project.record(labelled(gold, range(60)))
    assert run("next", project.path, "-n", 10) == 0
    with (project.path / "to_label.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert list(rows[0]) == ["id", "text", "label", "suggestion", "probability", "reason"]
    assert all(row["label"] == "" and row["suggestion"] in {*gold} for row in rows)
    assert sum(row["reason"] == "drawn at random, to measure progress" for row in rows) == 1
    assert sum(row["reason"].startswith("the model says ") for row in rows) == 9
    assert fill_in(project.path / "to_label.csv", gold) == 10


def test_no_strategy_is_offered_what_is_set_aside_while_there_is_more(
    tmp_path: Path, gold: list[str]
) -> None:
    events = labelled(gold, range(30))
    options = ["labelling.set_aside=true", "labelling.repeat_share=0"]
    project = toy_project(tmp_path / "p", events, more=options)
    features = ProjectFeatures.of(project)
    aside = set(random_order(240, 0)[-48:].tolist())
    chosen = {pick.id for pick in next_batch(features, 100) if pick.how != "random"}
    assert len(chosen) == 90
    assert not chosen & aside
    rest = {pick.id for pick in next_batch(features, 200) if pick.how != "random"}
    assert rest & aside
    one = min(aside - set(range(30)))
    assert one in {pick.id for pick in next_batch(features, 20, region=[one])}


def test_a_random_batch_goes_on_with_the_random_order(project: Project, gold: list[str]) -> None:
    project.record(labelled(gold, range(60)))
    next_batch(ProjectFeatures.of(project), 20)  # one's own texts come again
    assert run("next", project.path, "--measure", 30, "--overwrite") == 0
    with (project.path / "to_label.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    left = [row for row in random_order(240, 0).tolist() if row >= 60]
    assert [int(row["id"]) for row in rows] != sorted(int(row["id"]) for row in rows)
    assert {int(row["id"]) for row in rows} == set(left[:30])
    assert {row["suggestion"] for row in rows} == {""}
    assert {row["reason"] for row in rows} == {"drawn at random, to measure progress"}
    fill_in(project.path / "to_label.csv", gold)
    assert run("add", project.path, project.path / "to_label.csv") == 0
    assert len(project.state().random_ids(240, 0)) >= 30


def test_a_random_batch_is_not_looked_for(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("next", project.path, "--measure", 5, "--search", "crash") == 2
    assert "--measure takes texts at random" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        run("next", project.path, "--measure", 5, "-n", 5)
    assert "not allowed with" in capsys.readouterr().err
    assert not project.state().batches
