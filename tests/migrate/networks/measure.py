"""Converts, runs and compares the networks; processes for each framework and tree, all at work at once."""

from __future__ import annotations

import math
import multiprocessing
import shutil
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import Any

import msgspec
import numpy as np

from tests.migrate.networks import trees, worker
from tests.migrate.networks.chosen import Network
from tests.migrate.networks.trees import Converted

Arrays = dict[str, Any]
TOLERANCE = 1e-4
"""Of an output, relative where that is above 1."""
TRAINING_TOLERANCE = 1e-3
"""Of all gradients together, relative to their norm, and of the loss and each buffer. In float32 torch itself is up to
1e-4 away from what it says in float64: rounding decides on which side of a ReLU's corner a number falls."""


class Side:
    """A process that runs networks, and the queue before it. One that has died is started anew."""

    def __init__(self, framework: str, root: Path) -> None:
        self.framework = framework
        self.root = root
        self.pool = ThreadPoolExecutor(1)
        self.process: Any = None
        self.connection: Any = None

    def ask(self, job: worker.Job) -> dict[str, Any]:
        if self.process is None or not self.process.is_alive():
            context = multiprocessing.get_context("spawn")
            self.connection, theirs = context.Pipe()
            self.process = context.Process(target=worker.run, args=(theirs, self.framework, self.root), daemon=True)
            self.process.start()
            theirs.close()
        try:
            self.connection.send(job)
            return self.connection.recv()
        except EOFError:
            self.process.join()
            return {"error": f"the process ended with {self.process.exitcode}"}

    def close(self) -> None:
        self.pool.shutdown()
        if self.process is not None and self.process.is_alive():
            self.connection.send(None)
            self.process.join(10)
            self.process.kill()


class Team:
    """Several processes for one framework and tree; whichever is free takes the next network."""

    def __init__(self, framework: str, root: Path, size: int) -> None:
        self.pool = ThreadPoolExecutor(size)
        self.sides = [Side(framework, root) for _ in range(size)]
        self.free: Queue[Side] = Queue()
        for side in self.sides:
            self.free.put(side)

    def ask(self, job: worker.Job) -> dict[str, Any]:
        side = self.free.get()
        try:
            return side.ask(job)
        finally:
            self.free.put(side)

    def close(self) -> None:
        self.pool.shutdown()
        for side in self.sides:
            side.close()


class Difference(msgspec.Struct):
    """How far one side is from the original; NaN where there is nothing to compare."""

    outputs: float = float("nan")
    loss: float = float("nan")
    gradients: float = float("nan")
    buffers: float = float("nan")
    error: str = ""
    train_error: str = ""

    def agrees(self) -> bool:
        return not self.error and self.outputs <= TOLERANCE

    def trains(self) -> bool:
        others = (self.loss, self.gradients, self.buffers)
        return not self.error and not self.train_error and all(one <= TRAINING_TOLERANCE for one in others)


class Result(msgspec.Struct):
    """What became of one network."""

    network: Network
    files: int = 0
    lines: int = 0
    converted: int = 0
    left: list[str] = msgspec.field(default_factory=list[str])
    """What is left by hand in the files that the network loads, on the way there and on the way back."""
    left_back: list[str] = msgspec.field(default_factory=list[str])
    spread: float = 0.0
    """The standard deviation of the outputs, which no tolerance is near to."""
    there: Difference = msgspec.field(default_factory=Difference)
    back: Difference | None = None
    seconds: float = 0.0


def measured(
    networks: Sequence[Network],
    work: Path,
    back: bool,
    train: bool,
    told: Callable[[Result], None],
) -> list[Result]:
    """The results, in the order of the networks; ``told`` hears of each as it comes."""
    original = trees.installed()
    torch = Side("torch", original)
    there, again = Converted(work / "mindspore", {}), Converted(work / "torch", {})
    jobs = [_job(one, work, train) for one in networks]
    sides: list[Side | Team] = [torch]
    # the command listens to signals, which only the main thread of a process can
    carrier = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
    try:
        # originals run while the trees are converted
        firsts = [torch.pool.submit(torch.ask, job) for job in jobs]
        there = trees.convert(trees.staged(work / "staged"), "mindspore", work / "mindspore", 1)
        # its networks take several times as long as torch's
        mindspore = Team("mindspore", there.root, 2)
        sides.append(mindspore)
        seconds: list[Future[Any]] = [
            mindspore.pool.submit(_converted_run, mindspore, carrier, one, job, first, original)
            for one, job, first in zip(networks, jobs, firsts, strict=True)
        ]
        thirds: list[Future[Any] | None] = [None] * len(networks)
        if back:
            again = trees.convert(there.root, "torch", work / "torch", 1)
            returned = Side("torch", again.root)
            sides.append(returned)
            thirds = [
                returned.pool.submit(_returned_run, returned, carrier, one, job, second, again.root)
                for one, job, second in zip(networks, jobs, seconds, strict=True)
            ]
        results: list[Result] = []
        for network, job, first, second, third in zip(networks, jobs, firsts, seconds, thirds, strict=True):
            result = _result(network, job, first.result(), second.result(), there, original)
            if third is not None:
                result.back, result.left_back = _back(job, third.result(), again)
            shutil.rmtree(job.folder)
            told(result)
            results.append(result)
            (work / "results.json").write_bytes(msgspec.json.encode(results))
        return results
    finally:
        carrier.shutdown(cancel_futures=True)
        for side in sides:
            side.close()


