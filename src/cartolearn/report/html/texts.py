"""The texts and labels behind the ids, from the dataset or else from what the runs kept."""

from dataclasses import dataclass

from cartolearn.errors import InputError
from cartolearn.report.groups import Group
from cartolearn.runs.full_data import FullRun
from cartolearn.runs.run import Run, read_columns

LONGEST = 400


@dataclass(frozen=True)
class Texts:
    """Text and label name by id; an id that nobody kept a text of has none."""

    text: dict[int, str]
    label: dict[int, str]


def texts_of(group: Group) -> Texts:
    """Read the group's dataset again; if it is not there, take the texts of the selections."""
    run = next(iter(next(iter(group.runs.values())).values()))
    found = _from_dataset(run) or _from_selections(group)
    return Texts(
        {i: _cut(text) for i, (text, _) in found.items()},
        {i: label for i, (_, label) in found.items()},
    )


def _from_dataset(run: Run) -> dict[int, tuple[str, str]]:
    from cartolearn.config.build import build
    from cartolearn.data.dataset import loaded
    from cartolearn.data.summary import fingerprint

    try:
        dataset = loaded(build(run.config["dataset"], "dataset"))
    except (InputError, TypeError, KeyError):
        return {}
    if fingerprint(dataset) != run.dataset.fingerprint:
        return {}
    names, labels = dataset.label_names, dataset.labels
    return {i: (dataset.texts[i], names[labels[i]]) for i in dataset.train_ids.tolist()}


def _from_selections(group: Group) -> dict[int, tuple[str, str]]:
    found: dict[int, tuple[str, str]] = {}
    for by_seed in group.runs.values():
        for run in by_seed.values():
            table = read_columns(run.folder / "selections.parquet", ["id", "text", "label"])
            rows = zip(*(table[name].to_pylist() for name in ("id", "text", "label")), strict=True)
            found |= {i: (text, label) for i, text, label in rows}
    for full in group.full.values():
        found |= _from_full(full)
    return found


def _from_full(full: FullRun) -> dict[int, tuple[str, str]]:
    if not full.texts_path.is_file():
        return {}
    table = read_columns(full.texts_path, ["id", "text", "label"])
    rows = zip(*(table[name].to_pylist() for name in ("id", "text", "label")), strict=True)
    return {i: (text, label) for i, text, label in rows}


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."
