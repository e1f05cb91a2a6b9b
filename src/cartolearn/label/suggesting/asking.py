"""Asking for many texts at once: within the limits, again where a server asks for patience."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2

from cartolearn.event_log import Event
from cartolearn.label.suggesting.budget import Budget
from cartolearn.label.suggesting.endpoint import Endpoint, Reply, TooLargeError, exchange
from cartolearn.label.suggesting.how import Suggesting
from cartolearn.label.suggesting.prompt import Message, Prompt
from cartolearn.label.suggesting.record import ANSWER, FAILED
from cartolearn.label.suggesting.replies import (
    QUOTED,
    AgainError,
    OtherFormError,
    ReplyError,
    Said,
    StopError,
    class_of,
    read_reply,
)

FAILURES = 5  # texts in a row without a reply, after which the others are not asked
PER_MESSAGE = 16  # tokens that a message takes beside its text, at most


def forms(prompt: Prompt, most: int) -> list[dict[str, Any]]:
    """Return what a request may hold beside model and messages, the strictest form first.

    Servers differ: some hold a model to a schema, some know none; some want one name for the most
    tokens of an answer, some the other.
    """
    schema = {"response_format": prompt.schema}
    return [
        schema | {"temperature": 0, "max_tokens": most},
        schema | {"max_completion_tokens": most},
        {"temperature": 0, "max_tokens": most},
    ]


@dataclass
class Asker:
    """Asks one model for the labels of texts.

    Attributes:
        endpoint: The server, the model, the key.
        prompt: What it is told.
        options: How.
        budget: What may be sent.
        keep: Takes each answer, and each text that got none, to be written down at once.
        stopped: Why no more is asked; "" if all were.
        answers: How many replies there were.
    """

    endpoint: Endpoint
    prompt: Prompt
    options: Suggesting
    budget: Budget
    keep: Callable[[Event], None]
    stopped: str = ""
    answers: int = 0
    _failed: int = 0
    _resume: float = 0.0
    _forms: list[dict[str, Any]] = field(default_factory=list)

    async def ask(self, texts: Iterable[tuple[int, str]]) -> None:
        """Ask for each (id, text) until all are answered or something stops it."""
        self._forms = forms(self.prompt, self.options.max_answer)
        waiting = iter(texts)
        if (first := next(waiting, None)) is None:
            return
        async with self.endpoint.client(self.options.concurrency) as client:
            await self._one(client, *first)  # alone: it finds the form that the server takes
            try:
                async with asyncio.TaskGroup() as group:
                    for _ in range(self.options.concurrency):
                        group.create_task(self._worker(client, waiting))
            except ExceptionGroup as failed:
                raise failed.exceptions[0] from failed  # a full disk, for instance

    async def _worker(self, client: httpx2.AsyncClient, waiting: Iterator[tuple[int, str]]) -> None:
        while not self.stopped and (text := next(waiting, None)) is not None:
            await self._one(client, *text)

    async def _one(self, client: httpx2.AsyncClient, row: int, text: str) -> None:
        """Ask for one text, and keep what came of it."""
        messages = self.prompt.messages(text)
        turn = _Turn(row, self._most(messages))
        try:
            said = await self._patiently(client, messages, turn)
        except StopError as error:
            self._stop(str(error))
        except ReplyError as error:
            self._failed += 1
            if turn.requests:
                self.keep(self._event(FAILED, turn, problem=self.endpoint.hide(str(error))))
            if self._failed >= FAILURES or not self.answers:
                self._stop(str(error))
        else:
            if said is not None:
                self.answers, self._failed = self.answers + 1, 0
                self.keep(self._answer(said, turn))
                return
        if self.stopped and turn.requests and not turn.kept:
            self.keep(self._event(FAILED, turn, problem=self.endpoint.hide(self.stopped)))

    async def _patiently(
        self, client: httpx2.AsyncClient, messages: Sequence[Message], turn: "_Turn"
    ) -> Said | None:
        """Return what the model said, after as many tries as allowed; None if it was not asked."""
        for attempt in range(self.options.tries + len(self._forms)):
            if not await self._may_ask(turn):
                return None
            try:
                return await self._once(client, messages, turn)
            except OtherFormError:
                if self.answers or len(self._forms) == 1:
                    raise
                del self._forms[0]
            except AgainError as error:
                last = attempt + 1 >= self.options.tries
                wait = error.wait or self.options.first_wait * 2**attempt
                if wait > self.options.longest_wait:
                    raise StopError(
                        f"{error}; it asks to wait {wait:,.0f} seconds, so come back then"
                    ) from error
                if error.wait:
                    self._resume = max(self._resume, asyncio.get_running_loop().time() + wait)
                if last:
                    raise
                await asyncio.sleep(wait)
        raise ReplyError("no form of a request was taken")

    async def _may_ask(self, turn: "_Turn") -> bool:
        """Wait for a pause that the server asked for; tell whether the limits allow a request."""
        while (wait := self._resume - asyncio.get_running_loop().time()) > 0:
            await asyncio.sleep(wait)
        if not self.stopped and (problem := self.budget.problem(turn.most)):
            self._stop(problem)
        return not self.stopped

    async def _once(
        self, client: httpx2.AsyncClient, messages: Sequence[Message], turn: "_Turn"
    ) -> Said:
        """Send one request; count what it cost, the most where nobody knows."""
        body = {"model": self.endpoint.model, "messages": messages, **self._forms[0]}
        self.budget.take(turn.most)
        turn.requests += 1
        cost = turn.most
        try:
            reply = await self._reply(client, body)
            if 300 <= reply.status < 500:
                cost = 0.0
            said = read_reply(reply, self.endpoint)
            if said.tokens_in is not None and said.tokens_out is not None:
                cost = self.budget.limits.cost(said.tokens_in, said.tokens_out)
            if said.cut and class_of(said.content, self.prompt.classes) is None:
                raise ReplyError(
                    f"{self.endpoint.url}: the answer names no class and was cut off after"
                    f" {self.options.max_answer} tokens; raise suggest.max_answer, or have the"
                    " model think less"
                )
            return said
        finally:
            self.budget.settle(turn.most, cost)
            turn.money += cost

    async def _reply(self, client: httpx2.AsyncClient, body: dict[str, Any]) -> Reply:
        url = self.endpoint.url
        try:
            return await exchange(client, self.endpoint, body, self.options.timeout)
        except TimeoutError as error:
            raise AgainError(f"{url} takes over {self.options.timeout:g} seconds") from error
        except TooLargeError as error:
            raise ReplyError(f"{url} answers with more than 1 MiB") from error
        except httpx2.HTTPError as error:
            reason = self.endpoint.hide(str(error)) or type(error).__name__
            raise AgainError(f"{url} cannot be reached: {reason}") from error

    def _most(self, messages: Sequence[Message]) -> float:
        """Return what asking costs at most: a token has at least one byte."""
        sent = len(json.dumps(messages, ensure_ascii=False).encode())
        extra = PER_MESSAGE * len(messages) + len(json.dumps(self.prompt.schema).encode())
        return self.budget.limits.cost(sent + extra, self.options.max_answer)

    def _answer(self, said: Said, turn: "_Turn") -> Event:
        label = class_of(said.content, self.prompt.classes)
        kept = {} if label is not None else {"said": self.endpoint.hide(said.content)[:QUOTED]}
        tokens = {"tokens_in": said.tokens_in, "tokens_out": said.tokens_out}
        held = {"held_to_classes": "response_format" in self._forms[0]}
        return self._event(ANSWER, turn, label=label, **kept, **tokens, **held)

    def _event(self, kind: str, turn: "_Turn", **more: Any) -> Event:
        turn.kept = True
        return {
            "event": kind, "id": turn.id, **more, "model": self.endpoint.model,
            "prompt": self.prompt.fingerprint, "requests": turn.requests,
            "money": round(turn.money, 9),
        }  # fmt: skip

    def _stop(self, reason: str) -> None:
        self.stopped = self.stopped or reason


@dataclass
class _Turn:
    """One text while it is asked for: what it may cost, what it did, whether that is written."""

    id: int
    most: float
    requests: int = 0
    money: float = 0.0
    kept: bool = False
