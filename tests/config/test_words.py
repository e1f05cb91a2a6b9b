"""Words of a command line as people type them."""

from itertools import product
from pathlib import Path

import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser

from cartolearn.config.folder import LONGEST_NAME, run_folder_name
from cartolearn.config.words import prepared, refuse_absent
from cartolearn.errors import InputError

NAMES = [
    "strategy=cal,dataset=trec,seed=0",
    "my texts (1).csv",
    "it's [mine].csv",
    "50% {new}, \\old\\.csv",
    "语料=一,二",
    "-",
]


def read(word: str) -> object:
    return OverridesParser.create().parse_override(word).value()


LIKE_VALUES = ["2024", "true", "1e-3"]


@pytest.mark.parametrize(
    ("key", "name"),
    [*product(["resume", "+embedding.corpus"], NAMES), *product(["resume"], LIKE_VALUES)],
)
@pytest.mark.parametrize("flags", [[], ["-m"]])
def test_a_path_that_exists_is_taken_as_typed(
    name: str, key: str, flags: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name).touch()
    for path in (name, str(tmp_path / name)):
        word = prepared([f"{key}={path}", *flags])[0]
        assert str(read(word)) == path


@pytest.mark.parametrize("value", [*LIKE_VALUES, "null"])
def test_a_folder_of_the_same_name_leaves_a_value_what_it_is(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(value).mkdir()
    assert prepared([f"seed={value}"]) == [f"seed={value}"]


def test_a_path_that_is_not_there_yet_is_taken_as_typed_where_the_option_is_one() -> None:
    path = "runs/strategy=cal,dataset=trec,seed=0"
    for key in ("resume", "hydra.run.dir", "paths.cache_dir", "dataset.train"):
        assert read(prepared([f"{key}={path}"])[0]) == path
    assert prepared(["loop.rounds=a=b"]) == ["loop.rounds=a=b"]


def test_what_hydra_reads_already_stays() -> None:
    words = [
        "seed=range(3)", "dataset.train=a.csv,b.csv", "dataset.train='x=1.csv'",
        "dataset.train=${oc.env:HOME}/x.csv", "~logger", "resume=null", "-m", "--config-dir",
        "a=b,c", "--config-name=other", "--cfg", "job",
    ]  # fmt: skip
    assert prepared(words) == words


def test_flags_may_stand_between_options() -> None:
    words = ["--config-dir", "conf", "seed=0,1", "-m", "loop.rounds=2", "--cfg", "job", "name=x"]
    flags = ["--config-dir", "conf", "-m", "--cfg", "job"]
    assert prepared(words) == ["seed=0,1", "loop.rounds=2", "name=x", *flags]


def test_without_a_sweep_a_comma_belongs_to_the_path() -> None:
    assert prepared(["dataset.train=a,b.csv"]) == ["dataset.train='a,b.csv'"]


def test_options_as_sweep_agents_write_them() -> None:
    words = ["--seed=3", "--strategy.correctness_threshold=0.1", "--hydra/launcher=slurm", "--help"]
    assert prepared(words) == [
        "seed=3", "strategy.correctness_threshold=0.1", "hydra/launcher=slurm", "--help",
    ]  # fmt: skip


@pytest.mark.parametrize("word", ["logger=null", "~logger", "~logger=wandb"])
def test_a_group_that_is_taken_away_is_told_what_to_write(word: str) -> None:
    with pytest.raises(InputError, match=f"{word}: for no tracker write logger=none"):
        refuse_absent([word], ["logger", "loop"])
    other = word.replace("logger", "loop")
    with pytest.raises(InputError, match=f"{other}: choose one with loop=NAME"):
        refuse_absent(["seed=1", other], ["logger", "loop"])
    refuse_absent([word.replace("logger", "resume")], ["logger", "loop"])


def test_folder_names_are_cut_by_bytes_at_a_whole_letter() -> None:
    names = {
        run_folder_name("cal", "csv", 0, f"dataset.train={'语料' * length}.csv", None, "runs")
        for length in range(20, 140)
    }
    assert len(names) == 120
    assert max(len(name.encode()) for name in names) <= LONGEST_NAME
    assert all("\ufffd" not in name for name in names)


def test_an_experiment_is_named_where_its_sweep_is_not() -> None:
    usual = "strategy=cal,dataset=csv,seed=0"
    assert run_folder_name("cal", "csv", 0, "", "paper_trec", "paper_trec") == usual
    assert run_folder_name("cal", "csv", 0, "", None, "runs") == usual
    assert run_folder_name("cal", "csv", 0, "a=1", "mine/b", "runs") == (
        f"{usual},experiment=mine-b,a=1"
    )
