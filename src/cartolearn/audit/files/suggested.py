"""Making an audit of what language models answered in a labelling project."""

from collections.abc import Sequence
from pathlib import Path

from cartolearn.audit.files.intake import Intake, Names, checked
from cartolearn.config.near_miss import near_miss
from cartolearn.errors import InputError
from cartolearn.files import in_shell
from cartolearn.label.project.folder import Project
from cartolearn.label.suggesting.record import read_suggestions


def project_at(path: Path) -> Project | None:
    """Return the labelling project at a path; None if it is a file of labels."""
    return Project.open(path) if (path / "project.yaml").is_file() else None


def models_of(project: Project) -> list[str]:
    """Return the models that were asked, the latest first."""
    return list(reversed(read_suggestions(project, project.state()).models))


def take_suggestions(project: Project, models: Sequence[str], sources: Sequence[str]) -> Intake:
    """Return the texts of a project with the answers of models; ids are those of the project.

    Args:
        project: The project.
        models: Whose answers, those that are audited first.
        sources: What the models are called in the audit.

    Raises:
        InputError: No such model answered.
    """
    state = project.state()
    known = read_suggestions(project, state).models
    if not known:
        raise InputError(
            f"{project.path}: no language model was asked yet; ask one with: cartolearn label"
            f" suggest {in_shell(project.path)} --endpoint URL --model NAME"
        )
    named, notes = [], []
    for model in models:
        if model not in known:
            raise InputError(f"{project.path}: no answers of {model!r}{near_miss(model, known)}")
        said = known[model]
        names = Names()
        for row in range(len(project.texts)):
            names.add((said[row].label if row in said else None) or "")
        named.append(names)
        outside = sum(given.label is None for given in said.values())
        prompts = len({given.prompt for given in said.values()})
        if outside:
            notes.append(f"{outside:,} answers of {model} name no class of the list")
        if prompts > 1:
            notes.append(f"the answers of {model} are to {prompts} different prompts")
    twice = len(project.texts) - len(set(project.texts))
    return checked(
        project.path, project.texts, named, sources, [], notes, state.classes, twice=twice
    )
