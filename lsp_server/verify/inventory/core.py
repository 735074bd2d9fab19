"""Which names are the core: the documented surface that people write models with.

A name counts if it is documented and lies directly in one of these modules or classes under any of its public names.
"""

from __future__ import annotations

import re

from lsp_server.catalog.model import Symbol

_TORCH_MODULES = tuple(
    """
    torch torch.amp torch.autograd torch.autograd.functional torch.backends.cuda torch.backends.cudnn torch.compiler
    torch.cuda torch.cuda.amp torch.distributed torch.distributions torch.fft torch.func torch.hub torch.jit
    torch.linalg torch.masked torch.nested torch.nn torch.nn.attention torch.nn.functional torch.nn.init
    torch.nn.parallel torch.nn.parameter torch.nn.utils torch.nn.utils.parametrizations torch.nn.utils.parametrize
    torch.nn.utils.rnn torch.optim torch.optim.lr_scheduler torch.optim.swa_utils torch.random torch.serialization
    torch.signal.windows torch.sparse torch.special torch.utils.checkpoint torch.utils.data
    torch.utils.data.distributed torch.utils.data.sampler
    """.split()  # noqa: SIM905  a list of words reads better so
)
_TORCH_CLASSES = tuple(
    """
    torch.Tensor torch.Generator torch.amp.GradScaler torch.autograd.Function torch.cuda.Event torch.cuda.Stream
    torch.distributions.Distribution torch.nn.Module torch.nn.ModuleDict torch.nn.ModuleList torch.nn.ParameterDict
    torch.nn.ParameterList torch.nn.Sequential torch.optim.Optimizer torch.optim.lr_scheduler.LRScheduler
    torch.utils.data.DataLoader
    """.split()  # noqa: SIM905  a list of words reads better so
)
_MINDSPORE_MODULES = tuple(
    """
    mindspore mindspore.common.initializer mindspore.experimental.optim mindspore.experimental.optim.lr_scheduler
    mindspore.mint mindspore.mint.distributed mindspore.mint.linalg mindspore.mint.nn mindspore.mint.nn.functional
    mindspore.mint.optim mindspore.mint.special mindspore.nn mindspore.ops
    """.split()  # noqa: SIM905  a list of words reads better so
)
_MINDSPORE_CLASSES = tuple(
    """
    mindspore.Tensor mindspore.Parameter mindspore.ParameterTuple mindspore.Generator
    mindspore.common.initializer.Initializer mindspore.experimental.optim.Optimizer
    mindspore.experimental.optim.lr_scheduler.LRScheduler mindspore.nn.Cell mindspore.nn.CellDict
    mindspore.nn.CellList mindspore.nn.Optimizer mindspore.nn.SequentialCell
    """.split()  # noqa: SIM905  a list of words reads better so
)
_NAMESPACES = frozenset((*_TORCH_MODULES, *_TORCH_CLASSES, *_MINDSPORE_MODULES, *_MINDSPORE_CLASSES))

_INTERNAL = (
    "torch.PRIVATE_OPS", "torch.TYPE_CHECKING", "torch.USE_GLOBAL_DEPS", "torch.USE_RTLD_GLOBAL_WITH_LIBTORCH",
    "torch.nn.functional.GRID_SAMPLE_INTERPOLATION_MODES", "torch.nn.functional.GRID_SAMPLE_PADDING_MODES",
    "torch.nn.functional.TYPE_CHECKING", "mindspore.get_obj_module_and_name_info",
    "mindspore.is_invalid_or_jit_forbidden_method", "mindspore.is_jit_forbidden_module",
)  # fmt: skip
"""What the frameworks' own build, type checking and compiler use."""

_IMPLEMENTATION = re.compile(r"mindspore\..*(?:_ext|_op|_func|\.inplace_\w+|\.constexpr)$")
"""Functions that MindSpore's public ones are made of; they lie beside these."""


def is_core(symbol: Symbol, described: bool) -> bool:
    """``described`` says whether it has a docstring of its own: C methods of a Tensor are documented without one."""
    names = [name for name in (symbol.name, *symbol.aliases) if name.rpartition(".")[0] in _NAMESPACES]
    if not names or symbol.kind == "module" or not symbol.documented or symbol.name in _INTERNAL:
        return False
    if symbol.kind == "class" and all(name.startswith("mindspore.ops.") for name in names):
        return False  # primitives are what functions of ops are made of
    return (described or symbol.kind != "method") and not _IMPLEMENTATION.fullmatch(symbol.name)
