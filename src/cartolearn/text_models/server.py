"""A model behind HTTP: labels and probabilities of texts, as JSON; docs/labelling.md tells how."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from importlib.util import find_spec
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, FailFast, Field

from cartolearn.errors import InputError
from cartolearn.text import shown
from cartolearn.text_models.text_model import TextModel

Message = MutableMapping[str, Any]
App = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Any
]
LOCAL = ["127.0.0.1", "localhost"]
PATIENCE = 60  # seconds in which a request must have come
GRACE = 5  # seconds that answers have when the server ends
WANTED = '{"texts": [text, ...]}, as content-type: application/json'


class Asked(BaseModel):
    """What is asked: texts."""

    model_config = ConfigDict(extra="forbid")

    texts: Annotated[list[str], FailFast()] = Field(description="the texts to label")


class Prediction(BaseModel):
    """What the model says of a text."""

    label: str = Field(description="the likeliest class")
    probability: float = Field(description="its calibrated probability")
    probabilities: dict[str, float] = Field(description="those of all classes")


class Answer(BaseModel):
    """One prediction for each text, in their order."""

    predictions: list[Prediction]


class Refused(BaseModel):
    """Why there is no answer."""

    detail: str


class Health(BaseModel):
    """That the model answers, and what it knows."""

    status: str
    classes: list[str]


def require_server(doing: str = "serve-model") -> None:
    """Refuse to serve where the extra is missing.

    Args:
        doing: The command.

    Raises:
        InputError: Saying what to install.
    """
    if find_spec("fastapi") is None or find_spec("uvicorn") is None:
        raise InputError(
            f"{doing} needs the extra packages: pip install 'cartography-active-learning[serve]'"
        )


def app_of(model: TextModel, *, hosts: list[str], texts: int, characters: int, body: int) -> Any:
    """Return an ASGI application (FastAPI).

    Args:
        model: The model; it answers one request at a time.
        hosts: Names by which it may be called, so that no web page can reach it by another name;
            ``*`` is any.
        texts: Most texts of a request.
        characters: Most characters of a text.
        body: Most bytes of a request.
    """
    from fastapi import FastAPI, HTTPException
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    app = FastAPI(title="cartolearn", docs_url=None, redoc_url=None, redirect_slashes=False)
    one_at_a_time = threading.Lock()

    async def health() -> Health:  # not behind those who wait for the model
        return Health(status="ok", classes=model.classes)

    def predict(asked: Asked) -> Answer:
        if len(asked.texts) > texts:
            raise HTTPException(413, f"{len(asked.texts)} texts; at most {texts} at a time")
        for place, text in enumerate(asked.texts):
            if len(text) > characters:
                raise HTTPException(413, f"texts[{place}] is longer than {characters} characters")
        try:
            with one_at_a_time:
                said = model.predict(asked.texts)
        except ValueError as error:  # half a character
            raise HTTPException(422, str(error)) from error
        columns = zip(said.labels, said.probability, said.probabilities, strict=True)
        return Answer(
            predictions=[
                Prediction(
                    label=label,
                    probability=p,
                    probabilities=dict(zip(model.classes, row.tolist(), strict=True)),
                )
                for label, p, row in columns
            ]
        )

    app.get("/health", response_model=Health)(health)
    refusals: dict[int | str, dict[str, Any]] = {
        status: {"model": Refused} for status in (400, 408, 413, 422, 500)
    }
    app.post("/predict", response_model=Answer, responses=refusals)(predict)
    app.add_middleware(Limited, most=body)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    explain(app, WANTED)
    return app


def explain(app: Any, wanted: str) -> None:
    """Let a FastAPI application refuse in one line, that quotes nothing of what it was sent.

    Args:
        app: The application.
        wanted: What it takes.
    """
    from fastapi.exceptions import RequestValidationError
    from starlette.responses import JSONResponse

    def unfit(_: object, error: RequestValidationError) -> JSONResponse:
        first = error.errors()[0]
        names = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"][1:]]
        where = "" if first["type"] == "json_invalid" else shown("".join(names).removeprefix("."))
        why = f"{where}: {first['msg']}" if where else f"the body is not {wanted}"
        return JSONResponse({"detail": why}, 422)

    def broken(_: object, error: Exception) -> JSONResponse:
        return JSONResponse({"detail": f"{type(error).__name__}; the terminal says more"}, 500)

    app.exception_handler(RequestValidationError)(unfit)
    app.exception_handler(Exception)(broken)


def run(app: App, listening: socket.socket) -> None:
    """Serve until Ctrl-C or a signal to end.

    Args:
        app: An ASGI application.
        listening: A socket that listens.
    """
    import uvicorn

    config = uvicorn.Config(
        app, log_level="warning", access_log=False, timeout_graceful_shutdown=GRACE
    )
    uvicorn.Server(config).run(sockets=[listening])


class Limited:
    """Refuses a request larger than ``most`` bytes, or too slow, before it is parsed."""

    def __init__(self, app: App, most: int) -> None:
        self.app, self.most = app, most

    async def __call__(
        self,
        scope: Message,
        receive: Callable[[], Awaitable[Message]],
        send: Callable[[Message], Awaitable[None]],
    ) -> None:
        """Read the body up to the limit, then hand it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        from starlette.responses import JSONResponse

        body, more = b"", True
        try:
            async with asyncio.timeout(PATIENCE):
                while more and len(body) <= self.most:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        return
                    body += message.get("body", b"")
                    more = message.get("more_body", False)
        except TimeoutError:
            told = {"detail": f"the request did not come within {PATIENCE} seconds"}
            await JSONResponse(told, 408, {"connection": "close"})(scope, receive, send)
            return
        except asyncio.CancelledError:
            told = {"detail": "the server ends, and the request had not come"}
            await JSONResponse(told, 503)(scope, receive, send)
            return
        if len(body) > self.most:
            told = {"detail": f"the request is larger than {self.most} bytes"}
            await JSONResponse(told, 413, {"connection": "close"})(scope, receive, send)
            return
        given = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def again() -> Message:
            return next(given, None) or await receive()

        await self.app(scope, again, send)
