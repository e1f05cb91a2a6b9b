from pathlib import Path

import pytest
import yaml

from cartolearn.errors import InputError
from cartolearn.report.groups import Group, group_runs, paired
from cartolearn.runs.full_data import load_full_runs
from cartolearn.runs.run import find_folders, load_runs
from tests.report.folders import Job, World, write_full, write_run


def groups_in(root: Path) -> tuple[list[Group], list[str]]:
    runs, _ = load_runs(find_folders([root], "rounds.csv"))
    return group_runs(runs, load_full_runs(find_folders([root], "full_data.json")))


def test_strategies_and_seeds_of_one_protocol_share_a_group(tmp_path: Path) -> None:
    for strategy in ("cal", "random", "bald"):
        for seed in (7, 3):
            write_run(tmp_path, Job(strategy, seed))
    (group,), doubles = groups_in(tmp_path)
    assert doubles == []
    assert group.title == "trec, grid"
    assert group.strategies == ["random", "bald", "cal"]
    assert list(group.runs["cal"]) == [3, 7]
    labelled, accuracy = group.curves("cal")
    assert (labelled.tolist(), accuracy.shape) == ([20, 30, 40, 50], (2, 4))


def test_datasets_and_their_contents_are_kept_apart(tmp_path: Path) -> None:
    write_run(tmp_path / "a", Job())
    write_run(tmp_path / "b", Job(), World(dataset="agnews"))
    write_run(tmp_path / "c", Job(), World(fingerprint="beef0000"))
    groups, doubles = groups_in(tmp_path)
    assert doubles == []
    assert [g.title for g in groups] == [
        "agnews, grid", "trec, grid data beef0000", "trec, grid data f00d",
    ]  # fmt: skip


def test_other_settings_are_another_protocol_named_by_what_differs(tmp_path: Path) -> None:
    write_run(tmp_path / "a", Job())
    write_run(tmp_path / "b", Job(settings={"max_epochs": 30}))
    groups, _ = groups_in(tmp_path)
    assert [g.protocol for g in groups] == [
        "grid trainer.max_epochs=30",
        "grid trainer.max_epochs=4",
    ]


def test_a_run_older_than_an_option_did_what_the_option_does_by_default(tmp_path: Path) -> None:
    for number, loop in enumerate(({}, {"part_size": 1_000_000}, {"part_size": 9})):
        folder = write_run(tmp_path / str(number), Job(seed=number))
        config = yaml.safe_load((folder / "config.yaml").read_text())
        config["loop"] = {**config.get("loop", {}), **loop}
        (folder / "config.yaml").write_text(yaml.safe_dump(config))
    older, other = groups_in(tmp_path)[0]
    assert sorted(older.runs["random"]) == [0, 1]
    assert sorted(other.runs["random"]) == [2]
    assert other.protocol == "grid loop.part_size=9"


def test_sweeps_of_other_names_with_equal_settings_are_compared(tmp_path: Path) -> None:
    write_run(tmp_path / "a", Job("random"))
    write_run(tmp_path / "b", Job("cal", name="more", settings={"threads": 2}))
    (group,), _ = groups_in(tmp_path)
    assert group.protocol == "grid + more"
    assert group.strategies == ["random", "cal"]


def test_runs_of_machines_that_keep_the_data_elsewhere_are_compared(tmp_path: Path) -> None:
    write_run(tmp_path / "a", Job("random", data_dir="/data"))
    write_run(tmp_path / "b", Job("cal", data_dir="/elsewhere"))
    (group,), _ = groups_in(tmp_path)
    assert group.strategies == ["random", "cal"]


def test_runs_that_nobody_named_are_called_by_their_recipe(tmp_path: Path) -> None:
    write_run(tmp_path / "a", Job("random", name="runs", experiment="paper_trec"))
    write_run(tmp_path / "b", Job("cal", name="paper_trec", experiment="paper_trec"))
    write_run(tmp_path / "c", Job("cal", name="mine", experiment="paper_trec", rounds=2))
    write_run(tmp_path / "d", Job("cal", name="runs", rounds=1))
    groups, _ = groups_in(tmp_path)
    assert [g.protocol for g in groups] == ["mine", "paper_trec", "runs"]


def test_options_of_a_strategy_make_it_another_one(tmp_path: Path) -> None:
    write_run(tmp_path / "a", Job("cal", options={"correctness_threshold": 0.2}))
    for threshold in (0.2, 0.4):
        override = f"strategy.correctness_threshold={threshold}"
        options = {"correctness_threshold": threshold}
        write_run(tmp_path / "b", Job("cal", seed=1, options=options, overrides=(override,)))
    (group,), _ = groups_in(tmp_path)
    assert group.strategies == ["cal", "cal correctness_threshold=0.4"]
    assert group.thresholds == {0.2: "cal", 0.4: "cal correctness_threshold=0.4"}
    assert group.compared == ["cal"]
    assert list(group.runs["cal"]) == [0, 1]


