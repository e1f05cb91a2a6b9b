"""The address of a server: taken before it is told to anybody."""

import errno
import os
import socket

from cartolearn.errors import InputError

BACKLOG = 2048  # connections that wait to be let in, as many as uvicorn's
NOT_HERE = {errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT}


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens; who connects from now on is answered once it is served.

    Args:
        host: A name or an address of this machine.
        port: From 1 to 65535, or 0 for a free one.

    Raises:
        InputError: The port is taken or this user may not have it, or the host is not here.
    """
    place = f"cannot listen at {_bracketed(host)}:{port}"
    if not host:
        raise InputError(f"{place}: --host names no address")
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        socket.getaddrinfo(host, port, family)
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except (socket.gaierror, UnicodeError) as error:
        raise InputError(
            f"{place}: no address of that name is known; try another --host"
        ) from error
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        other = "--host" if error.errno in NOT_HERE else "--port"
        raise InputError(f"{place}: {reason}; try another {other}") from error


def address(host: str, listening: socket.socket) -> str:
    """Return where a browser of this machine finds what listens, e.g. ``http://127.0.0.1:8000``."""
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://{_bracketed(here)}:{listening.getsockname()[1]}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
