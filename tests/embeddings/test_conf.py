"""Each YAML file of the group names a class and holds each of its options, with a comment."""

from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest
import yaml

FILES = sorted((Path(__file__).parents[2] / "conf" / "embedding").glob("*.yaml"))


def test_the_group_is_complete() -> None:
    names = {path.stem for path in FILES}
    assert {"fasttext", "wordllama", "tfidf_svd", "sentence_transformer", "universal"} <= names


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_options_are_the_fields_and_each_is_explained(path: Path) -> None:
    text = path.read_text()
    options = yaml.safe_load(text)
    module, _, name = options.pop("_target_").rpartition(".")
    assert list(options) == [field.name for field in fields(getattr(import_module(module), name))]
    assert text.count("#") >= len(options)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_embedding_cuts_where_the_dataset_says(path: Path) -> None:
    assert yaml.safe_load(path.read_text())["max_tokens"] == "${usual.max_tokens}"
