"""Work on an engine that exists: pieces of it over actors of Ray Data, here or on a cluster."""

import logging
import socket
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cartolearn.config.types import NonNegative, Size
from cartolearn.errors import InputError
from cartolearn.launcher.worker import threads
from cartolearn.text import one_line, shown

ANSWERS_WITHIN = 10  # seconds


@dataclass(frozen=True)
class RayOptions:
    """What ``conf/embed.yaml`` and ``conf/label.yaml`` say of Ray; without workers there is none.

    Attributes:
        workers: Processes of Ray that work side by side.
        address: Where a cluster is, host:port; None starts Ray on this machine.
        gpus: Share of a GPU for each worker.
    """

    workers: Size = 0
    address: str | None = None
    gpus: NonNegative = 0.0

    def refuse_unusable(self) -> None:
        """Refuse, before any work, what would fail after it; nothing is started.

        Raises:
            InputError: The extra is missing, or no Ray answers at the address.
        """
        if not self.workers:
            return
        try:
            import ray.data  # noqa: F401
        except ImportError as error:
            raise InputError(
                "ray.workers needs the extra package: pip install"
                " 'cartography-active-learning[ray]'"
            ) from error
        if self.address:
            refuse_silent(self.address)


def on_actors(
    worker: type,
    arguments: Sequence[Any],
    pieces: Sequence[Mapping[str, Any]],
    options: RayOptions,
    doing: str,
    *,
    ordered: bool = False,
) -> Iterator[dict[str, Any]]:
    """Yield what workers make of each piece, as it is done.

    A worker that dies is started again, and what it had is done once more.

    Args:
        worker: A class whose instances take a batch of one piece, columns by name, and return one.
        arguments: Of its constructor; they are sent to each machine once.
        pieces: Numbers, text or bytes by name, the same names in all.
        options: How many workers, and where.
        doing: What failed, for the message if it does.
        ordered: Whether to yield in the order of the pieces.

    Raises:
        InputError: Ray cannot be used, or gave up.
    """
    import ray

    _connect(options)
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.execution_options.preserve_order = ordered
    kept = ray.put(tuple(arguments))  # held until the last is done, so that any can start again
    done = ray.data.from_items(list(pieces), override_num_blocks=len(pieces)).map_batches(
        Actor,
        fn_constructor_args=(worker, [kept]),
        batch_size=1,
        compute=ray.data.ActorPoolStrategy(size=min(options.workers, len(pieces))),
        num_gpus=options.gpus or None,
    )
    try:
        yield from done.iter_rows()
    except ray.exceptions.RayError as error:
        last = shown(str(error).strip().splitlines()[-1])
        raise InputError(f"{doing} on Ray failed: {last}; the same command goes on") from error


class Actor:
    """A worker whose arguments, a model perhaps, lie in Ray's store.

    Args:
        worker: Its class.
        kept: The reference to the arguments, in a list so that Ray leaves it as it is.
    """

    def __init__(self, worker: type, kept: Sequence[Any]) -> None:
        import ray

        self.worker = worker(*ray.get(kept[0]))

    def __call__(self, batch: Mapping[str, Any]) -> Any:
        """Return what the worker makes of a batch."""
        return self.worker(batch)


def _connect(options: RayOptions) -> None:
    """Start Ray on this machine, or take that at an address, with one thread for each worker."""
    import ray

    options.refuse_unusable()
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
