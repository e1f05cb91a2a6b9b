"""One run from its config: read, embed, loop, and write everything down."""

import logging
from dataclasses import replace

import torch

from cartolearn.cartography.data_map import DataMap
from cartolearn.config.check import Plan, check
from cartolearn.config.saved import load_provenance
from cartolearn.data.dataset import Dataset, loaded
from cartolearn.data.summary import beside
from cartolearn.errors import InputError
from cartolearn.loop.active_learning import active_learning, refuse_small
from cartolearn.loop.data_warnings import log_data, watched
from cartolearn.loop.folder import RunFolder
from cartolearn.loop.identity import run_key
from cartolearn.loop.log_file import log_to
from cartolearn.loop.memory import level_memory
from cartolearn.loop.mirror import Mirror, OpenMirror, Status
from cartolearn.loop.pictures import draw_pictures
from cartolearn.loop.provenance import provenance
from cartolearn.loop.reading import Learners, learners_of
from cartolearn.loop.record import Record, data_map_name, weights_name
from cartolearn.loop.resume import Task
from cartolearn.loop.show import Progress, show_result
from cartolearn.models.protocol import Model
from cartolearn.statistics.curves import aulc
from cartolearn.strategies.observations import refuse_unknown

log = logging.getLogger(__name__)


def execute(task: Task, open_mirror: OpenMirror) -> float | None:
    """Do a run, or go on with the one that was interrupted in its folder.

    ``open_mirror`` gives what follows the run from outside, such as its mirror.

    Returns:
        The AULC on the validation split, or None without one.

    Raises:
        InputError: The config or the data cannot be used; nothing is written then.
    """
    plan = check(task.config, task.overrides)
    if plan.acquisition.embedding is None:
        named = {group: choice for group, choice in task.choices.items() if group != "embedding"}
        task = replace(task, choices=named)
    refuse_unknown(plan.strategy.all_needs, type(plan.strategy).__name__)
    torch.set_num_threads(plan.acquisition.trainer.threads)
    run = RunFolder(task.folder)
    run.acquire()
    try:
        run.refuse_foreign()
        if not plan.settings.overwrite:
            run.check_same(plan.config)
        if plan.settings.overwrite or not run.summary:
            _do(plan, run, task, open_mirror)
        else:
            _tell_changed_data(plan, run, task)
            log.info("%s is finished already; overwrite=true runs it again", task.folder)
            _mirror_finished(plan, run, task, open_mirror)
        show_result(task.folder)
        return (run.summary or {}).get("validation_aulc")
    finally:
        run.release()


def _tell_changed_data(plan: Plan, run: RunFolder, task: Task) -> None:
    """Say if the data are no longer those that a finished run was made on."""
    try:
        now = provenance(plan, loaded(plan.dataset), task.choices, task.overrides)
        changed = run.differences(plan.config, now)
    except InputError as error:
        changed = [str(error)]
    if changed:
        log.warning("since this run finished its data have changed: %s", "; ".join(changed))


def _do(plan: Plan, run: RunFolder, task: Task, open_mirror: OpenMirror) -> None:
    dataset = loaded(plan.dataset)
    known = provenance(plan, dataset, task.choices, task.overrides)
    if not plan.settings.overwrite:
        run.check_same(plan.config, known)
    learners, known["features"] = learners_of(plan, dataset)
    refuse_small(dataset, plan.loop)
    run.clear() if plan.settings.overwrite else run.check_same(plan.config, known)
    with log_to(run.path / "run.log"):
        log_data(dataset, learners.acquisition.inputs)
        run.begin(plan.config, known)
        mirror = open_mirror(plan, run.path, task.choices, dataset)
        _mirrored(plan, run, dataset, learners, mirror)


def _mirror_finished(plan: Plan, run: RunFolder, task: Task, open_mirror: OpenMirror) -> None:
    """Show a finished run to the trackers that do not have it yet.

    Raises:
        InputError: The data are not what they were when it ran.
    """
    lacking = {name: tracker for name, tracker in plan.loggers.items() if tracker.lacks(run.path)}
    if not lacking:
        return
    dataset = loaded(plan.dataset)
    run.check_same(plan.config, provenance(plan, dataset, task.choices, task.overrides))
    run.key = run_key(plan.config, load_provenance(run.path / "run.json"))
    records = run.records()
    mirror = open_mirror(replace(plan, loggers=lacking), run.path, task.choices, dataset)
    for number in range(len(records)):
        mirror.log(records[: number + 1])
    mirror.finish(run.summary or {}, records[-1].labelled)
    mirror.close("success")


def _mirrored(
    plan: Plan, run: RunFolder, dataset: Dataset, learners: Learners, mirror: Mirror
) -> None:
    """Do the loop, and let the mirror follow it."""
    status: Status = "failed"
    try:
        records = _loop(plan, run, dataset, learners, mirror)
        summary = _summary(run, records, dataset)
        mirror.finish(summary, records[-1].labelled)
        status = "success"
    finally:
        mirror.close(status)
    run.finish(summary)  # last, so that who stops the run before goes on with its trackers, too


def _loop(
    plan: Plan, run: RunFolder, dataset: Dataset, learners: Learners, mirror: Mirror
) -> list[Record]:
    """Do the rounds that are missing, and keep each as soon as it is done."""
    learner, successor = learners
    records = run.records(weights=plan.loop.keep_weights)
    previous: Model | None = None
    if records:
        log.info("going on after round %d", len(records) - 1)
        if plan.loop.keep_weights:
            previous = learner.restore(run.path / weights_name(len(records) - 1))
    for number in range(len(records)):
        mirror.log(records[: number + 1])
    batches = [record.batch for record in records]
    with Progress(plan.loop.rounds + 1, done=len(records)) as progress, level_memory() as forget:
        if not records or len(records[-1].ids):
            rounds = active_learning(dataset, learner, plan.strategy, plan.loop, batches, previous)
            if successor is not None:
                rounds = successor.after(rounds, dataset)
            for done in watched(rounds, len(records), dataset):
                records.append(run.save(done, weights=plan.loop.keep_weights))
                run.write_results(records, dataset)
                mirror.log(records)
                progress.advance(records[-1])
                forget()
    run.write_results(records, dataset)
    return records


def _summary(run: RunFolder, records: list[Record], dataset: Dataset) -> dict[str, float | None]:
    """Draw the pictures of a run, and return what it came to."""
    last = DataMap.load(run.path / data_map_name(len(records) - 1))
    draw_pictures(run.path, records, last, dataset)
    labelled = [record.labelled for record in records]
    validation = [record.validation_accuracy for record in records]
    checked = [accuracy for accuracy in validation if accuracy is not None]
    known = beside(dataset)
    summary: dict[str, float | None] = {
        "rounds": len(records) - 1,
        "labelled": labelled[-1],
        "accuracy": records[-1].row["accuracy"],
        "macro_f1": records[-1].row["macro_f1"],
        "aulc": aulc(labelled, [record.row["accuracy"] for record in records]),
        "validation_aulc": aulc(labelled, checked) if checked else None,
        "majority_accuracy": known.majority,
        "tested_classes": known.tested,
    }
    names = ("successor_accuracy", "successor_macro_f1")
    return summary | {name: records[-1].row[name] for name in names if name in records[-1].row}
