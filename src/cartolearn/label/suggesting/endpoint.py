"""The server that is asked: its address, the key, and one exchange with it."""

import asyncio
import ipaddress
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx2

from cartolearn.errors import InputError

LARGEST = 1 << 20  # bytes of an answer
KEY = "CAL_API_KEY"


@dataclass(frozen=True)
class Reply:
    """What came back: the status, the two headers that matter, and the body as it is."""

    status: int
    retry_after: str
    location: str
    body: bytes


class TooLargeError(Exception):
    """An answer was larger than any that is wanted."""


@dataclass(frozen=True)
class Endpoint:
    """An OpenAI-compatible server and one of its models.

    Attributes:
        url: Base address, e.g. ``http://localhost:11434/v1``; without user, query or fragment.
        model: What the server calls the model.
        key: The key, or ""; it goes into the header of a request, and nowhere else.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)

    @classmethod
    def of(cls, url: str, model: str, variable: str = KEY) -> "Endpoint":
        """Return the endpoint that the user names, with the key that a variable holds.

        Raises:
            InputError: The address is none, holds more than an address, or would send the key in
                clear over a network; or the key cannot stand in a header.
        """
        try:
            parts = urlsplit(url)
            fine = parts.scheme in ("http", "https") and bool(httpx2.URL(url).host)
        except (ValueError, httpx2.InvalidURL):
            fine = False
        if not fine or not url.isprintable() or " " in url:
            raise InputError("--endpoint is no address such as https://api.example.org/v1")
        if parts.username or parts.password or parts.query or parts.fragment:
            raise InputError(
                "--endpoint holds more than an address; leave out user, password, ? and #, and give"
                f" the key in the variable {variable}"
            )
        if not model.strip():
            raise InputError("--model is empty")
        key = os.environ.get(variable, "").strip()
        if not (key.isascii() and key.isprintable()):
            raise InputError(f"the variable {variable} holds signs that no key has")
        found = cls(url.rstrip("/"), model, key)
        if key and parts.scheme == "http" and not found.local:
            raise InputError(
                f"{found.url}: the key in {variable} would go over the network in clear; name the"
                f" address with https, or unset {variable} if the server needs none"
            )
        return found

    @property
    def local(self) -> bool:
        """Whether the server is on this machine."""
        host = urlsplit(self.url).hostname or ""
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"

    def client(self, at_once: int) -> httpx2.AsyncClient:
        """Return a client that follows no redirect; to this machine it goes without a proxy."""
        headers = {"accept-encoding": "identity"}
        if self.key:
            headers["authorization"] = f"Bearer {self.key}"
        return httpx2.AsyncClient(
            headers=headers,
            follow_redirects=False,
            timeout=None,  # each exchange has one of its own
            limits=httpx2.Limits(max_connections=at_once),
            trust_env=not self.local,
        )

    def hide(self, text: str) -> str:
        """Return a text without the key; a server may send back what it was sent."""
        return text.replace(self.key, "[key]") if self.key else text


async def exchange(
    client: httpx2.AsyncClient, endpoint: Endpoint, body: Mapping[str, Any], seconds: float
) -> Reply:
    """Send one request and read its answer, as it is on the wire.

    Raises:
        httpx2.HTTPError: The server cannot be reached, or broke off.
        TimeoutError: It took longer.
        TooLargeError: The answer has more than 1 MiB.
    """
    data = bytearray()
    address = f"{endpoint.url}/chat/completions"
    async with asyncio.timeout(seconds), client.stream("POST", address, json=body) as response:
        async for chunk in response.aiter_raw():
            data += chunk
            if len(data) > LARGEST:
                raise TooLargeError
        headers = response.headers
        return Reply(
            response.status_code,
            headers.get("retry-after", ""),
            headers.get("location", ""),
            bytes(data),
        )
