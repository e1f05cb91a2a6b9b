"""Reads the .wandb files that W&B writes: LevelDB's log framing around protobuf records."""

import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FILE_HEADER, BLOCK = 7, 32 * 1024
FULL, FIRST, MIDDLE, LAST = 1, 2, 3, 4


def records(path: Path) -> Iterator[Any]:
    """Yield the file's Record messages, their checksums checked."""
    from wandb.proto import wandb_internal_pb2

    data = path.read_bytes()
    assert data[:4] == b":W&B"
    parts = b""
    position = FILE_HEADER
    while position < len(data):
        left = BLOCK - position % BLOCK
        if left < 7:  # the rest of a block that no header fits in
            position += left
            continue
        checksum, length, kind = struct.unpack_from("<IHB", data, position)
        payload = data[position + 7 : position + 7 + length]
        assert zlib.crc32(payload, zlib.crc32(bytes([kind]))) == checksum
        position += 7 + length
        parts = payload if kind in (FULL, FIRST) else parts + payload
        if kind in (FULL, LAST):
            yield getattr(wandb_internal_pb2, "Record").FromString(parts)  # noqa: B009


class OfflineRun:
    """What one .wandb file says of its run."""

    def __init__(self, folder: Path) -> None:
        """Read the one offline run in a ``wandb`` folder."""
        (path,) = folder.glob("*run-*/*.wandb")
        self.records = list(records(path))
        (self.run,) = [record.run for record in self.records if record.HasField("run")]
        self.config = {item.key: json.loads(item.value_json) for item in self.run.config.update}
        self.history = [
            _values(record.history.item) for record in self.records if record.HasField("history")
        ]
        self.metrics = [record.metric for record in self.records if record.HasField("metric")]
        self.summary: dict[str, Any] = {}
        for record in self.records:
            if record.HasField("summary"):
                self.summary |= _values(record.summary.update)

    def artifacts(self, kind: str) -> list[dict[str, Path]]:
        """Return the files of each artifact of a type: name in the artifact to path on disk."""
        logged = [r.request.log_artifact.artifact for r in self.records if r.HasField("request")]
        logged += [r.artifact for r in self.records if r.HasField("artifact")]
        return [
            {entry.path: Path(entry.local_path) for entry in artifact.manifest.contents}
            for artifact in logged
            if artifact.type == kind
        ]

    @property
    def exit_code(self) -> int:
        """The run's exit code; a Ctrl-C while W&B finishes may have it written twice."""
        (code,) = {record.exit.exit_code for record in self.records if record.HasField("exit")}
        return int(code)


def _values(items: Any) -> dict[str, Any]:
    return {item.key or "/".join(item.nested_key): json.loads(item.value_json) for item in items}
