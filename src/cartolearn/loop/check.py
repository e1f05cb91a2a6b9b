"""What is damaged in a run's folder, and where it can be had again."""

from collections.abc import Iterator
from pathlib import Path

from cartolearn.checksums import Finding, damaged
from cartolearn.config.saved import load_config, load_provenance
from cartolearn.errors import InputError
from cartolearn.files import in_shell, refuse_links

COPY = "from a copy; else the run has to be done anew with overwrite=true"


def check_run(folder: Path) -> list[Finding]:
    """Check a run's files against their checksums; one that has not ended has none yet."""
    try:
        refuse_links(folder, "wandb")
        load_config(folder / "config.yaml")
        load_provenance(folder / "run.json")
    except InputError as error:
        return [Finding(folder, str(error), COPY)]
    return list(_findings(folder))


def _findings(folder: Path) -> Iterator[Finding]:
    again = f"from the rounds that are whole: cartolearn run resume={in_shell(folder)}"
    for name in damaged(folder):
        if name in ("config.yaml", "run.json"):
            yield Finding(folder / name, "it is not the file that was written", COPY)
        else:
            yield Finding(folder / name, "it is not the file that was written", again)
