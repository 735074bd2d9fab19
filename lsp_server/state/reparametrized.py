"""What the norms, parametrizations and prunings of ``torch.nn.utils`` and their removal make of a module: a weight
becomes the tensors that it is worked out from. Names, shapes and order are those of torch 2.13."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from lsp_server.inference.values import UserClass
from lsp_server.state import containers, hierarchy
from lsp_server.state.frames import Machine
from lsp_server.state.library import Arguments, argument
from lsp_server.state.values import UNKNOWN, Module, Tensor, Value

_Shape = tuple[int, ...]
_PRUNE = "torch.nn.utils.prune"


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
        tensor = _tensor(module, weight)
        function = FUNCTIONS.get(name)
        done = (
            _parametrized_by(machine, module, weight, tensor, arguments)
            if function is None
            else tensor is not None and tensor.shape is not None and function(module, weight, tensor, arguments)
        )
        if not done:
            module.exact = False
            module.parameters.pop(weight, None)  # whatever stands for it now, it is gone
            module.buffers.pop(weight, None)
    return module


def _tensor(module: Module, name: str) -> Tensor | None:
    """What a name of a module stands for; of a parametrized one, the first of its originals."""
    own = module.parameters.get(name) or module.buffers.get(name)
    made = _list_of(module, name)
    originals = (*made.parameters.values(), *made.buffers.values()) if made is not None else ()
    return own or next((one for one in originals if one is not None), None)


def _list_of(module: Module, name: str) -> Module | None:
    """The ``ParametrizationList`` of a tensor."""
    holder = module.children.get("parametrizations")
    return holder.children.get(name) if holder is not None else None


def _moved(tensor: Tensor, shape: _Shape | None = None, trainable: bool = True) -> Tensor:
    """A parameter in the place of another one, of its shape unless another is given."""
    return Tensor("parameter", tensor.shape if shape is None else shape, tensor.dtype, trainable, source=tensor.source)


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


def _part(module: Module) -> Module:
    return Module(module.framework, containers.LISTS[module.framework], doubt=module.doubt)


def _parametrized(module: Module, name: str, originals: dict[str, Tensor], function: Module) -> bool:
    """The originals stand in ``parametrizations.<name>``, what the functions themselves keep in its items: ``0``, and
    ``1`` of the one that is put upon it."""
    made = _list_of(module, name)
    if made is not None:
        if len(originals) > 1:
            return False  # torch raises
        made.children[str(len(made.children))] = function
        return True
    buffer = module.buffers.get(name)
    module.parameters.pop(name, None)
    module.buffers.pop(name, None)
    module.transient.discard(name)
    holder = module.children.get("parametrizations") or _part(module)
    module.children["parametrizations"] = holder
    holder.children[name] = made = _part(module)
    if buffer is None:
        made.parameters.update(originals)
    else:
        made.buffers.update({key: _as_buffer(tensor) for key, tensor in originals.items()})
    made.children["0"] = function
    return True


def _as_buffer(tensor: Tensor) -> Tensor:
    return Tensor("buffer", tensor.shape, tensor.dtype, source=tensor.source)


def _original(tensor: Tensor) -> dict[str, Tensor]:
    return {"original": _moved(tensor, trainable=tensor.trainable)}


def _parametrized_weight_norm(module: Module, name: str, tensor: Tensor, arguments: Arguments) -> bool:
    shape = _length(tensor.shape or (), _dim(arguments, 2))
    if shape is None:
        return False
    length, direction = (_moved(tensor, own, tensor.trainable) for own in (shape, None))
    return _parametrized(module, name, {"original0": length, "original1": direction}, _part(module))


def _parametrized_spectral_norm(module: Module, name: str, tensor: Tensor, arguments: Arguments) -> bool:
    sides = _sides(module, tensor.shape or (), argument(arguments, 4, "dim"))
    if sides is None:
        return False
    function = _part(module)
    if len(tensor.shape or ()) > 1:
        function.buffers.update(
            {f"_{label}": Tensor("buffer", (size,), tensor.dtype) for label, size in zip("uv", sides, strict=True)}
        )
    return _parametrized(module, name, _original(tensor), function)


def _orthogonal(module: Module, name: str, tensor: Tensor, arguments: Arguments) -> bool:
    trivial = argument(arguments, 3, "use_trivialization")
    if tensor.shape is None or len(tensor.shape) != 2 or trivial not in (None, True, False):
        return False
    side, function = max(tensor.shape), _part(module)
    if trivial is not False:
        function.buffers["base"] = Tensor("buffer", (side, side), tensor.dtype)
    return _parametrized(module, name, _original(tensor), function)


def _parametrized_by(machine: Machine, module: Module, name: str, tensor: Tensor | None, arguments: Arguments) -> bool:
    """A parametrization of the user's own. One with ``right_inverse`` may keep several tensors in place of one, of any
    shape: what it gives is not worked out."""
    function = argument(arguments, 2, "parametrization")
    if tensor is None or not isinstance(function, Module):
        return False
    line = hierarchy.order(machine, function.cls) if function.cls is not None else ()
    own = [cls for cls in line if isinstance(cls, UserClass)]
    if not own or UNKNOWN in line or any(hierarchy.method(cls, "right_inverse") is not None for cls in own):
        return False
    return _parametrized(module, name, _original(tensor), function)


def _pruned(module: Module, name: str, tensor: Tensor, arguments: Arguments) -> bool:
    """A mask, and the parameter under another name; a second pruning changes the mask only."""
    if name not in module.parameters:
        return False
    del module.parameters[name]
    module.parameters[f"{name}_orig"] = _moved(tensor, trainable=tensor.trainable)
    module.buffers[f"{name}_mask"] = Tensor("buffer", tensor.shape, tensor.dtype)
    _own(module, f"{name}_orig", f"{name}_mask")
    return True


def _restore(module: Module, name: str, whole: Tensor | None, trainable: bool = True) -> None:
    if whole is None:
        module.exact = False
        return
    module.parameters[name] = _moved(whole, trainable=trainable)
    _own(module, name)


def _without_weight_norm(module: Module, name: str) -> None:
    module.parameters.pop(f"{name}_g", None)
    _restore(module, name, module.parameters.pop(f"{name}_v", None))


def _without_spectral_norm(module: Module, name: str) -> None:
    for label in "uv":
        module.buffers.pop(f"{name}_{label}", None)
    _restore(module, name, module.parameters.pop(f"{name}_orig", None))


def _without_pruning(module: Module, name: str) -> None:
    module.buffers.pop(f"{name}_mask", None)
    whole = module.parameters.pop(f"{name}_orig", None)
    _restore(module, name, whole, whole is None or whole.trainable)


def _without_parametrizations(module: Module, name: str) -> None:
    holder = module.children.get("parametrizations")
    made = holder.children.pop(name, None) if holder is not None else None
    if holder is not None and not holder.children:
        del module.children["parametrizations"]
    originals = made.parameters if made is not None else {}
    whole = originals.get("original1") or originals.get("original")
    if whole is None and made is not None and made.buffers.get("original") is not None:
        module.buffers[name] = made.buffers["original"]
    elif whole is not None and not whole.trainable and "original1" in originals:
        module.buffers[name] = _as_buffer(whole)  # torch: a Parameter only if it needs a gradient
    else:
        _restore(module, name, whole, whole is None or whole.trainable)


FUNCTIONS: dict[str, Callable[[Module, str, Tensor, Arguments], bool]] = {
    "torch.nn.utils.weight_norm": _weight_norm,
    "torch.nn.utils.spectral_norm": _spectral_norm,
    "torch.nn.utils.parametrizations.weight_norm": _parametrized_weight_norm,
    "torch.nn.utils.parametrizations.spectral_norm": _parametrized_spectral_norm,
    "torch.nn.utils.parametrizations.orthogonal": _orthogonal,
    **{
        f"{_PRUNE}.{name}": _pruned
        for name in (
            "identity",
            "random_unstructured",
            "l1_unstructured",
            "random_structured",
            "ln_structured",
            "custom_from_mask",
        )
    },
}
_REMOVALS: dict[str, Callable[[Module, str], None]] = {
    "torch.nn.utils.remove_weight_norm": _without_weight_norm,
    "torch.nn.utils.remove_spectral_norm": _without_spectral_norm,
    "torch.nn.utils.parametrize.remove_parametrizations": _without_parametrizations,
    f"{_PRUNE}.remove": _without_pruning,
}
NAMES = frozenset((*FUNCTIONS, *_REMOVALS, "torch.nn.utils.parametrize.register_parametrization"))
