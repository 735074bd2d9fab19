"""An evaluated module as the list of its parameters and buffers, in the order of ``state_dict()``."""

from __future__ import annotations

from lsp_server.state.frames import Machine
from lsp_server.state.model import Entry, Kind, ModuleState
from lsp_server.state.values import Module, Tensor

_DEPTH = 60


def state(machine: Machine, module: Module, title: str) -> ModuleState:
    """The state of a module that was made."""
    walk = _Walk()
    walk.module(module, "", ())
    complete = walk.complete and not machine.blind
    return ModuleState(title, module.framework, tuple(walk.entries), complete)


class _Walk:
    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.complete = True
        self.seen: set[int] = set()

    def module(self, module: Module, prefix: str, above: tuple[int, ...]) -> None:
        """Own parameters, own buffers, then the children: the order of both frameworks."""
        if id(module) in above or len(above) > _DEPTH:
            self.complete = False
            return
        self.complete = self.complete and module.exact
        for name, tensor in module.parameters.items():
            self.add(module, "parameter", prefix, name, tensor)
        for name, tensor in module.buffers.items():
            self.add(module, "buffer", prefix, name, tensor)
        for name, child in module.children.items():
            if child is not None:
                self.module(child, f"{prefix}{name}.", (*above, id(module)))

    def add(self, module: Module, kind: Kind, prefix: str, name: str, tensor: Tensor | None) -> None:
        if tensor is None:
            return
        owned = name in module.owned and (tensor.source is None or tensor.source == module.call)
        self.complete = self.complete and tensor.shape is not None and tensor.dtype is not None
        self.entries.append(
            Entry(
                name=prefix + name,
                kind=kind,
                shape=tensor.shape,
                dtype=tensor.dtype,
                trainable=kind == "parameter" and tensor.trainable,
                persistent=kind == "parameter" or name not in module.transient,
                source=tensor.source,
                layer=module.base if owned else None,
                layer_call=module.call if owned else None,
                own_name=name.rpartition(".")[2],
                shared=id(tensor) in self.seen,
                arguments=module.arguments if owned else {},
            )
        )
        self.seen.add(id(tensor))
