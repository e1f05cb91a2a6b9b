from pathlib import Path


def write(a: Path, b: Path) -> None: ...
