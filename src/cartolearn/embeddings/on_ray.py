"""Embedding on an engine that exists: actors of Ray Data, on this machine or a cluster."""

import logging
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from cartolearn.config.types import NonNegative, Size
from cartolearn.data.kept_texts import KeptTexts
from cartolearn.embeddings.base import Embedded, Embedding
from cartolearn.embeddings.ray_worker import Worker, unpacked
from cartolearn.embeddings.shards import Encode, Parts
from cartolearn.errors import InputError
from cartolearn.launcher.worker import threads
from cartolearn.text import one_line, shown

ANSWERS_WITHIN = 10  # seconds


@dataclass(frozen=True)
class RayOptions:
    """What ``conf/embed.yaml`` says of Ray; without workers there is none."""

    workers: Size = 0
    address: str | None = None
    gpus: NonNegative = 0.0


def on_ray(
    embedding: Embedding, texts: KeptTexts, shard_rows: int, options: RayOptions
) -> Encode | None:
    """Return what embeds parts of the texts on Ray; None where the options ask for no workers.

    Every worker reads the texts itself, so their file has to be at the same place on all machines,
    as the code has. A worker that dies is started again, and what it had is embedded once more.

    Raises:
        InputError: The extra is missing, or the embedding has to read all texts at once.
    """
    if not options.workers:
        return None
    try:
        import ray.data  # noqa: F401
    except ImportError as error:
        raise InputError(
            "ray.workers needs the extra package: pip install 'cartography-active-learning[ray]'"
        ) from error
    if embedding.reads_all:
        raise InputError(
            f"{type(embedding).__name__} reads all texts at once, which no worker can;"
            " leave out ray.workers"
        )
    return partial(_embedded, embedding, texts.path.absolute(), shard_rows, options)


def _embedded(
    embedding: Embedding, path: Path, rows: int, options: RayOptions, parts: Parts
) -> Iterator[tuple[int, Embedded]]:
    import ray

    _connect(options)
    numbers = [{"number": number} for number, _ in parts]
    shards = ray.data.from_items(numbers, override_num_blocks=len(numbers)).map_batches(
        Worker,
        fn_constructor_args=(embedding, path, rows),
        batch_size=1,
        compute=ray.data.ActorPoolStrategy(size=min(options.workers, len(numbers))),
        num_gpus=options.gpus or None,
    )
    try:
        yield from map(unpacked, shards.iter_rows())
    except ray.exceptions.RayError as error:
        last = shown(str(error).strip().splitlines()[-1])
        raise InputError(f"embedding on Ray failed: {last}; the same command goes on") from error


def _connect(options: RayOptions) -> None:
    """Start Ray on this machine, or take that at an address, with one thread for each worker."""
    import ray

    if options.address:
        refuse_silent(options.address)
    if ray.is_initialized():
        return
    local: dict[str, Any] = (
        {} if options.address else {"num_cpus": options.workers, "include_dashboard": False}
    )
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    try:
        ray.init(
            address=options.address or "local",
            log_to_driver=False,
            runtime_env={"env_vars": threads(1)},
            logging_level=logging.ERROR,
            **local,
        )
    except (ConnectionError, ValueError, RuntimeError) as error:
        where = f"at ray.address={options.address}" if options.address else "here"
        raise InputError(f"Ray cannot be used {where}: {one_line(error)}") from error
    ray.data.DataContext.get_current().enable_progress_bars = False


def refuse_silent(address: str) -> None:
    """Refuse an address where nothing answers, which Ray itself tries for some minutes.

    Raises:
        InputError: It is no host and port, or nothing listens there.
    """
    if address == "auto":
        return
    host, _, port = address.removeprefix("ray://").rpartition(":")
    if not (host and port.isdigit()):
        raise InputError(f"ray.address={address}: give a host and a port, e.g. 10.0.0.7:6379")
    try:
        socket.create_connection((host.strip("[]"), int(port)), ANSWERS_WITHIN).close()
    except (OSError, OverflowError) as error:
        raise InputError(
            f"ray.address={address}: no Ray answers there ({one_line(error)});"
            " start it with: ray start --head"
        ) from error
