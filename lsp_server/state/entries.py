"""An evaluated module as the list of its parameters and buffers, in the order of ``state_dict()``."""

from __future__ import annotations

from collections.abc import Mapping

from lsp_server.catalog.catalog import Catalog
from lsp_server.state import containers
from lsp_server.state.frames import Machine
from lsp_server.state.model import Entry, Kind, ModuleState, Part, Plain
from lsp_server.state.unregistered import unregistered
from lsp_server.state.values import Module, Tensor

_DEPTH = 60
Inside = tuple[tuple[str, str], ...]


def state(machine: Machine, module: Module, title: str) -> ModuleState:
    """The state of a module that was made."""
    walk = _Walk(machine.catalog)
    walk.module(module, "", (), (), {})
    complete = walk.complete and not machine.blind
    return ModuleState(title, module.framework, tuple(walk.entries), complete, tuple(walk.parts), walk.left_out())


class _Walk:
    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.entries: list[Entry] = []
        self.complete = True
        self.parts: list[Part] = []
        self.modules: dict[int, tuple[str, Module]] = {}
        """The modules of the list, each with the start of its names."""
        self.seen: dict[int, str] = {}
        """Tensors that stand in the list already, with their names."""

    def module(
        self, module: Module, prefix: str, above: tuple[int, ...], inside: Inside, around: Mapping[str, object]
    ) -> None:
        """Own parameters, own buffers, then the children: the order of both frameworks."""
        if id(module) in above or len(above) > _DEPTH:
            self.complete = False
            return
        self.complete = self.complete and module.exact
        if id(module) not in self.modules:
            self.modules[id(module)] = (prefix, module)
            if prefix:
                self.parts.append(Part(prefix[:-1], class_name(module), module.call))
        for name, tensor in module.parameters.items():
            self.add(module, "parameter", prefix, name, tensor, inside, around)
        for name, tensor in module.buffers.items():
            self.add(module, "buffer", prefix, name, tensor, inside, around)
        for name, child in module.children.items():
            if child is not None:
                further = self.step(module, name, inside)
                outer = around if inside or not further else module.arguments
                self.module(child, f"{prefix}{name}.", (*above, id(module)), further, outer)

    def left_out(self) -> tuple[Plain, ...]:
        """Attributes that hold something of which the list does not know."""
        known = self.seen.keys() | self.modules.keys()
        return tuple(found for prefix, module in self.modules.values() for found in unregistered(module, prefix, known))

    def step(self, module: Module, name: str, inside: Inside) -> Inside:
        """The way to a child: a layer that makes its own parts is a step, a container lengthens the last one."""
        spec = self.catalog.state(module.base) if module.cls is None else None
        if spec is not None and spec.children:
            return (*inside, (module.base, name))
        if inside and module.cls is None and module.base in containers.INDEXED:
            layer, part = inside[-1]
            return (*inside[:-1], (layer, f"{part}.{name}"))
        return inside

    def add(
        self,
        module: Module,
        kind: Kind,
        prefix: str,
        name: str,
        tensor: Tensor | None,
        inside: Inside,
        around: Mapping[str, object],
    ) -> None:
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
                inside=inside,
                arguments=module.arguments if owned else {},
                around=around,
                given_name=tensor.name or "",
                same_as=self.seen.get(id(tensor), ""),
            )
        )
        self.seen.setdefault(id(tensor), prefix + name)


def class_name(module: Module) -> str:
    """The name of a module's class, without the package."""
    if module.cls is not None:
        name = module.cls.definition.node.child_by_field_name("name")
        if name is not None:
            return module.cls.definition.analysis.text(name)
    return module.base.rpartition(".")[2]
