"""A user's own group files and options win over what a dataset brings."""

from pathlib import Path

import pytest
from hydra import compose, initialize_config_dir
from hydra.core.global_hydra import GlobalHydra
from omegaconf import OmegaConf

import cartolearn.config.hydra_command  # noqa: F401  (makes known what the config refers to)
from cartolearn.config.folder import CONF

OWN = {
    "loop": "seed_set_size: 7\nrounds: 3\nquery_size: 2\nseed_set: random\nseed_set_from: null\n"
    "keep_weights: false\nvalidation_share: 0.0\n",
    "trainer": "defaults: [default]\nbatch_size: 5\n",
    "embedding": "defaults: [tfidf_svd]\nmax_tokens: 9\n",
}
DATASETS = sorted(path.stem for path in (CONF / "dataset").glob("*.yaml"))


def composed(own: Path, *words: str) -> dict[str, object]:
    GlobalHydra.instance().clear()
    search = f"hydra.searchpath=[file://{own}]"
    with initialize_config_dir(str(CONF), version_base="1.3"):
        config = compose("config", [search, *words])
    kept = OmegaConf.masked_copy(config, ["usual", "loop", "trainer", "embedding", "paths"])
    values = OmegaConf.to_container(kept, resolve=True)
    assert isinstance(values, dict)
    return {str(key): value for key, value in values.items()}


@pytest.fixture
def own(tmp_path: Path) -> Path:
    for group, text in OWN.items():
        (tmp_path / group).mkdir()
        (tmp_path / group / "mine.yaml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("dataset", DATASETS)
def test_files_of_ones_own_mean_what_they_say(own: Path, dataset: str) -> None:
    mine = composed(own, "loop=mine", "trainer=mine", "embedding=mine", f"dataset={dataset}")
    loop, trainer, embedding = mine["loop"], mine["trainer"], mine["embedding"]
    assert isinstance(loop, dict)
    assert isinstance(trainer, dict)
    assert isinstance(embedding, dict)
    assert (loop["seed_set_size"], loop["rounds"], loop["query_size"]) == (7, 3, 2)
    assert trainer["batch_size"] == 5
    assert embedding["max_tokens"] == 9


@pytest.mark.parametrize("dataset", DATASETS)
def test_without_them_the_dataset_says_what_suits_it_and_an_option_wins(
    own: Path, dataset: str
) -> None:
    plain = composed(own, f"dataset={dataset}", "loop.rounds=2")
    usual, loop, trainer = plain["usual"], plain["loop"], plain["trainer"]
    assert isinstance(usual, dict)
    assert isinstance(loop, dict)
    assert isinstance(trainer, dict)
    assert (loop["seed_set_size"], trainer["batch_size"]) == (
        usual["seed_set_size"],
        usual["batch_size"],
    )
    assert loop["rounds"] == 2
