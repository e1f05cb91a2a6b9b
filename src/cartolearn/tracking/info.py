"""What trackers may want to know of a run before its first round."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cartolearn.config.flatten import flatten
from cartolearn.data.dataset import Dataset

TAGS = ("dataset", "strategy", "embedding", "model")


@dataclass(frozen=True, eq=False)
class RunInfo:
    """A run's folder, resolved config, choices of config groups, and data."""

    folder: Path
    config: Mapping[str, Any]
    choices: Mapping[str, str]
    dataset: Dataset

    @property
    def strategy(self) -> str:
        """The choice of the strategy group, e.g. ``cal``."""
        return str(self.choices.get("strategy", "none"))

    @property
    def title(self) -> str:
        """A name that all seeds share: ``cal trec``, then what else was overridden."""
        chosen = str(self.choices.get("dataset", self.dataset.name))
        usual = f"strategy={self.strategy},dataset={chosen},seed={self.config.get('seed')}"
        words = [self.strategy, self.dataset.name]
        if self.folder.name.startswith(f"{usual},"):
            words.append(self.folder.name[len(usual) + 1 :])
        return " ".join(words)

    @property
    def protocol(self) -> str:
        """Runs of one protocol may be compared: the dataset and the option ``name``."""
        return f"{self.dataset.name}, {self.config.get('name', 'runs')}"

    @property
    def group(self) -> str:
        """Runs of one group differ in their seed alone: ``paper_trec: cal trec``."""
        return f"{self.config.get('name', 'runs')}: {self.title}"

    @property
    def tags(self) -> list[str]:
        """The choices one filters by, each once."""
        return list(dict.fromkeys(str(self.choices[key]) for key in TAGS if key in self.choices))

    @property
    def flat_config(self) -> dict[str, Any]:
        """Every option by its path with slashes, e.g. ``loop/rounds``, choices, protocol, group.

        Slashes, since trackers read a dot in a name as another level.
        """
        options = {key.replace(".", "/"): value for key, value in flatten(self.config).items()}
        choices = {f"choice/{key}": str(value) for key, value in self.choices.items()}
        choices = {key: value for key, value in choices.items() if "hydra" not in key}
        return {"protocol": self.protocol, "group": self.group} | options | choices
