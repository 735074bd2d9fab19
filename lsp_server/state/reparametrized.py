"""What the norms of ``torch.nn.utils`` and their removal make of a module: a weight becomes the tensors that it is
worked out from. Names, shapes and order are those of torch 2.13."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from lsp_server.state import containers
from lsp_server.state.frames import Machine
from lsp_server.state.library import Arguments, argument
from lsp_server.state.values import UNKNOWN, Module, Tensor, Value

_Shape = tuple[int, ...]


def apply(machine: Machine, name: str, arguments: Arguments) -> Value:
    """The module that the function gives back, changed; unknown where it cannot be followed."""
    module = argument(arguments, 0, "module")
    if not isinstance(module, Module):
        return UNKNOWN
    which = argument(arguments, 1, "name", "tensor_name")
    weight = "weight" if which is None else which
    if not machine.certain(module) or not arguments.exact or not isinstance(weight, str):
        module.exact = False
    elif name in _REMOVALS:
        _REMOVALS[name](module, weight)
    else:
        tensor = module.parameters.get(weight)
        if tensor is None or tensor.shape is None or not FUNCTIONS[name](module, weight, tensor, arguments):
            module.exact = False
            module.parameters.pop(weight, None)  # whatever stands for it now, it is gone
    return module


def _moved(tensor: Tensor, shape: _Shape | None = None) -> Tensor:
    """A parameter in the place of another one, of its shape unless another is given."""
    return Tensor("parameter", tensor.shape if shape is None else shape, tensor.dtype, True, source=tensor.source)


def _own(module: Module, *names: str) -> None:
    module.owned = module.owned | frozenset(names)


def _length(shape: _Shape, dim: Value) -> _Shape | None:
    """The shape of a norm over every dimension but one; over all of them for None and -1."""
    if dim in (None, -1):
        return ()
    if not isinstance(dim, int) or not -len(shape) <= dim < len(shape):
        return None
    kept = dim % len(shape)
    return tuple(size if place == kept else 1 for place, size in enumerate(shape))


def _dim(arguments: Arguments, index: int) -> Value:
    given = "dim" in arguments.keywords or len(arguments.positional) > index
    return argument(arguments, index, "dim") if given else 0


def _weight_norm(module: Module, name: str, tensor: Tensor, arguments: Arguments) -> bool:
    shape = _length(tensor.shape or (), _dim(arguments, 2))
    if shape is None:
        return False
    del module.parameters[name]
    module.parameters[f"{name}_g"] = _moved(tensor, shape)
    module.parameters[f"{name}_v"] = _moved(tensor)
    _own(module, f"{name}_g", f"{name}_v")
    return True


def _sides(module: Module, shape: _Shape, dim: Value) -> tuple[int, int] | None:
    """Height and width of a weight as the matrix whose largest singular value is taken."""
    turned = module.base.startswith("torch.nn.ConvTranspose")
    chosen = int(turned) if dim is None else dim
    if not isinstance(chosen, int) or not -len(shape) <= chosen < len(shape):
        return None
    height = shape[chosen]
    return (height, prod(shape) // height) if height else None


def _spectral_norm(module: Module, name: str, tensor: Tensor, arguments: Arguments) -> bool:
    sides = _sides(module, tensor.shape or (), argument(arguments, 4, "dim"))
    if sides is None:
        return False
    del module.parameters[name]
    module.parameters[f"{name}_orig"] = _moved(tensor)
    for label, size in zip("uv", sides, strict=True):
        module.buffers[f"{name}_{label}"] = Tensor("buffer", (size,), tensor.dtype)
    _own(module, f"{name}_orig", f"{name}_u", f"{name}_v")
    return True


def _parametrized(module: Module, name: str, originals: dict[str, Tensor], buffers: dict[str, Tensor]) -> None:
    """The originals stand in ``parametrizations.<name>``, what the function itself keeps in its item ``0``."""
    del module.parameters[name]

    def part() -> Module:
        return Module(module.framework, containers.LISTS[module.framework], doubt=module.doubt)

    holder = module.children.get("parametrizations") or part()
    module.children["parametrizations"] = holder
    made, function = part(), part()
    made.parameters.update(originals)
    function.buffers.update(buffers)
    made.children["0"] = function
    holder.children[name] = made


def _parametrized_weight_norm(module: Module, name: str, tensor: Tensor, arguments: Arguments) -> bool:
    shape = _length(tensor.shape or (), _dim(arguments, 2))
    if shape is None:
        return False
    length, direction = _moved(tensor, shape), _moved(tensor)
    _parametrized(module, name, {"original0": length, "original1": direction}, {})
    return True


def _parametrized_spectral_norm(module: Module, name: str, tensor: Tensor, arguments: Arguments) -> bool:
    sides = _sides(module, tensor.shape or (), argument(arguments, 4, "dim"))
    if sides is None:
        return False
    matrix = len(tensor.shape or ()) > 1
    buffers = {
        f"_{label}": Tensor("buffer", (size,), tensor.dtype) for label, size in zip("uv", sides, strict=True) if matrix
    }
    _parametrized(module, name, {"original": _moved(tensor)}, buffers)
    return True


def _orthogonal(module: Module, name: str, tensor: Tensor, arguments: Arguments) -> bool:
    trivial = argument(arguments, 3, "use_trivialization")
    if tensor.shape is None or len(tensor.shape) != 2 or trivial not in (None, True, False):
        return False
    side = max(tensor.shape)
    buffers = {} if trivial is False else {"base": Tensor("buffer", (side, side), tensor.dtype)}
    _parametrized(module, name, {"original": _moved(tensor)}, buffers)
    return True


def _anything(module: Module, name: str, tensor: Tensor, arguments: Arguments) -> bool:
    """A parametrization of the user's own: what it keeps is not known."""
    return False