def test_without_a_plain_run_every_variant_says_its_options(tmp_path: Path) -> None:
    for threshold in (0.0, 0.4):
        write_run(tmp_path, Job("cal", options={"correctness_threshold": threshold}, name="x"))
        (tmp_path / "strategy=cal,dataset=trec,seed=0").rename(tmp_path / str(threshold))
    (group,), _ = groups_in(tmp_path)
    assert group.strategies == ["cal correctness_threshold=0.0", "cal correctness_threshold=0.4"]
    assert group.compared == group.strategies


POWER = {"_target_": "cartolearn.strategies.choose.stochastic.Power", "beta": 1.0}
TOP_N = {"_target_": "src.strategies.choose.top_n.TopN"}


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_names_say_what_ran_whatever_the_order_and_the_overrides(
    tmp_path: Path, order: str
) -> None:
    plain, other = order[0], order[1]
    write_run(tmp_path / plain, Job("entropy", options={"choose": TOP_N}))
    chosen = ("choose@strategy.choose=power",)
    write_run(tmp_path / other, Job("entropy", options={"choose": POWER}, overrides=chosen))
    write_run(tmp_path / plain, Job("cal", options={"correctness_threshold": 0.5}))
    asked = ("strategy.correctness_threshold=0.2",)
    job = Job("cal", options={"correctness_threshold": 0.2}, overrides=asked)
    write_run(tmp_path / other, job)
    (group,), doubles = groups_in(tmp_path)
    assert doubles == []
    assert group.strategies == [
        "cal", "cal correctness_threshold=0.5", "entropy", "entropy choose=Power choose.beta=1.0",
    ]  # fmt: skip
    assert group.compared == ["cal", "entropy", "entropy choose=Power choose.beta=1.0"]


def test_measuring_more_of_a_strategy_makes_it_no_other_one(tmp_path: Path) -> None:
    for seed, folds in enumerate((0, 5)):
        write_run(tmp_path, Job("cal", seed, options={"classifier": {"folds": folds}}))
    (group,), _ = groups_in(tmp_path)
    assert group.strategies == ["cal"]


def test_a_strategy_of_one_s_own_is_plain_with_the_options_of_most_runs(tmp_path: Path) -> None:
    for seed, width in enumerate((3, 2, 3)):
        write_run(tmp_path, Job("mine", seed, options={"width": width}))
    (group,), _ = groups_in(tmp_path)
    assert group.strategies == ["mine", "mine width=2"]


def test_a_saved_config_reads_no_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "64")
    write_run(tmp_path, Job("cal", settings={"batch_size": "${oc.env:SECRET}"}))
    with pytest.raises(InputError, match="it holds an interpolation"):
        groups_in(tmp_path)


def test_the_second_of_two_equal_jobs_is_named(tmp_path: Path) -> None:
    first = write_run(tmp_path / "a", Job())
    second = write_run(tmp_path / "b", Job())
    (group,), doubles = groups_in(tmp_path)
    assert group.runs["random"][0].folder == first.resolve()
    assert doubles == [f"{second.resolve()}: the same job as {first.resolve()}, which is used"]


def test_full_data_runs_join_the_group_with_their_settings(tmp_path: Path) -> None:
    write_run(tmp_path / "a", Job())
    for seed, accuracy in ((1, 0.7), (0, 0.6)):
        write_full(tmp_path / "full", Job(seed=seed, rounds=99), accuracy)
    write_full(tmp_path / "other", Job(settings={"max_epochs": 30}), 0.9)
    (group,), told = groups_in(tmp_path)
    assert group.full_accuracy() == pytest.approx(0.65)
    assert list(group.full) == [0, 1]
    assert len(told) == 1
    assert told[0].endswith("not the settings of trec, grid: trainer.max_epochs")


def test_a_full_data_run_that_fits_nowhere_is_named(tmp_path: Path) -> None:
    write_run(tmp_path / "a", Job())
    first = write_full(tmp_path / "b", Job(), 0.6)
    second = write_full(tmp_path / "c", Job(), 0.9)
    other = write_full(tmp_path / "d", Job(), 0.5, World(fingerprint="beef"))
    (group,), told = groups_in(tmp_path)
    assert group.full_accuracy() == 0.6
    assert told == [
        f"{second.resolve()}: the same job as {first.resolve()}, which is used",
        f"{other.resolve()}: no run has the same data",
    ]


def test_paired_takes_common_seeds_in_order() -> None:
    assert paired({2: 5.0, 1: 3.0, 9: 0.0}, {1: 1.0, 2: 1.0, 4: 7.0}).tolist() == [2.0, 4.0]
