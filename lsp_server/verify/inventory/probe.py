"""Sees what runs on the CPU: ``python -m lsp_server.verify.inventory.probe`` calls what MindSpore has on small inputs.

Every symbol is tried in a process of its own, with arguments guessed from the names of its parameters, until one call
runs. "fails" is said only if a kernel is missing: a call that is refused for its arguments says nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import sys
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from lsp_server.catalog.model import Parameter, Symbol
from lsp_server.verify.inventory import measured
from lsp_server.verify.inventory.store import INVENTORY
from lsp_server.verify.inventory.walk import progress

_SECONDS = 30
_MODULES = (
    "mindspore.mint", "mindspore.mint.linalg", "mindspore.mint.nn", "mindspore.mint.nn.functional",
    "mindspore.mint.special", "mindspore.nn", "mindspore.ops", "mindspore.Tensor",
)  # fmt: skip
_ELSEWHERE = re.compile(
    r"all_|all_to|barrier|broadcast_object|gather_obj|isend|irecv|\.recv|\.send|reduce_scatter|scatter_"
)
"""Collectives wait for other processes."""

_MISSING = re.compile(
    r"unregistered|Unsupported op \[|Create kernelmod for op \w+ failed|Not found op \w+ on device|"
    r"not supported? on (?:the )?CPU|only supports? (?:on )?Ascend|does not support CPU",
    re.IGNORECASE,
)
_VALUES: dict[str, str] = {
    "dim": "0", "axis": "0", "dims": "(0,)", "dim0": "0", "dim1": "1", "axis0": "0", "axis1": "1", "axes": "(0,)",
    "size": "(2, 3)", "shape": "(2, 3)", "target_shape": "(3, 3)", "perm": "(1, 0)", "repeats": "2", "reps": "(2, 1)",
    "index": "I", "indices": "I", "mask": "B", "condition": "B", "dtype": "ms.float32", "type_dst": "ms.float32",
    "kernel_size": "2", "output_size": "2", "n": "3", "m": "3", "k": "1", "diagonal": "0", "start": "0", "end": "3",
    "stop": "3", "steps": "3", "length": "1", "sections": "3", "chunks": "3", "split_size_or_sections": "1",
    "indices_or_sections": "3", "fill_value": "1.0", "value": "1.0", "exponent": "2.0", "p": "0.5", "ord": "2",
    "in_channels": "C", "out_channels": "C", "num_features": "C", "num_channels": "C", "num_groups": "1",
    "in_features": "W", "out_features": "2", "normalized_shape": "(W,)", "num_embeddings": "4", "embedding_dim": "2",
    "vocab_size": "4", "embedding_size": "2", "upscale_factor": "1", "downscale_factor": "1", "padding": "1",
    "input_size": "W", "hidden_size": "2", "batch_size": "2", "num_classes": "3", "depth": "3", "eps": "1e-5",
    "on_value": "ms.Tensor(1.0)", "off_value": "ms.Tensor(0.0)", "low": "0", "high": "3", "mean": "0.0", "std": "1.0",
    "equation": "'ij->ji'", "operands": "X", "tensors": "[X, X]", "inputs": "[X, X]", "input_x": "X", "weight": "X",
    "target": "L", "labels": "L", "label": "L", "shifts": "1", "block_size": "1", "scale_factor": "2.0", "lambd": "0.5",
    "threshold": "0.5", "negative_slope": "0.1", "dropout": "0.5", "keep_prob": "0.5", "src": "X", "source": "X",
    "gamma": "V", "beta": "V", "running_mean": "V", "running_var": "V", "generator": "None", "in_shape": "(2, 3)",
}  # fmt: skip
"""Source of a value by the name of a parameter; ``X`` is the input, ``C`` and ``W`` its channels and width."""

_INPUTS = (
    "np.linspace(0.1, 0.9, 9, dtype=np.float32).reshape(3, 3)",
    "np.arange(9).reshape(3, 3)",
    "np.eye(3) > 0",
    "np.linspace(0.1, 0.9, 64, dtype=np.float32).reshape(2, 2, 4, 4)",
    "np.linspace(0.1, 0.9, 16, dtype=np.float32).reshape(2, 2, 4)",
    "np.linspace(0.1, 0.9, 128, dtype=np.float32).reshape(1, 2, 4, 4, 4)",
    "np.array([0.1, 0.5, 0.9], dtype=np.float32)",
    "np.array([[1 + 1j, 2], [3, 4 - 1j]], dtype=np.complex64)",
    "np.array([1, 2, 3], dtype=np.int32)",
)


def wanted(symbols: list[Symbol]) -> Iterator[Symbol]:
    """Functions, methods of a Tensor, and layers."""
    for symbol in symbols:
        owner = symbol.name.rpartition(".")[0]
        if owner not in _MODULES or not symbol.documented or _ELSEWHERE.search(symbol.name):
            continue
        is_layer = symbol.kind == "class" and "mindspore.nn.Cell" in symbol.bases
        if symbol.kind in ("function", "method") or (is_layer and owner != "mindspore.ops"):
            yield symbol


def main() -> int:
    import mindspore

    path = INVENTORY / f"mindspore-{mindspore.__version__}.jsonl"
    symbols = [msgspec.json.decode(line, type=Symbol) for line in path.read_bytes().splitlines()[1:]]
    by_name = {symbol.name: symbol for symbol in symbols}
    target = measured.path_of("mindspore", mindspore.__version__, INVENTORY)
    found = measured.read(target)
    for symbol in wanted(symbols):
        word = tried(symbol, by_name)
        # what some input ran once runs; a guess that is refused is no reason to forget it
        if word is not None and found.get(symbol.name) != "runs":
            found[symbol.name] = word
        progress(f"{symbol.name} {word or '?'}")
    measured.write(target, found)
    return 0


def tried(symbol: Symbol, by_name: dict[str, Symbol]) -> measured.Measured | None:
    """What came of a symbol in a process of its own. The process that forks must never run an operator."""
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_answer, args=(symbol, by_name, sender), daemon=True)
    process.start()
    sender.close()
    try:
        return receiver.recv() if receiver.poll(_SECONDS) else None
    except EOFError:
        return None
    finally:
        process.kill()
        process.join()


def _answer(symbol: Symbol, by_name: dict[str, Symbol], sender: Any) -> None:
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)
    sender.send(_outcome(calls(symbol, by_name)))


def _outcome(attempts: Iterator[Callable[[], Any]]) -> measured.Measured | None:
    missing = False
    for attempt in attempts:
        try:
            _synchronized(attempt())
            return "runs"
        except Exception as error:
            if _MISSING.search(str(error)):
                missing = True
                if "unregistered" in str(error):
                    break  # the next operator of this process would raise the same again
    return "fails" if missing else None


def calls(symbol: Symbol, by_name: dict[str, Symbol]) -> Iterator[Callable[[], Any]]:
    """The calls to try, one after the other."""
    inner = by_name.get(f"{symbol.name}.construct") if symbol.kind == "class" else None
    for source in _INPUTS:
        for signature in symbol.signatures:
            scope = _scope(source)
            arguments = _arguments(signature.parameters, first="X" if symbol.kind == "function" else "")
            text = f"{symbol.name}({arguments})"
            if symbol.kind == "method":
                text = f"X.{symbol.name.rpartition('.')[2]}({arguments})"
            if symbol.kind == "class":
                taken = inner.signatures[0].parameters if inner is not None and inner.signatures else (Parameter("x"),)
                text += f"({_arguments(taken, first='X')})"
            yield lambda text=text, scope=scope: eval(text, scope())


def _arguments(parameters: tuple[Parameter, ...], first: str) -> str:
    """Values for the parameters that must be given; ``first`` for a first one whose name says nothing."""
    needed = [p for p in parameters if p.default is None and p.kind != "var-keyword"]
    values: list[str] = []
    for index, parameter in enumerate(needed):
        value = _VALUES.get(parameter.name, "X")
        if index == 0 and first and parameter.name not in ("size", "shape", "n", "start", "end", "tensors", "equation"):
            value = first
        values.append(f"{parameter.name}={value}" if parameter.kind == "keyword" else value)
    return ", ".join(values)


def _scope(source: str) -> Callable[[], dict[str, Any]]:
    """Made when it is needed: the process that forks makes no tensors."""

    def made() -> dict[str, Any]:
        import mindspore as ms
        import numpy as np

        array = eval(source, {"np": np})
        return {
            "mindspore": ms, "ms": ms, "np": np, "X": ms.Tensor(array), "W": array.shape[-1],
            "C": array.shape[1] if array.ndim > 1 else array.shape[0],
            "I": ms.Tensor(np.zeros(array.shape, np.int64)), "B": ms.Tensor(np.ones(array.shape, bool)),
            "L": ms.Tensor(np.zeros(array.shape[0], np.int32)), "V": ms.Tensor(np.ones(array.shape[-1], np.float32)),
        }  # fmt: skip

    return made


def _synchronized(value: Any) -> None:
    """Wait for results: a kernel that is missing raises when somebody looks."""
    if isinstance(value, (tuple, list)):
        for one in value:
            _synchronized(one)
    elif hasattr(value, "asnumpy"):
        value.asnumpy()


if __name__ == "__main__":
    sys.exit(main())
