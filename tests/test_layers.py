"""Imports run down only: each room knows those below it, as the README draws them."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "cartolearn"
README = (ROOT / "README.md").read_text(encoding="utf-8")


def layers() -> list[list[str]]:
    """Return the rooms of the README's drawing, from the top floor down."""
    drawing = re.search(r"```text\n(commands.*?)```", README, flags=re.DOTALL)
    assert drawing
    return [re.split(r"\s*\|\s*", line.strip()) for line in drawing[1].strip().splitlines()]


def imported(path: Path) -> Iterator[str]:
    """Yield the modules of the package that a file imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from (name for name in names if name.startswith("cartolearn."))


def room(module: str) -> str:
    name = module.split(".")[1]
    return name if (SOURCE / name).is_dir() else "ground"


def test_every_room_is_drawn_once() -> None:
    rooms = [name for layer in layers() for name in layer]
    there = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert sorted(rooms) == sorted(there | {"ground"})


@pytest.mark.parametrize("name", [name for layer in layers() for name in layer])
def test_imports_run_down(name: str) -> None:
    floor = {name: number for number, layer in enumerate(layers()) for name in layer}
    entry = {"__main__.py", "__init__.py", "notebook.py"}  # the doors of the whole package
    ground = [path for path in SOURCE.glob("*.py") if path.name not in entry]
    for path in ground if name == "ground" else (SOURCE / name).rglob("*.py"):
        for module in imported(path):
            other = room(module)
            assert other == name or floor[other] > floor[name], f"{path} imports {module}"
