"""Optuna on the launcher of one machine, and the search that conf/ brings."""

from pathlib import Path

import pytest
from omegaconf import OmegaConf

from tests.launcher.sweeps import ROOT, attempts, results, sweep

pytest.importorskip("hydra_plugins.hydra_optuna_sweeper", reason="needs the extra 'optuna'")
SEARCH = [
    "hydra/sweeper=optuna",
    "hydra.sweeper.direction=maximize",
    "hydra.sweeper.n_trials=6",
    "hydra.sweeper.n_jobs=3",
    "hydra.sweeper.sampler.seed=1",
    "seed=range(1,40)",
]


def test_the_best_value_is_that_of_the_runs_and_a_search_goes_on_from_disk(tmp_path: Path) -> None:
    sweep(tmp_path, *SEARCH)
    seeds = [int(name.removeprefix("seed=")) for name in results(tmp_path)]
    best = OmegaConf.load(tmp_path / "multirun/sweep/optimization_results.yaml")
    assert best.best_value == max(seeds) ** 2
    assert best.best_params == {"seed": max(seeds)}
    (tmp_path / f"multirun/sweep/seed={min(seeds)}/finished.json").unlink()
    sweep(tmp_path, *SEARCH)
    again = OmegaConf.load(tmp_path / "multirun/sweep/optimization_results.yaml")
    assert again == best
    counts = {name: len(records) for name, records in attempts(tmp_path).items()}
    assert counts == {f"seed={seed}": 2 if seed == min(seeds) else 1 for seed in seeds}


def test_the_search_of_the_project_holds_rows_out_and_names_real_options() -> None:
    from hydra import compose, initialize_config_dir

    import cartolearn.config.hydra_command  # noqa: F401 (its resolvers)

    with initialize_config_dir(str(ROOT / "conf"), version_base="1.3"):
        config = compose("config", ["hydra/sweeper=tune"], return_hydra_config=True)
        sweeper = config.hydra.sweeper
        assert str(sweeper.direction) in {"maximize", "Direction.maximize"}
        assert sweeper.params["loop.validation_share"] == "0.2"
        for option in sweeper.params:
            assert OmegaConf.select(config, option) is not None
