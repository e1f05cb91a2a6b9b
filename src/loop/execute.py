"""One run from its config: read, embed, loop, and write everything down."""

import logging
from functools import partial
from pathlib import Path
from typing import Any

import torch
from omegaconf import DictConfig, OmegaConf

from src.cartography.data_map import DataMap
from src.config.build import build
from src.config.check import Plan, check
from src.data.dataset import Dataset
from src.data.summary import summarise
from src.embeddings.cache import features_of
from src.errors import InputError
from src.loop.active_learning import active_learning
from src.loop.facts import facts
from src.loop.folder import RunFolder
from src.loop.learner import Learner
from src.loop.metrics import aulc
from src.loop.pictures import draw_pictures
from src.loop.record import Record
from src.loop.show import Progress, show_result
from src.models.classifier import Classifier
from src.tracking.base import Trackers
from src.tracking.info import RunInfo

log = logging.getLogger(__name__)


def execute(
    config: DictConfig, folder: Path, choices: dict[str, str], overrides: list[str]
) -> float | None:
    """Do a run in ``folder``, or go on with the one that was interrupted there.

    Returns:
        The AULC on the validation split, or None without one.

    Raises:
        InputError: The config or the data cannot be used; nothing is written then.
    """
    if config.get("resume"):
        folder = Path(str(config.resume))
        config = _config_of(folder)
    plan = check(config)
    torch.set_num_threads(plan.trainer.threads)
    run = RunFolder(folder)
    run.acquire()
    try:
        if plan.settings.overwrite:
            run.clear()
        run.check_same(plan.config)
        if not run.summary:
            _do(plan, run, choices, overrides)
        else:
            log.info("%s is finished already; overwrite=true runs it again", folder)
        show_result(folder)
        return (run.summary or {}).get("validation_aulc")
    finally:
        run.release()


def _do(plan: Plan, run: RunFolder, choices: dict[str, str], overrides: list[str]) -> None:
    dataset: Dataset = plan.dataset.load()
    known = facts(plan, dataset, choices, overrides)
    run.check_same(plan.config, known["dataset"]["fingerprint"])
    embedded = features_of(dataset, plan.embedding, plan.paths.cache_dir)
    learner = Learner(
        dataset=dataset,
        features=torch.from_numpy(embedded.features),
        make=partial(build, plan.model, "model"),
        settings=plan.trainer,
        seed=plan.settings.seed,
    )
    learner.check(plan.loop)
    log_file = _log_to(run.path / "run.log")
    trackers = Trackers(plan.loggers, RunInfo(run.path, plan.config, choices, dataset))
    status = "failed"
    try:
        log.info("%s", summarise(dataset))
        run.begin(plan.config, known)
        records = _loop(plan, run, learner, trackers)
        _finish(run, records, dataset, trackers)
        status = "success"
    finally:
        trackers.close(status)
        logging.getLogger().removeHandler(log_file)
        log_file.close()


def _loop(plan: Plan, run: RunFolder, learner: Learner, trackers: Trackers) -> list[Record]:
    """Do the rounds that are missing, and keep each as soon as it is done."""
    records = run.records()
    previous: Classifier | None = None
    if records:
        log.info("going on after round %d", len(records) - 1)
        if plan.loop.keep_weights:
            previous = learner.restore(run.load_weights(len(records) - 1))
    for number in range(len(records)):
        trackers.log(records[: number + 1])
    batches = [record.batch for record in records]
    with Progress(plan.loop.rounds + 1, done=len(records)) as progress:
        if not records or len(records[-1].ids):
            rounds = active_learning(learner, plan.strategy, plan.loop, batches, previous)
            for done in rounds:
                records.append(run.save(done, weights=plan.loop.keep_weights))
                run.write_results(records, learner.dataset)
                trackers.log(records)
                progress.advance(records[-1])
    run.write_results(records, learner.dataset)
    return records


def _finish(
    run: RunFolder, records: list[Record], dataset: Dataset, trackers: Trackers
) -> None:
    last = f"data_maps/round_{len(records) - 1:03d}.parquet"
    draw_pictures(run.path, records, DataMap.load(run.path / last), dataset)
    labelled = [record.labelled for record in records]
    validation = [record.validation_accuracy for record in records]
    checked = [accuracy for accuracy in validation if accuracy is not None]
    summary = {
        "rounds": len(records) - 1,
        "labelled": labelled[-1],
        "accuracy": records[-1].row["accuracy"],
        "macro_f1": records[-1].row["macro_f1"],
        "aulc": aulc(labelled, [record.row["accuracy"] for record in records]),
        "validation_aulc": aulc(labelled, checked) if checked else None,
    }
    trackers.finish(summary, labelled[-1])
    run.finish(summary)


def _config_of(folder: Path) -> DictConfig:
    path = folder / "config.yaml"
    if not path.exists():
        raise InputError(f"resume={folder}: there is no config.yaml; name a run's folder")
    config: Any = OmegaConf.load(path)
    return config


def _log_to(path: Path) -> logging.FileHandler:
    handler = logging.FileHandler(path, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.getLogger().addHandler(handler)
    return handler

