"""Options in a project that somebody sent: data that conf/ knows, never code or a way out."""

from pathlib import Path

import pytest
import yaml

from cartolearn.config.stored import stored_options
from cartolearn.label.project.folder import Project
from tests.label.conftest import run, toy_project

REFUSED = {
    "hydra.searchpath=[pkg://evil]": "Hydra come from the command line",
    "hydra/launcher=ray": "Hydra come from the command line",
    "embedding@hydra.run=wordllama": "Hydra come from the command line",
    "+extra=1": "not add, remove or sweep",
    "++hydra.run.dir=x": "not add, remove or sweep",
    "~model": "not add, remove or sweep",
    "seed=1,2": "not add, remove or sweep",
    "seed=choice(1,2)": "not add, remove or sweep",
    "model=../../evil": "no model is called '../../evil'",
    "model=/tmp/evil": "no model is called '/tmp/evil'",
    "model={_target_: os.system}": "no model is called",
    "embedding._target_=os.system": "no such option",
    "model.hidden_sizes=[{_target_: os.system}]": "names code",
    "embedding.model=${oc.env:SECRET}": "this machine's environment",
    "embedding.model='x${oc.env:SECRET}'": "this machine's environment",
    "embedding.model=str('${oc.env:SECRET}')": "this machine's environment",
    "model.hidden_sizes=[{a: ${oc.env:SECRET}}]": "this machine's environment",
    "no equals sign": "not of the form",
    "": "not of the form",
}


@pytest.mark.parametrize(("option", "reason"), REFUSED.items(), ids=REFUSED.keys())
def test_what_is_no_plain_option_is_refused_by_name(option: str, reason: str) -> None:
    with pytest.raises(Exception, match=r"p\.yaml: the option") as error:
        stored_options([option], "p.yaml")
    assert repr(option) in str(error.value)
    assert reason in str(error.value)


def test_what_a_person_chose_is_kept() -> None:
    options = [
        "embedding=tfidf_svd", "embedding.dimensions=20", "strategy=entropy", "seed=3",
        "strategy@first=kmeans", "model.hidden_sizes=[8,8]", "embedding.model='my folder'",
        "labelling.wrong_share=null",
    ]  # fmt: skip
    assert stored_options(options, "") == (options, [])


def test_places_are_the_users_own() -> None:
    places = ["paths.cache_dir=/x", "embedding.data_dir=/x", "paths={cache_dir: /x}"]
    assert stored_options([*places, "seed=1"], "") == (["seed=1"], places)


def with_options(path: Path, *options: str) -> Path:
    toy_project(path)
    file = path / "project.yaml"
    settings = yaml.safe_load(file.read_text())
    file.write_text(yaml.safe_dump(settings | {"options": list(options)}))
    return path


def test_a_package_named_by_a_project_never_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    package = tmp_path / "evilpkg"
    package.mkdir()
    (package / "__init__.py").write_text(f"open({str(tmp_path / 'trapped')!r}, 'w')")
    monkeypatch.syspath_prepend(str(tmp_path))
    folder = with_options(tmp_path / "p", "hydra.searchpath=[pkg://evilpkg]")
    for command in (["status", folder], ["next", folder]):
        assert run(*command) == 2
        assert "hydra.searchpath=[pkg://evilpkg]" in capsys.readouterr().err
    assert not (tmp_path / "trapped").exists()


def test_a_secret_is_not_resolved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SECRET", "hunter2")
    folder = with_options(tmp_path / "p", "strategy=${oc.env:SECRET}")
    assert run("status", folder) == 2
    captured = capsys.readouterr()
    assert "hunter2" not in captured.out + captured.err


def test_places_in_an_old_project_are_left_out_and_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    elsewhere = tmp_path / "elsewhere"
    folder = with_options(tmp_path / "p", "embedding=tfidf_svd", f"paths.cache_dir={elsewhere}")
    assert Project.open(folder).options.paths.cache_dir != str(elsewhere)
    assert "not taken from project.yaml" in caplog.text
    own = Project.open(folder, [f"paths.cache_dir={elsewhere}"])
    assert own.options.paths.cache_dir == str(elsewhere)


@pytest.mark.parametrize("name", ["labels.jsonl", "texts.parquet", "derived", "to_label.csv"])
def test_a_link_in_a_project_is_refused(
    tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = toy_project(tmp_path / "p").path
    target = tmp_path / "precious"
    target.write_text("mine")
    (folder / name).unlink(missing_ok=True)
    (folder / name).symlink_to(target)
    for command in (["status", folder], ["next", folder], ["classes", folder, "new"]):
        assert run(*command) == 2
        assert f"{name} is a symbolic link" in capsys.readouterr().err
    assert target.read_text() == "mine"
