"""A model behind HTTP: labels and probabilities of texts, as JSON; docs/labelling.md tells how."""

import threading
from collections.abc import Awaitable, Callable, MutableMapping
from importlib.util import find_spec
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from cartolearn.errors import InputError
from cartolearn.text_models.text_model import TextModel

Message = MutableMapping[str, Any]
App = Callable[
    [Message, Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Any
]
LOCAL = ["127.0.0.1", "localhost"]


class Asked(BaseModel):
    """What is asked: texts."""

    model_config = ConfigDict(extra="forbid")

    texts: list[str] = Field(description="the texts to label")


class Prediction(BaseModel):
    """What the model says of a text."""

    label: str = Field(description="the likeliest class")
    probability: float = Field(description="its calibrated probability")
    probabilities: dict[str, float] = Field(description="those of all classes")


class Answer(BaseModel):
    """One prediction for each text, in their order."""

    predictions: list[Prediction]


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

    app = FastAPI(title="cartolearn", docs_url=None, redoc_url=None)
    one_at_a_time = threading.Lock()

    def health() -> Health:
        return Health(status="ok", classes=model.classes)

    def predict(asked: Asked) -> Answer:
        if len(asked.texts) > texts:
            raise HTTPException(413, f"{len(asked.texts)} texts; at most {texts} at a time")
        for place, text in enumerate(asked.texts):
            if len(text) > characters:
                raise HTTPException(413, f"texts[{place}] is longer than {characters} characters")
        with one_at_a_time:
            said = model.predict(asked.texts)
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
    app.post("/predict", response_model=Answer)(predict)
    app.add_middleware(Limited, most=body)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts)
    return app


class Limited:
    """Refuses a request whose body is larger than ``most`` bytes, before it is parsed."""

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
        body, more = b"", True
        while more and len(body) <= self.most:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if len(body) > self.most:
            from starlette.responses import JSONResponse

            told = {"detail": f"the request is larger than {self.most} bytes"}
            await JSONResponse(told, 413)(scope, receive, send)
            return
        given = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def again() -> Message:
            return next(given, None) or await receive()

        await self.app(scope, again, send)
