"""Drawing what is checked next, and keeping how it was drawn."""

import io
from collections.abc import Collection
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cartolearn.audit.drawing.design import Design, design
from cartolearn.audit.project.folder import Audit
from cartolearn.audit.project.labels import numbered
from cartolearn.audit.project.state import Drawn, State
from cartolearn.audit.suspicion.learned import probably_wrong
from cartolearn.audit.suspicion.signals import Signals
from cartolearn.checksums import of_file
from cartolearn.errors import InputError
from cartolearn.files import atomic_write
from cartolearn.generators import derived_seed

Ints = NDArray[np.int64]
Codes = NDArray[np.uint8]

NOWHERE = 255  # of a text that was given out before, or is not audited


def draw(audit: Audit, signals: Signals, count: int, by: str | None, *, shown: bool) -> list[int]:
    """Choose ``count`` texts to check, write down how, and return their ids in a random order.

    The order is random, so that an unfinished sheet is a smaller draw, and so that no one can tell
    by its place why a text is there.

    Raises:
        InputError: Every label was given out already.
    """
    with audit.writing():
        state = audit.state()
        rows = audit.labels.rows
        left = np.flatnonzero(~np.isin(rows, _listed(state.handed_out)))
        if not len(left):
            open_ones = "; --waiting gives out those without an answer" if state.waiting() else ""
            raise InputError(f"every label of {audit.path} was given out to be checked{open_ones}")
        generator = np.random.default_rng(
            derived_seed(audit.options.seed, "draw", len(state.draws))
        )
        p = suspicion(audit, state, signals)
        share = audit.options.audit.finding_share
        given = audit.labels.given[0, rows]
        made = design(p, given, generator.permutation(left), count, share)
        drawn = [generator.choice(s, n, replace=False)
                 for s, n in zip(made.strata, made.take.tolist(), strict=True)]  # fmt: skip
        measuring = np.concatenate([*drawn, np.empty(0, np.int64)]).astype(np.int64)
        name = _kept(audit.path, len(state.draws), len(audit.texts), rows, made)
        event = {
            "event": "draw",
            "finding": rows[made.finding].tolist(),
            "measuring": rows[generator.permutation(measuring)].tolist(),
            "sha256": of_file(name),
            "variance": made.variance(p),
            "shown": shown,
        }
        audit.write([event], by)
    return generator.permutation([*event["finding"], *event["measuring"]]).tolist()


def suspicion(audit: Audit, state: State, signals: Signals) -> NDArray[np.float64]:
    """Return how probably each audited label is wrong, float64 [N], by the order of ``rows``."""
    checked, truth = checks(audit, state)
    given = audit.labels.given[0, audit.labels.rows]
    return probably_wrong(signals, checked, truth != given[checked])


def checks(audit: Audit, state: State) -> tuple[Ints, Ints]:
    """Return places in ``rows`` of the checked labels, int64 [n], and their true classes.

    Classes are indices into ``state.classes``.
    """
    answers = state.truth()
    places = np.flatnonzero(np.isin(audit.labels.rows, _listed(answers)))
    named = [answers[row] for row in audit.labels.rows[places].tolist()]
    return places, numbered(named, state.classes)


def second_opinions(audit: Audit, count: int, by: str) -> list[int]:
    """Return up to ``count`` random ids that others checked and ``by`` did not, and note them.

    Raises:
        InputError: There are none.
    """
    with audit.writing():
        state = audit.state()
        answers = state.answers.items()
        open_ones = sorted(row for row, said in answers if said and by not in said)
        if not open_ones:
            raise InputError(f"there is no text that others checked and {by} did not")
        generator = np.random.default_rng(
            derived_seed(audit.options.seed, "again", len(state.answers), by)
        )
        ids = generator.permutation(open_ones)[:count].tolist()
        audit.write([{"event": "again", "ids": ids}], by)
    return ids


def given_out_again(audit: Audit, count: int | None) -> list[int]:
    """Return ids that were given out, to anybody, and not answered, in a random order.

    They were drawn already, so nothing is noted. None for ``count``: all of them.

    Raises:
        InputError: There are none.
    """
    state = audit.state()
    waiting = state.waiting()
    if not waiting:
        raise InputError(f"no text that was given out waits for an answer in {audit.path}")
    generator = np.random.default_rng(derived_seed(audit.options.seed, "page", len(state.draws)))
    return generator.permutation(waiting)[:count].tolist()


def strata_of(audit: Audit, drawn: Drawn) -> Codes:
    """Return the stratum of each text at a draw, uint8 [R]; 0 is what was taken for sure.

    Raises:
        InputError: The file is not the one that was written.
    """
    path = _path(audit.path, drawn.number)
    try:
        fine = of_file(path) == drawn.sha256
        codes: Codes = np.load(path, allow_pickle=False) if fine else np.empty(0, np.uint8)
    except (OSError, ValueError, EOFError):
        fine = False
    if not fine or codes.shape != (len(audit.labels.given[0]),):
        raise InputError(f"{path} is missing, damaged or was changed; restore it from a copy")
    return codes


def _kept(folder: Path, number: int, size: int, rows: Ints, made: Design) -> Path:
    """Write the stratum of each text; return the file."""
    codes = np.full(size, NOWHERE, dtype=np.uint8)
    codes[rows[made.finding]] = 0
    for stratum, places in enumerate(made.strata, 1):
        codes[rows[places]] = stratum
    path = _path(folder, number)
    data = io.BytesIO()
    np.save(data, codes, allow_pickle=False)
    with atomic_write(path) as temporary:
        temporary.write_bytes(data.getvalue())
    return path


def _path(folder: Path, number: int) -> Path:
    return folder / "draws" / f"{number:04d}.npy"


def _listed(ids: Collection[int]) -> Ints:
    return np.fromiter(ids, dtype=np.int64, count=len(ids))
