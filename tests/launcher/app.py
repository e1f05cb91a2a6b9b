"""A small Hydra program whose jobs do as they are told, for the tests of the launchers."""

import json
import multiprocessing
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import hydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig, OmegaConf

import cartolearn.commands.tasks  # noqa: F401 (registers the launchers)

PRELOAD = tuple(os.environ.get("APP_PRELOADS", "").split())


@hydra.main(config_path="conf", config_name="config", version_base="1.3")
def main(cfg: DictConfig) -> int:
    folder = Path(HydraConfig.get().runtime.output_dir)
    helper = subprocess.Popen(["sleep", "1000"]) if cfg.helper else None
    record = {
        "pids": [os.getpid(), *([helper.pid] if helper else [])],
        "gpu": os.environ.get("CUDA_VISIBLE_DEVICES"),
        "omp": os.environ.get("OMP_NUM_THREADS"),
        "threads": [thread.name for thread in threading.enumerate()],
        "imported": [name for name in ("torch", "wandb") if name in sys.modules],
        "start": time.time(),
        "edited": cfg.edited,
        "text": cfg.text,
        "extra": dict(cfg.get("extra", {})),
        "read": cfg.get("read"),
    }
    if cfg.keeps:
        OmegaConf.save(cfg, folder / "config.yaml")
    with (folder / "attempts.jsonl").open("a") as attempts:
        attempts.write(json.dumps(record) + "\n")
    print(f"printed by job {cfg.seed}")
    time.sleep(cfg.sleep)
    misbehave(cfg.do)
    value = gradient(cfg.seed) if cfg.do == "torch" else cfg.seed**2
    (folder / "result.json").write_text(json.dumps({"value": value}))
    (folder / "finished.json").write_text(
        json.dumps({"validation_aulc": value, "end": time.time()})
    )
    return int(value)


def misbehave(how: str) -> None:
    if how == "raise":
        raise ValueError("no [luck]\nsecond line")
    if how == "exit":
        os._exit(9)
    if how == "quit":
        sys.exit(3)
    if how == "kill":
        os.kill(os.getpid(), 9)


def gradient(seed: int) -> float:
    import torch

    assert torch.get_num_threads() == 1
    generator = torch.Generator().manual_seed(seed)
    weights = torch.randn(64, 64, generator=generator, requires_grad=True)
    (weights @ weights).tanh().sum().backward()
    assert weights.grad is not None
    return weights.grad.sum().item()


if __name__ == "__main__":
    main()
    left = {
        "handles": len(list(Path("/proc/self/fd").iterdir())),
        "threads": threading.active_count(),
        "children": len(multiprocessing.active_children()),
    }
    Path("left.json").write_text(json.dumps(left))
