"""``label next`` and ``predict`` on Ray: the same to the bit, through the death of a worker."""

import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from cartolearn.data.reading.reader import Record
from cartolearn.label.files import predictions
from cartolearn.label.files.on_ray import predicted_on_ray
from cartolearn.label.project.folder import Project
from cartolearn.launcher.ray_data import RayOptions
from cartolearn.strategies.margin import Margin
from cartolearn.strategies.observations import Observations
from cartolearn.strategies.on_ray import OverActors
from cartolearn.testing.scene import picked, scene
from cartolearn.text_models.text_model import TextModel, fit_text_model
from tests.label.conftest import run, toy_project, toy_texts

ray = pytest.importorskip("ray", reason="ray is not installed (extra 'ray')")

STRATEGIES = {
    "margin": [],
    "bald": ["choose@strategy.choose=gumbel"],  # both draw
    "pool_variability": ["strategy.region=0.5"],  # looks at the whole pool
    "coverage": [],  # in two steps
}


@pytest.fixture(scope="module", autouse=True)
def _ended() -> Iterator[None]:
    yield
    ray.shutdown()


@pytest.fixture
def labelled(tmp_path: Path, gold: list[str]) -> Project:
    events = [{"event": "label", "id": row, "label": gold[row]} for row in range(40)]
    more = ["labelling.part_size=70", "labelling.model=words"]
    return toy_project(tmp_path / "project", events, more=more)


@dataclass(frozen=True, kw_only=True)
class Dying(Margin):
    """Ends its process at the first part that it is given, once."""

    marker: str

    def score(self, seen: Observations, generator: torch.Generator) -> Tensor:
        die_once(self.marker)
        return super().score(seen, generator)


@dataclass(frozen=True, eq=False)
class DyingModel(TextModel):
    """The same, of predicting."""

    marker: str

    def predict_proba(self, texts: list[str]) -> NDArray:  # type: ignore[override,type-arg]
        die_once(self.marker)
        return super().predict_proba(texts)


def die_once(marker: str) -> None:
    if not Path(marker).exists():
        Path(marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.slow
@pytest.mark.parametrize("name", STRATEGIES)
def test_the_batch_is_the_same(tmp_path: Path, labelled: Project, name: str) -> None:
    words = [f"strategy={name}", *STRATEGIES[name]]
    assert run("status", labelled.path) == 0  # so that both take the same features
    shutil.copytree(labelled.path, tmp_path / "there")
    here, there = labelled.path, tmp_path / "there"
    assert run("next", here, "-n", 20, *words) == 0
    assert run("next", there, "-n", 20, *words, "ray.workers=2") == 0
    assert ray.is_initialized()
    sheets = [(folder / "to_label.csv").read_bytes() for folder in (here, there)]
    assert sheets[0] == sheets[1]
    assert len(sheets[0].splitlines()) == 21


@pytest.mark.slow
def test_what_is_predicted_is_the_same(
    tmp_path: Path, labelled: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictions, "BLOCK", 50)
    table = tmp_path / "new.csv"
    texts = [*toy_texts()[0], "", "how to add it"]
    table.write_text("text,kept\n" + "".join(f"{text},{n}\n" for n, text in enumerate(texts)))
    for out, more in (("here", []), ("there", ["ray.workers=2"])):
        assert run("predict", labelled.path, table, "--out", tmp_path / f"{out}.csv", *more) == 0
    assert (tmp_path / "there.csv").read_bytes() == (tmp_path / "here.csv").read_bytes()
    assert not list(tmp_path.glob(".*texts.parquet"))


@pytest.mark.slow
def test_the_work_is_done_though_a_worker_dies(tmp_path: Path) -> None:
    options, seen = RayOptions(workers=1), replace(scene(n_pool=90).seen(), part_size=30)
    dying = Dying(marker=str(tmp_path / "scored"))
    assert picked(dying, replace(seen, over=OverActors(options)), 9) == picked(Margin(), seen, 9)
    texts, labels = toy_texts(30)
    names = sorted(set(labels))
    numbers = torch.tensor([names.index(label) for label in labels]).numpy()
    model = fit_text_model(texts, numbers, names, words=True, encoder=None)
    marker = str(tmp_path / "predicted")
    said = DyingModel(**vars(model), marker=marker)
    records = [Record(text, "", 0) for text in texts]
    blocks = list(predicted_on_ray(said, records, tmp_path / "copy", 8, options))
    assert [text for some, _ in blocks for text in some] == texts
    for some, p in blocks:
        assert p.tobytes() == model.predict_proba(some).tobytes()
    assert {path.name for path in tmp_path.iterdir()} == {"scored", "predicted"}


@pytest.mark.parametrize("command", ["next", "predict"])
@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["ray.workers=2", "ray.address='127.0.0.1:1'"], "no Ray answers there"),
        (["ray.workers=2", "ray.address=somewhere"], "give a host and a port"),
        (["ray.workers=-1"], "ray.workers"),
        (["ray.workers=many"], "ray.workers"),
        (["ray.worker=2"], "worker"),
    ],
)
def test_what_cannot_be_used_is_one_line(
    labelled: Project, capsys: pytest.CaptureFixture[str], command: str, words: list[str], told: str
) -> None:
    table = labelled.path.with_name("new.csv")
    table.write_text("text\na b\n")
    before = labelled.log_path.read_bytes()
    file = [table] if command == "predict" else []
    assert run(command, labelled.path, *file, *words) == 2
    lines = capsys.readouterr().err.strip().splitlines()
    assert len(lines) == 1
    assert lines[0].startswith("error: ")
    assert told in lines[0]
    assert labelled.log_path.read_bytes() == before
    assert {path.name for path in labelled.path.parent.iterdir()} == {"project", "new.csv"}


def test_a_project_names_no_cluster(labelled: Project, caplog: pytest.LogCaptureFixture) -> None:
    settings = labelled.path / "project.yaml"
    foreign = "options:\n- ray.workers=2\n- ray.address=10.0.0.7:6379\n"
    settings.write_text(settings.read_text().replace("options:\n", foreign))
    assert Project.open(labelled.path).options.ray == RayOptions()
    told = "ray.workers=2, ray.address=10.0.0.7:6379 is not taken from project.yaml"
    assert told in caplog.text
