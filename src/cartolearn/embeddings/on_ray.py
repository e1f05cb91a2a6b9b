"""Embedding on Ray: a shard for each piece of work."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from cartolearn.data.kept_texts import KeptTexts
from cartolearn.embeddings.base import Embedded, Embedding
from cartolearn.embeddings.ray_worker import packed, unpacked
from cartolearn.embeddings.shards import Encode, Parts
from cartolearn.errors import InputError
from cartolearn.launcher.ray_data import RayOptions, on_actors
from cartolearn.launcher.ray_texts import TextsWorker


def on_ray(
    embedding: Embedding, texts: KeptTexts, shard_rows: int, options: RayOptions
) -> Encode | None:
    """Return what embeds parts of the texts on Ray; None where the options ask for no workers.

    Every worker reads the texts itself, so their file has to be at the same place on all machines,
    as the code has. A worker that dies is started again, and what it had is embedded once more.

    Raises:
        InputError: Ray cannot be used, or the embedding has to read all texts at once.
    """
    if not options.workers:
        return None
    options.refuse_unusable()
    if embedding.reads_all:
        raise InputError(
            f"{type(embedding).__name__} reads all texts at once, which no worker can;"
            " leave out ray.workers"
        )
    return partial(_embedded, embedding, texts.path.absolute(), shard_rows, options)


def _embedded(
    embedding: Embedding, path: Path, rows: int, options: RayOptions, parts: Parts
) -> Iterator[tuple[int, Embedded]]:
    numbers = [{"number": number} for number, _ in parts]
    arguments = partial(packed, embedding), path, rows
    yield from map(unpacked, on_actors(TextsWorker, arguments, numbers, options, "embedding"))
