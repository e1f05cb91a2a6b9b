"""The page while something else trains: what it imports, and what becomes of the other process."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import wait
from pathlib import Path

import pytest
import torch

from cartolearn.errors import InputError
from cartolearn.event_log import Event
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.page.apart import DEATHS
from cartolearn.label.page.behind import Behind
from cartolearn.label.page.session import Session
from cartolearn.label.page.trainer import Trainer
from cartolearn.label.page.trainer_apart import WORK, TrainerApart
from cartolearn.label.project.folder import Project
from cartolearn.label.project.random_order import random_order
from tests.label.conftest import toy_project

HEAVY = ("torch", "sklearn", "scipy", "pandas", "matplotlib", "pytorch_lightning", "tokenizers")


def kill(apart: TrainerApart) -> None:
    """End the process that trains, as a machine without memory does."""
    apart.apart._process.kill()
    apart.apart._process.join()


def test_what_answers_keys_imports_nothing_that_trains() -> None:
    pytest.importorskip("nicegui", reason="the page needs the extra label-page")
    pages = ", ".join(f"cartolearn.label.page.{name}" for name in ("view", "review", "status"))
    told = f"import sys, cartolearn.label.page.trainer_apart, {pages}; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert not set(HEAVY) & set(ran.stdout.split())


def labelled(path: Path, gold: list[str]) -> Project:
    project = toy_project(path)
    project.record([{"event": "label", "id": n, "label": gold[n]} for n in range(45)], "ana")
    return project


def test_a_trainer_apart_does_what_a_trainer_does(tmp_path: Path, gold: list[str]) -> None:
    here, there = (labelled(tmp_path / name, gold) for name in "ab")
    near, apart = Trainer(here), TrainerApart(there.path, there.overrides)
    assert apart.setting == near.setting
    assert apart.choose("ana", (), (50, 51)) == near.choose("ana", (), (50, 51))
    drawn, also = near.draw(), apart.draw()
    assert drawn is not None
    assert also is not None
    assert also.chart == drawn.chart
    assert apart.measure().advice == near.measure().advice
    assert apart.report().verdict == near.report().verdict  # figures tell seconds, too
    assert apart.look() == near.look()


def test_texts_come_at_random_while_features_are_computed(
    project: Project, gold: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.record([{"event": "label", "id": n, "label": gold[n]} for n in range(45)], "ana")
    computed, of = threading.Event(), ProjectFeatures.of

    def slow(project: Project) -> ProjectFeatures:
        computed.wait()
        return of(project)

    monkeypatch.setattr(ProjectFeatures, "of", slow)
    monkeypatch.setattr("cartolearn.label.page.trainer.PATIENCE", 0.0)
    torch.set_num_threads(2)
    assert torch.get_num_threads() == 2
    trainer = Trainer(project)
    order = [row for row in random_order(240, 0).tolist() if row >= 45]
    size = trainer.setting.batch_size
    first = trainer.choose("ana", (), order[:3])
    assert [pick.id for pick in first] == order[3 : size + 3]
    assert {pick.how for pick in first} == {"random"}
    assert trainer.draw() is None
    with pytest.raises(InputError, match="still being computed"):
        trainer.report()
    behind = Behind(project, trainer)
    behind.measure()
    assert behind.drawn is None
    assert not behind.due  # for a while
    computed.set()
    wait([trainer._coming])
    behind._again = 0.0
    assert behind.due
    behind.measure()
    assert behind.drawn is not None
    assert not behind.due
    assert torch.get_num_threads() == trainer.project.options.trainer.threads == 1
    assert {pick.how for pick in trainer.choose("ana", (), ())} > {"random"}


@pytest.mark.slow
def test_where_it_dies_answers_go_on_and_it_is_started_again(
    tmp_path: Path, gold: list[str]
) -> None:
    project = labelled(tmp_path / "p", gold)
    apart = TrainerApart(project.path, project.overrides)
    kill(apart)
    session = Session(Behind(project, apart), "bo")
    session.work()
    assert "ended by itself" in session.message
    assert not session.exhausted
    session.work()
    assert session.current
    for death in range(2, DEATHS + 1):
        kill(apart)
        with pytest.raises(ChildProcessError, match="ended by itself"):
            apart.draw()
        if death < DEATHS:
            apart.draw()
    with pytest.raises(ChildProcessError, match="ended 3 times"):
        apart.draw()


def test_what_is_wrong_with_a_project_is_told_as_it_is(tmp_path: Path) -> None:
    project = toy_project(tmp_path / "toy")
    with pytest.raises(InputError, match="no labelling project"):
        WORK.opens(tmp_path, ())
    with pytest.raises(InputError, match=r"labelling\.batch_size"):
        WORK.opens(project.path, ("labelling.batch_size=0",))
    with pytest.raises(InputError, match="no strategy is called 'nope'"):
        TrainerApart(project.path, ("strategy=nope",))


@pytest.mark.slow
def test_it_ends_with_the_page_whatever_ends_that(tmp_path: Path) -> None:
    project = toy_project(tmp_path / "toy")
    code = (
        "import multiprocessing, pathlib, sys, time\n"
        "from cartolearn.label.page.trainer_apart import TrainerApart\n"
        "if __name__ == '__main__':\n"
        "    apart = TrainerApart(pathlib.Path(sys.argv[1]), ())\n"
        "    print(multiprocessing.active_children()[0].pid, flush=True)\n"
        "    time.sleep(600)\n"
    )
    (tmp_path / "page.py").write_text(code)
    words = [sys.executable, str(tmp_path / "page.py"), str(project.path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as page:
        assert page.stdout is not None
        trainer = int(page.stdout.readline())
        os.kill(trainer, 0)
        page.kill()
    end = time.monotonic() + 60
    while Path(f"/proc/{trainer}/cmdline").exists() and time.monotonic() < end:
        if not Path(f"/proc/{trainer}/cmdline").read_bytes():  # a zombie that nobody waits for
            break
        time.sleep(0.02)
    else:
        assert time.monotonic() < end


def test_of_the_log_only_what_is_new_is_read(
    project: Project, gold: list[str], read: list[Event]
) -> None:
    behind = Behind(project, Trainer(project))
    project.record([{"event": "label", "id": n, "label": gold[n]} for n in range(9)], "ana")
    assert len(behind.catch_up().labels) == 9
    behind.report.work()
    read.clear()
    assert behind.report.fresh
    assert read == []
    project.record([{"event": "label", "id": 20, "label": gold[20]}], "ana")
    assert not behind.report.fresh
    assert [event["id"] for event in read] == [20]


def test_who_waits_for_texts_goes_before_what_is_measured(
    project: Project, gold: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project.record([{"event": "label", "id": n, "label": gold[n]} for n in range(20)], "ana")
    trainer = Trainer(project)
    behind = Behind(project, trainer)
    done: list[str] = []
    chooser = threading.Thread(target=behind.choose, args=("bo", (), ()))

    def noted(name: str, first: Callable[[], None] = lambda: None) -> None:
        given = getattr(trainer, name)

        def told(*words: object) -> object:
            first()
            done.append(name)
            return given(*words)

        monkeypatch.setattr(trainer, name, told)

    def somebody_asks() -> None:
        chooser.start()
        while not behind.asking:
            time.sleep(0.001)

    noted("draw", somebody_asks)
    noted("choose")
    noted("measure")
    behind.measure()
    chooser.join()
    assert done == ["draw", "choose", "measure"]
