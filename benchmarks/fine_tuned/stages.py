"""What is run, in which order: settings to choose from, and the sweeps of each dataset."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

KINDS = ("finetuned", "frozen")
# The first of each, the cheapest, is taken whose mean is at most so much below the best.
AS_GOOD = 0.005
SETTINGS = {
    "finetuned": tuple(
        (f"model.trainable_layers={layers}", f"trainer.max_epochs={epochs}")
        for layers in ("3", "null")
        for epochs in (10, 20)
    ),
    "frozen": tuple(
        (f"model.learning_rate={rate}", f"trainer.max_epochs={epochs}")
        for rate in ("1e-3", "3e-3")
        for epochs in (50, 200)
    ),
}
MIXED = "trainer.precision=bf16-mixed"  # of whatever is fine-tuned
TUNING_SEEDS = "100,101,102"  # no seed of the grid
FIRST, LATER = ("random", "margin", "diverse_minibatch"), ("cal", "coverage")
CLAIMED = "trec", ("least_confidence", "entropy", "bald", "dal", "cal_dal")  # by the paper's claims


@dataclass(frozen=True)
class Set:
    """A dataset of the grid.

    Attributes:
        name: Of ``dataset=`` and of the recipes ``finetuned_NAME`` and ``frozen_NAME``.
        labels: Labels of the two rounds of a tuning run.
        set_aside: Share of the training rows on which settings are chosen.
    """

    name: str
    labels: tuple[int, int]
    set_aside: float


SETS = (
    Set("trec", (64, 128), 0.2),
    Set("banking77", (154, 308), 0.2),
    Set("agnews", (64, 128), 0.0167),
)


@dataclass(frozen=True)
class Sweep:
    """Words of ``cartolearn run -m``, and the folder below ``multirun/`` that its runs go to."""

    name: str
    words: tuple[str, ...]


def tuning(data: Set, kind: str) -> list[Sweep]:
    """Return a sweep for each setting: random labels, rows of the training set aside."""
    first, second = data.labels
    common = (
        f"experiment={kind}_{data.name}", "strategy=random", f"seed={TUNING_SEEDS}",
        f"loop.validation_share={data.set_aside}", f"loop.seed_set_size={first}",
        f"loop.query_size={second - first}", "loop.rounds=1",
        "successor.every=null" if kind == "frozen" else f"+{MIXED}",
    )  # fmt: skip
    return [
        Sweep(f"tuning/{kind}_{data.name}_{number}", (*common, *words))
        for number, words in enumerate(SETTINGS[kind])
    ]


def grid(data: Set, tuned: Mapping[str, tuple[str, ...]]) -> Iterator[Sweep]:
    """Yield the sweeps of a dataset, cheap ones and first strategies first.

    Args:
        data: The dataset.
        tuned: The setting that was chosen, by kind.
    """
    second = (*(f"successor.{word}" for word in tuned["finetuned"]), f"+successor.{MIXED}")
    words = {"finetuned": (*tuned["finetuned"], f"+{MIXED}"), "frozen": (*tuned["frozen"], *second)}
    for strategies in (FIRST, LATER):
        for kind in reversed(KINDS):
            name = f"{kind}_{data.name}"
            chosen = f"strategy={','.join(strategies)}"
            yield Sweep(name, (f"experiment={name}", chosen, *words[kind]))
    if data.name == CLAIMED[0]:
        name, chosen = f"finetuned_{data.name}", f"strategy={','.join(CLAIMED[1])}"
        yield Sweep(name, (f"experiment={name}", chosen, *words["finetuned"]))
