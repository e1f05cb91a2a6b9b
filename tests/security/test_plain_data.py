"""The one reader of saved files: what it takes, and what it refuses before it costs anything."""

import json
import os
from pathlib import Path

import pytest
import yaml

from cartolearn.plain_data import holds_interpolation, parse_json, read_bytes, read_json, read_yaml

BOMB = "a0: &a0 [x, y]\n" + "".join(f"a{i}: &a{i} [*a{i - 1}, *a{i - 1}]\n" for i in range(1, 60))
REFUSED = {
    "bomb": (BOMB, "alias"),
    "anchor of itself": ("a: &a [*a]", "alias"),
    "merge": ("a: &a {x: 1}\nb:\n  <<: *a", "alias"),
    "code": ("a: !!python/object/apply:os.system [ls]", "could not determine a constructor"),
    "date": ("a: 2020-01-01", "another kind"),
    "set": ("a: !!set {x}", "another kind"),
    "binary": ("a: !!binary aGk=", "another kind"),
    "numbers as keys": ("1: 2", "key that is no text"),
    "deep": ("[" * 60 + "]" * 60, "nested too deep"),
    "very deep": ("[" * 100_000, "deep|depth"),
    "a long number": ("a: " + "1:" * 100_000 + "1", "over a hundred digits"),
    "control characters": ("a: \x00", "not allowed"),
    "large": ("a: " + "x" * (1 << 20), "larger than 1 MiB"),
}


@pytest.mark.parametrize(("text", "reason"), REFUSED.values(), ids=REFUSED.keys())
def test_yaml_that_is_not_plain_is_refused(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "a.yaml").write_text(text)
    with pytest.raises(ValueError, match=reason) as error:
        read_yaml(tmp_path / "a.yaml")
    assert len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize(
    "value", [None, 1, 0.5, "é\u2028'\"", [1, [2]], {"a": {"b": [True, None]}}, "2020-01-01", {}]
)
def test_plain_values_come_back(tmp_path: Path, value: object) -> None:
    (tmp_path / "a.yaml").write_text(yaml.safe_dump(value), encoding="utf-8")
    (tmp_path / "a.json").write_text(json.dumps(value), encoding="utf-8")
    assert read_yaml(tmp_path / "a.yaml") == value
    assert read_json(tmp_path / "a.json") == value


@pytest.mark.parametrize("text", ["[" * 100_000, "[" * 60 + "]" * 60, "{", "", "1" * 5000, b"\xff"])
def test_json_that_is_deep_or_torn_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"nested|Expecting|integer|codec"):
        parse_json(text)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_pipes_devices_and_folders_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero"), tmp_path):
        with pytest.raises(ValueError, match=r"no regular file|a folder"):
            read_bytes(path, 10)


def test_a_file_of_the_largest_size_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"x" * 10)
    assert read_bytes(tmp_path / "a", 10) == b"x" * 10
    with pytest.raises(ValueError, match="larger"):
        read_bytes(tmp_path / "a", 9)


def test_interpolations_are_found_in_values_and_keys() -> None:
    assert holds_interpolation({"a": ["x", {"b": "1${oc.env:A}"}]})
    assert holds_interpolation({"${a}": 1})
    assert not holds_interpolation({"a": ["$", "{x}", 1, None]})