def _restore(module: Module, name: str, whole: Tensor | None) -> None:
    if whole is None:
        module.exact = False
        return
    module.parameters[name] = _moved(whole)
    _own(module, name)


def _without_weight_norm(module: Module, name: str) -> None:
    module.parameters.pop(f"{name}_g", None)
    _restore(module, name, module.parameters.pop(f"{name}_v", None))


def _without_spectral_norm(module: Module, name: str) -> None:
    for label in "uv":
        module.buffers.pop(f"{name}_{label}", None)
    _restore(module, name, module.parameters.pop(f"{name}_orig", None))


def _without_parametrizations(module: Module, name: str) -> None:
    holder = module.children.get("parametrizations")
    made = holder.children.pop(name, None) if holder is not None else None
    if holder is not None and not holder.children:
        del module.children["parametrizations"]
    originals = made.parameters if made is not None else {}
    _restore(module, name, originals.get("original1") or originals.get("original"))


FUNCTIONS: dict[str, Callable[[Module, str, Tensor, Arguments], bool]] = {
    "torch.nn.utils.weight_norm": _weight_norm,
    "torch.nn.utils.spectral_norm": _spectral_norm,
    "torch.nn.utils.parametrizations.weight_norm": _parametrized_weight_norm,
    "torch.nn.utils.parametrizations.spectral_norm": _parametrized_spectral_norm,
    "torch.nn.utils.parametrizations.orthogonal": _orthogonal,
    "torch.nn.utils.parametrize.register_parametrization": _anything,
}
_REMOVALS: dict[str, Callable[[Module, str], None]] = {
    "torch.nn.utils.remove_weight_norm": _without_weight_norm,
    "torch.nn.utils.remove_spectral_norm": _without_spectral_norm,
    "torch.nn.utils.parametrize.remove_parametrizations": _without_parametrizations,
}
NAMES = frozenset((*FUNCTIONS, *_REMOVALS))