def _job(network: Network, work: Path, train: bool) -> worker.Job:
    folder = work / "runs" / network.name
    (folder / "there").mkdir(parents=True, exist_ok=True)
    (folder / "back").mkdir(exist_ok=True)
    given = (network.name, network.module, network.arguments, network.shape)
    return worker.Job(*given, folder / "weights.pth", folder, True, train, network.detects)


def _converted_run(
    side: Side | Team, carrier: Executor, network: Network, job: worker.Job, first: Future[Any], root: Path
) -> dict[str, Any]:
    if "error" in first.result():
        return {"error": "the original does not run"}
    weights = job.folder / "there.ckpt"
    model = f"{root / trees.PACKAGE / network.file}:{network.call}"
    try:
        carrier.submit(trees.carry, job.weights, weights, model, "mindspore").result()
    except Exception:
        return {"error": f"weights: {traceback.format_exc(limit=-2)}"}
    return side.ask(msgspec.structs.replace(job, weights=weights, folder=job.folder / "there", fill=False))


def _returned_run(
    side: Side | Team, carrier: Executor, network: Network, job: worker.Job, second: Future[Any], root: Path
) -> dict[str, Any]:
    if "error" in second.result():
        return {"error": "the converted network does not run"}
    weights = job.folder / "back.pth"
    model = f"{root / trees.PACKAGE / network.file}:{network.call}"
    try:
        carrier.submit(trees.carry, job.folder / "there.ckpt", weights, model, "torch").result()
    except Exception:
        return {"error": f"weights: {traceback.format_exc(limit=-2)}"}
    # only outputs are looked at: its training step is the original's, written by the same framework
    back = msgspec.structs.replace(job, weights=weights, folder=job.folder / "back", fill=False, train=False)
    return side.ask(back)


def _result(
    network: Network,
    job: worker.Job,
    first: dict[str, Any],
    second: dict[str, Any],
    there: Converted,
    root: Path,
) -> Result:
    result = Result(network)
    if "error" in first:
        result.there.error = f"original: {first['error']}"
        return result
    if "train error" in first:
        second = {**second, "train error": f"original: {first['train error']}"}
    files = second.get("files", first["files"])
    result.files = len(files)
    result.lines = sum(len((root / file).read_text(encoding="utf-8").splitlines()) for file in files)
    result.converted = sum(there.reports[file]["converted"] for file in files)
    result.left = _left(there, files)
    result.spread = float(np.mean([one.std() for one in _arrays(job.folder, "evaluated").values()]))
    result.there = _difference(
        job,
        second,
        job.folder / "there",
        trees.renamed(root / trees.PACKAGE / network.file, network.call),
        job.train,
    )
    result.seconds = sum(one.get(key, 0.0) for one in (first, second) for key in ("build", "evaluate", "train"))
    return result


def _back(job: worker.Job, third: dict[str, Any], again: Converted) -> tuple[Difference, list[str]]:
    left = _left(again, third.get("files", []))
    return _difference(job, third, job.folder / "back", None, train=False), left


def _left(tree: Converted, files: Sequence[str]) -> list[str]:
    found: list[str] = []
    for file in files:
        for one in tree.reports[file]["left"]:
            found.append(f"{file}:{one['line']}: {one['code']} {one['symbol']}: {one['reason']}")
    return found


def _arrays(folder: Path, what: str) -> Arrays:
    with np.load(folder / f"{what}.npz") as found:
        return dict(found)


def _difference(
    job: worker.Job, told: dict[str, Any], folder: Path, names: dict[str, str] | None, train: bool
) -> Difference:
    """``names``: what the other side calls parameters and buffers, if not the same; ``train``: whether it trained."""
    if "error" in told:
        return Difference(error=told["error"], train_error=told["error"])
    found = Difference(train_error=told.get("train error", ""))
    try:
        found.outputs = _farthest(_arrays(job.folder, "evaluated"), _arrays(folder, "evaluated"), {})
    except AssertionError as error:
        found.error = str(error)
    if not train or found.train_error:
        return found
    try:
        found.loss = _farthest(_arrays(job.folder, "trained"), _arrays(folder, "trained"), {})
        known = names or {}
        found.gradients = _apart(_arrays(job.folder, "gradients"), _arrays(folder, "gradients"), known)
        found.buffers = _farthest(_arrays(job.folder, "buffers"), _arrays(folder, "buffers"), known)
    except AssertionError as error:
        found.train_error = str(error)
    return found


def _pairs(expected: Arrays, found: Arrays, names: Mapping[str, str]) -> Iterator[tuple[Any, Any]]:
    for name, one in expected.items():
        other = found.get(names.get(name, name))
        assert other is not None, f"{name} is missing among {list(found)[:5]}"
        assert other.shape == one.shape, f"{name}: {other.shape} instead of {one.shape}"
        assert np.isfinite(one).all(), f"{name} is not finite"
        yield one.astype(np.float64), other.astype(np.float64)


def _farthest(expected: Arrays, found: Arrays, names: Mapping[str, str]) -> float:
    """The largest difference, relative to numbers above 1; infinite where one side has NaN."""
    pairs = [(one, other) for one, other in _pairs(expected, found, names) if one.size]
    apart = [float((np.abs(other - one) / np.maximum(1.0, np.abs(one))).max()) for one, other in pairs]
    return max(apart, default=0.0) if not any(map(math.isnan, apart)) else math.inf


def _apart(expected: Arrays, found: Arrays, names: Mapping[str, str]) -> float:
    """The norm of the difference of everything, relative to the norm of everything."""
    assert expected, "there are no gradients"
    pairs = list(_pairs(expected, found, names))
    difference = sum(float(((other - one) ** 2).sum()) for one, other in pairs)
    return math.sqrt(difference / sum(float((one**2).sum()) for one, _ in pairs))
