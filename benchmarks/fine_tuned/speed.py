"""Fine-tuning and scoring beside others, as ratios of processor time taken in turns in one run.

``python -m benchmarks.fine_tuned.speed``. Beside: a bare PyTorch loop of the same arithmetic that
records the same data map; Hugging Face's ``Trainer`` with its defaults (where ``accelerate`` is
installed); SetFit with 20 iterations, once, since it takes ten minutes (where ``setfit`` is
installed, and ``--setfit`` asks for it); ``SentenceTransformer.encode`` with its defaults.
"""

import argparse
import time
from collections.abc import Callable, Mapping
from functools import partial
from importlib.util import find_spec
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from benchmarks import setfit_peer
from cartolearn.config.schema import TrainerSettings
from cartolearn.data.dataset import Dataset
from cartolearn.data.trec import Trec
from cartolearn.models.learner import Batches, Learner
from cartolearn.models.tokens import Tokens
from cartolearn.models.training import fit
from cartolearn.models.transformer import Transformer

BATCH, LABELS, EPOCHS, LAYERS = 16, 300, 10, 3
Ids = NDArray[np.int64]


def main() -> None:
    """Measure, and print the ratios with the least and the most of the turns."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder that holds trec/")
    parser.add_argument("--labels", type=int, default=LABELS)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--pool", type=int, default=2000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--layers", type=int, default=LAYERS, help="trained ones; 0 trains all")
    parser.add_argument("--setfit", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    data = Trec(options.data, "").load()
    ids = np.random.default_rng(0).permutation(data.train_ids)
    with TemporaryDirectory() as folder:
        learner = prepared_learner(data, folder, options.epochs, options.layers)
        labelled, pool = ids[: options.labels], ids[-options.pool :]
        seconds = in_turns(trainings(learner, data, labelled, folder), options.turns)
        show(seconds, "map")
        if options.setfit:
            chosen = [data.texts[i] for i in labelled]
            once = in_turns(
                {"SetFit": partial(setfit_peer.trained, chosen, data.labels[labelled])},
                1,
                warm_up=False,
            )
            show({**once, "map": [median(seconds["map"])]}, "map")
        trained = learner.train(labelled[:32], data.labels[labelled[:32]])
        texts = [data.texts[i] for i in pool]
        encoder = sentence_encoder()
        scoring = {
            "scoring": partial(trained.probabilities, torch.from_numpy(pool)),
            "encode": partial(encoder.encode, texts, show_progress_bar=False),
        }
        show(in_turns(scoring, options.turns), "scoring")


def prepared_learner(
    data: Dataset, folder: str, epochs: int = EPOCHS, layers: int = LAYERS, seed: int = 0
) -> Learner:
    """Return what trains so many of the installed encoder's layers; 0 layers: all of them."""
    rows, _ = Tokens("installed").read(data, folder)
    settings = TrainerSettings(max_epochs=epochs, batch_size=BATCH, device="cpu")
    make = partial(Transformer, trainable_layers=layers or None)
    return Learner(rows, len(data.label_names), make, settings, seed)


def trainings(
    learner: Learner, data: Dataset, ids: Ids, folder: str
) -> Mapping[str, Callable[[], Any]]:
    """Return what is timed of training: with a map, without, bare with a map, and by others."""
    labels = data.labels[ids]
    found: dict[str, Callable[[], Any]] = {
        "map": partial(learner.train, ids, labels),
        "no map": partial(without_map, learner, ids, labels),
        "bare loop with a map": partial(bare, learner, ids, labels, with_map=True),
        "bare loop": partial(bare, learner, ids, labels, with_map=False),
    }
    if find_spec("accelerate"):
        texts = [data.texts[i] for i in ids]
        found["Trainer"] = partial(hugging_face, learner, texts, labels, folder)
    return found


def prepared(learner: Learner, ids: Ids, labels: Ids) -> tuple[Transformer, Any, torch.Tensor]:
    """Return a fresh model, what it reads of the rows (the frozen part passed once), and y."""
    torch.manual_seed(0)
    y = torch.from_numpy(labels)
    model: Any = learner.make(n_classes=learner.n_classes, labels=y)
    rows: Any = learner.inputs
    some = rows.some(torch.from_numpy(ids))
    return model, some.through(model.lowered, torch.device("cpu")), y


