"""The back-end over HTTP, at a path that only who was told it knows."""

import threading
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from cartolearn.errors import InputError
from cartolearn.label.bridge.backend import NAME, Backend
from cartolearn.label.model.features import ProjectFeatures
from cartolearn.label.page.server import links_of
from cartolearn.label.project.folder import Project
from cartolearn.listening import address
from cartolearn.terminal import Terminal
from cartolearn.text_models.server import LOCAL, Limited, explain, require_server, run

MOST_BYTES = 16 << 20
MOST_TASKS = 10_000


class Setup(BaseModel):
    """What Label Studio says when it meets the back-end; its access token is not read."""

    model_config = ConfigDict(extra="ignore")

    schema_: str = Field(alias="schema", default="")


class Asked(BaseModel):
    """Tasks to be scored, and the interface they are shown in."""

    model_config = ConfigDict(extra="ignore")

    tasks: list[dict[str, Any]] = Field(max_length=MOST_TASKS)
    label_config: str = ""


def app_of(backend: Backend, token: str, hosts: list[str]) -> Any:
    """Return an ASGI application (FastAPI); every path begins with the token.

    Args:
        backend: What answers.
        token: The beginning of every path.
        hosts: Names by which it may be called.
    """
    from fastapi import FastAPI
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    app = FastAPI(title="cartolearn", docs_url=None, redoc_url=None, openapi_url=None)
    explain(app, "what Label Studio sends")
    app.include_router(_paths(backend), prefix=f"/{token}")
    app.add_middleware(Limited, most=MOST_BYTES)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=[*LOCAL, *hosts])
    return app


def _paths(backend: Backend) -> Any:
    from fastapi import APIRouter

    paths = APIRouter()

    def refresh() -> dict[str, str]:
        threading.Thread(target=backend.refresh, daemon=True).start()
        return {"status": "ok"}

    def setup(said: Setup) -> dict[str, str]:
        return {"model_version": _told(backend.setup, said.schema_)}

    def predict(asked: Asked) -> dict[str, Any]:
        if asked.label_config:
            _told(backend.setup, asked.label_config)
        return {"results": backend.predictions(asked.tasks), "model_version": backend.version}

    def webhook(said: dict[str, Any]) -> dict[str, str]:
        return refresh() if _told(backend.annotated, said) else {"status": "ok"}

    paths.get("/health")(lambda: {"status": "UP", "model_class": "cartolearn"})
    paths.get("/versions")(lambda: {"versions": [backend.version]})
    paths.post("/setup")(setup)
    paths.post("/predict")(predict)
    paths.post("/webhook", status_code=201)(webhook)
    paths.post("/train", status_code=201)(refresh)
    return paths


def _told(does: Callable[..., Any], given: object) -> Any:
    """Do something, or answer 422 with what is wrong."""
    from fastapi import HTTPException

    try:
        return does(given)
    except InputError as error:
        raise HTTPException(422, str(error)) from error


def serve_backend(project: Project, words: Namespace) -> None:
    """Serve until Ctrl-C; print the address for Label Studio.

    Args:
        project: The project.
        words: host, port, name (further host names).

    Raises:
        InputError: The extra is missing, or the port cannot be had.
    """
    require_server("label backend")
    place = project.path / "backend"  # of which the address is kept, beside that of the page
    cache = Path(project.options.paths.cache_dir)
    links, listening = links_of(cache, place, words, [NAME])
    token = links.tokens[NAME]
    backend = Backend(ProjectFeatures.of(project))
    app = app_of(backend, token, [words.host, *words.name])
    at = f"{address(words.host, listening)}/{token}"
    Terminal(soft_wrap=True).print(f"Give this address to Label Studio (Ctrl-C ends it): {at}")
    run(app, listening)
