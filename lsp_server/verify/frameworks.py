"""Runs the text of a module in one framework."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any

from numpy.typing import NDArray

from lsp_server.catalog.catalog import Catalog
from lsp_server.catalog.model import Framework
from lsp_server.verify import outcome, weights
from lsp_server.verify.inputs import fixed_inputs

Restart = Callable[[], None]


def load_both() -> dict[str, str]:
    """Import both frameworks without running an operator (a process that did must not fork). Gives their versions."""
    os.environ.setdefault("GLOG_v", "4")
    import mindspore
    import torch

    return {"torch": str(torch.__version__).split("+")[0], "mindspore": str(mindspore.__version__)}


class Runner:
    """Both frameworks of one process, prepared so that the same case gives comparable answers."""

    def __init__(self, catalog: Catalog, device: str) -> None:
        import mindspore
        import torch

        torch.set_num_threads(1)
        torch.manual_seed(0)
        mindspore.set_seed(0)
        mindspore.set_context(mode=mindspore.PYNATIVE_MODE)
        mindspore.set_device(device)
        mindspore.runtime.launch_blocking()  # otherwise an operator's error appears at a later, unrelated line
        _start_in_training_mode()
        names = weights.state_names(catalog)
        self._restart: dict[str, Restart] = {
            framework: weights.install(names, framework) for framework in ("torch", "mindspore")
        }

    def run(self, text: str, framework: Framework, used: tuple[str, ...]) -> Any:
        """The plain value of the module's function ``case``."""
        self._restart[framework]()
        space: dict[str, Any] = {"__name__": f"case_in_{framework}"}
        exec(compile(text, f"<case in {framework}>", "exec"), space)
        inputs = fixed_inputs()
        return outcome.plain(space["case"](*_tensors({name: inputs[name] for name in used}, framework)))


def _tensors(arrays: Mapping[str, NDArray[Any]], framework: Framework) -> list[Any]:
    if framework == "torch":
        import torch

        return [torch.from_numpy(array) for array in arrays.values()]
    import mindspore

    return [mindspore.Tensor(array) for array in arrays.values()]


def _start_in_training_mode() -> None:
    """A fresh Cell is in evaluation mode, a fresh Module in training mode: begin equal."""
    from mindspore.nn import Cell

    original = Cell.__init__

    def training(self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.set_train(True)

    Cell.__init__ = training