def without_map(learner: Learner, ids: Ids, labels: Ids) -> None:
    """Train as the loop does, and record nothing."""
    model, x, y = prepared(learner, ids, labels)
    fit(model, x, y, learner.settings.max_epochs, BATCH, torch.Generator().manual_seed(0))


def bare(learner: Learner, ids: Ids, labels: Ids, *, with_map: bool) -> list[torch.Tensor]:
    """Train without Lightning: the same layers, minibatches, optimiser and schedule."""
    model, x, y = prepared(learner, ids, labels)
    steps = -(-len(y) // BATCH) * learner.settings.max_epochs
    rate, head_rate = model.rates
    adam = torch.optim.AdamW(
        [
            {"params": list(model.upper.parameters()), "lr": rate},
            {"params": list(model.head.parameters()), "lr": head_rate},
        ],
        weight_decay=model.weight_decay, fused=True,
    )  # fmt: skip
    rising = max(1, round(model.warmup * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        adam, lambda step: min((step + 1) / rising, max(0, steps - step) / max(1, steps - rising))
    )
    draws, chunks, gold = torch.Generator().manual_seed(0), Batches(x, y), list[torch.Tensor]()
    for _ in range(learner.settings.max_epochs):
        model.train()
        for rows in torch.randperm(len(y), generator=draws).split(BATCH):
            adam.zero_grad()
            functional.cross_entropy(model(x[rows]), y[rows], model.class_weights).backward()
            adam.step()
            schedule.step()
        if with_map:
            model.eval()
            with torch.no_grad():
                p = [(model(part).softmax(dim=1), truth) for part, truth in chunks]
            gold.append(torch.cat([each.gather(1, truth[:, None])[:, 0] for each, truth in p]))
    return gold


def hugging_face(
    learner: Learner, texts: list[str], labels: Ids, folder: str, seed: int = 0
) -> Any:
    """Fine-tune all layers by ``transformers.Trainer`` with its defaults; return the trainer."""
    import transformers

    from cartolearn.models.encoder import load

    library: Any = transformers
    module, tokenizer = load("installed", None)
    known: Any = module
    torch.manual_seed(seed)
    model = library.AutoModelForSequenceClassification.from_pretrained(
        known.config._name_or_path,
        num_labels=learner.n_classes,
    )
    rows = as_trainer_reads(texts, labels)
    options = library.TrainingArguments(
        folder, num_train_epochs=learner.settings.max_epochs, per_device_train_batch_size=BATCH,
        use_cpu=True, report_to=[], save_strategy="no", disable_tqdm=True, seed=seed,
    )  # fmt: skip
    collator = library.DataCollatorWithPadding(tokenizer)
    trainer = library.Trainer(model, options, train_dataset=rows, data_collator=collator)
    trainer.train()
    return trainer


def as_trainer_reads(texts: list[str], labels: Ids) -> list[dict[str, Any]]:
    """Return token ids and label of each text."""
    from cartolearn.models.encoder import load

    tokenizer = load("installed", None)[1]
    cut = [tokenizer(text, truncation=True, max_length=128) for text in texts]
    return [{**one, "label": int(label)} for one, label in zip(cut, labels, strict=True)]


def sentence_encoder() -> Any:
    """Return the same encoder as a SentenceTransformer."""
    import sentence_transformers

    from cartolearn.models.encoder import load

    known: Any = load("installed", None)[0]
    library: Any = sentence_transformers
    return library.SentenceTransformer(known.config._name_or_path, device="cpu")


def in_turns(
    parts: Mapping[str, Callable[[], Any]], turns: int, *, warm_up: bool = True
) -> dict[str, list[float]]:
    """Return processor seconds of each part in each turn; a turn before them warms up."""
    seconds: dict[str, list[float]] = {name: [] for name in parts}
    for turn in range(0 if warm_up else 1, turns + 1):
        for name, part in parts.items():
            start = time.process_time()
            part()
            if turn:
                seconds[name].append(time.process_time() - start)
    return seconds


def show(seconds: Mapping[str, list[float]], ours: str) -> None:
    """Print each part's median seconds, and its ratio to ours, turn by turn."""
    for name, values in seconds.items():
        ratios = [other / mine for other, mine in zip(values, seconds[ours], strict=True)]
        spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
        print(f"{name:>22} {median(values):8.1f} s  {median(ratios):.2f} of {ours} ({spread})")


if __name__ == "__main__":
    main()
