"""Runs the text of a module in one framework."""

from __future__ import annotations

import linecache
import os
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from numpy.typing import NDArray

from lsp_server.catalog.model import FRAMEWORKS, Framework
from lsp_server.verify import companions, outcome, weights

Arrays = Mapping[str, NDArray[Any]]


def load_both() -> dict[str, str]:
    """Import both frameworks without running an operator (a process that did must not fork). Gives their versions."""
    os.environ.setdefault("GLOG_v", "4")
    import mindspore
    import torch

    companions.prepare()
    torch.set_num_threads(1)  # the threads of a pool do not live on in a forked child
    return {"torch": str(torch.__version__).split("+")[0], "mindspore": str(mindspore.__version__)}


class Runner:
    """Both frameworks of one process, prepared so that the same case gives comparable answers."""

    def __init__(self, names: Mapping[str, Mapping[str, str]], device: str) -> None:
        import mindspore
        import torch

        torch.set_num_threads(1)
        mindspore.set_context(mode=mindspore.PYNATIVE_MODE)
        mindspore.set_device(device)
        mindspore.runtime.launch_blocking()  # otherwise an operator's error appears at a later, unrelated line
        _start_in_training_mode()
        self._torch_names: dict[int, weights.Shapes] = {}
        self._fillers = {framework: weights.Filler(names, framework, self._torch_names) for framework in FRAMEWORKS}
        self._fillers["mindspore"].adopt("case_in_mindspore")

    def begin(self) -> None:
        """Before the first side of a case: what torch called its parameters in the last one says nothing now."""
        self._torch_names.clear()

    def load(self, text: str, framework: Framework, given: Arrays | None = None) -> dict[str, Any]:
        """Run a module up to its end. Gives its names; ``given`` are tensors that it finds."""
        self._fillers[framework].restart()
        _seed(framework, 0)
        tensors = dict(zip(given, as_tensors(given, framework), strict=True)) if given else {}
        return executed(text, f"case_in_{framework}", tensors)

    def run(self, text: str, framework: Framework, inputs: Arrays, given: Arrays | None = None, seed: int = 0) -> Any:
        """The plain value of the module's function ``case``. Only what it draws itself depends on the seed."""
        space = self.load(text, framework, given)
        _seed(framework, seed)
        return outcome.plain(space["case"](*as_tensors(inputs, framework)))


def executed(text: str, name: str, given: dict[str, Any]) -> dict[str, Any]:
    """The names of the text, run as a module that can be found again: MindSpore compiles functions (``jit``, ``vmap``,
    ``jacrev``) from their source, which it looks up by file and module."""
    file = f"<{name}>"
    module = ModuleType(name)
    module.__dict__.update(given)
    sys.modules[name] = module
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    exec(compile(text, file, "exec"), module.__dict__)
    return module.__dict__


def _seed(framework: Framework, seed: int) -> None:
    if framework == "torch":
        import torch

        torch.default_generator.manual_seed(seed)  # torch.manual_seed visits every device, 2 ms each time
        return
    import mindspore

    mindspore.set_seed(seed)


def torch_drew() -> bool:
    """Whether torch drew random numbers since it was seeded."""
    import torch

    generator = torch.default_generator
    fresh = torch.Generator().manual_seed(generator.initial_seed())
    return not torch.equal(generator.get_state(), fresh.get_state())


def as_tensors(arrays: Arrays, framework: Framework) -> list[Any]:
    """A fresh tensor of each array: what a case does to it in place stays with that tensor."""
    if framework == "torch":
        import torch

        return [torch.from_numpy(array.copy()) for array in arrays.values()]
    import mindspore

    return [mindspore.Tensor(array.copy()) for array in arrays.values()]


def _start_in_training_mode() -> None:
    """A fresh Cell is in evaluation mode, a fresh Module in training mode: begin equal."""
    from mindspore.nn import Cell

    original = Cell.__init__

    def training(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.set_train(True)

    Cell.__init__ = training
