"""One process for one framework and one tree: it builds and runs one network after the other."""

from __future__ import annotations

import gc
import importlib
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from tests.migrate.networks import arrays, packages

PACKAGE = "torchvision"


class Job(msgspec.Struct, frozen=True):
    """One network to run. Results are written into ``folder``."""

    name: str
    module: str
    arguments: str
    shape: tuple[int, ...]
    weights: Path
    folder: Path
    fill: bool = False
    """Whether the weights are made and written here, and not read."""
    train: bool = False
    detects: bool = False


def run(connection: Connection, framework: str, root: Path) -> None:
    """The body of the process: jobs come in, what they loaded (or what went wrong) goes out."""
    packages.install(root, PACKAGE, "mindspore" if framework == "torch" else "torch")
    side: Any = importlib.import_module(f"tests.migrate.networks.{framework}_side")
    side.prepare()
    while True:
        job = connection.recv()
        if job is None:
            return
        try:
            connection.send(_done(job, side, root))
        except Exception:
            connection.send({"error": traceback.format_exc(limit=-4)})
        finally:
            packages.forget(PACKAGE)
            gc.collect()


def _done(job: Job, side: Any, root: Path) -> dict[str, Any]:
    started = time.process_time()
    data = arrays.inputs(job.name, job.shape)
    module = importlib.import_module(f"{PACKAGE}.models.{job.module}")
    side.seed()
    net = eval(f"{job.name}({job.arguments})", vars(module))  # from our own list
    told: dict[str, Any] = {"files": packages.loaded(root, PACKAGE)}
    if job.fill:
        side.fill(net, data, job.detects)
        side.save(net, job.weights)
    else:
        side.load(net, job.weights)
    built = time.process_time()
    np.savez(job.folder / "evaluated.npz", **side.evaluated(net, data, job.detects))
    told |= {"build": built - started, "evaluate": time.process_time() - built}
    if job.train:
        try:
            for what, found in zip(
                ("trained", "gradients", "buffers"), side.trained(net, data, job.detects), strict=True
            ):
                np.savez(job.folder / f"{what}.npz", **found)
        except Exception:
            told["train error"] = traceback.format_exc(limit=-4)
        told["train"] = time.process_time() - built - told["evaluate"]
    return told
