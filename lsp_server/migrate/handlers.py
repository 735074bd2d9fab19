"""What a declarative row cannot say: the named functions that rows point to by ``convert``."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace
from tree_sitter import Node

from lsp_server.catalog import literals
from lsp_server.catalog.catalog import framework_of
from lsp_server.catalog.mapping import mapping_of
from lsp_server.catalog.model import Argument as Mapping
from lsp_server.catalog.model import Handler
from lsp_server.inference.binding import argument_nodes
from lsp_server.inference.uses import Use
from lsp_server.inference.values import (
    Bound,
    Constant,
    Instance,
    Repeated,
    Sequence,
    SymbolRef,
    Union,
    Value,
)
from lsp_server.messages import migration as messages
from lsp_server.migrate import buffers, calls, kinds, templates
from lsp_server.migrate.buffer_updates import buffer_attribute, registered_buffer
from lsp_server.migrate.checkpoint_files import entries_saved, layer_loaded, tensors_loaded, tensors_saved
from lsp_server.migrate.containers import child_of_plain_layer, dict_of_layers, list_unpacked
from lsp_server.migrate.context import Context
from lsp_server.migrate.copied_items import items_copied
from lsp_server.migrate.copies import tensor_copy
from lsp_server.migrate.data.pipelines import data_pipeline
from lsp_server.migrate.data.reading import loader_read, pipeline_made, pipeline_step, transform_of_images
from lsp_server.migrate.inplace import inplace_assignment, inplace_copy, inplace_update
from lsp_server.migrate.padding import padding_mode
from lsp_server.migrate.parameter_lists import saved_state, thawed_parameters, trainable_parameters
from lsp_server.migrate.plan import CannotConvert, Change, Part, renamed
from lsp_server.migrate.statements import left_out, only_decorating, only_type
from lsp_server.migrate.typed_tensors import full_of_number, typed_tensor


def _value(context: Context, node: Node) -> Value:
    return context.use.analysis.value(node).value


def tensor_size(context: Context) -> tuple[Change, ...]:
    """``x.size()`` is ``x.shape``, ``x.size(0)`` is ``x.shape[0]``."""
    arguments = argument_nodes(context.call)
    start, end = context.use.name_start, context.call.end_byte
    if not arguments:
        return (Change(start, end, ("shape",)),)
    value = arguments[0].child_by_field_name("value") if arguments[0].type == "keyword_argument" else arguments[0]
    if len(arguments) > 1 or value is None:
        raise CannotConvert("TS307", messages.CANNOT_BIND, symbol=context.symbol.name)
    return (Change(start, end, ("shape[", value, "]")),)


def reshape_sizes(context: Context) -> tuple[Change, ...]:
    """Sizes stay as they are, one by one or as a tuple; a dtype (``x.view(torch.int32)``) is something else."""
    arguments = argument_nodes(context.call)
    for node in arguments:
        value = _value(context, node)
        if node.type == "keyword_argument" or _is_dtype(value):
            raise CannotConvert("TS311", messages.SIZES, symbol=context.symbol.name)
    if (
        len(arguments) == 1
        and not isinstance(_value(context, arguments[0]), (Constant, Sequence, Repeated, Instance))
        and arguments[0].type not in ("integer", "unary_operator", "tuple", "list", "binary_operator")
    ):
        raise CannotConvert("TS311", messages.SIZES, symbol=context.symbol.name)
    return renamed(context.use, context.counterpart.symbol)


def _is_dtype(value: Value) -> bool:
    return (isinstance(value, Instance) and value.cls == "torch.dtype") or (
        isinstance(value, SymbolRef) and value.name.startswith(("torch.float", "torch.int", "torch.uint", "torch.bool"))
    )


def tensor_to(context: Context) -> tuple[Change, ...]:
    """``x.to(dtype)`` and ``x.type(dtype)`` change the type, ``x.to(y)`` to that of another tensor; a move between
    devices means nothing in MindSpore."""
    analysis = context.use.analysis
    kept: list[Node] = []
    is_tensor = False
    for node in argument_nodes(context.call):
        name = node.child_by_field_name("name") if node.type == "keyword_argument" else None
        label = analysis.text(name) if name is not None else ""
        value_node = node.child_by_field_name("value") if name is not None else node
        if value_node is None:
            raise CannotConvert("TS307", messages.CANNOT_BIND, symbol=context.symbol.name)
        value = _value(context, value_node)
        named = analysis.text(value_node).rpartition(".")[2]
        by_name = value_node.type in ("identifier", "attribute") and (named == "device" or named.endswith("_device"))
        if label in ("non_blocking", "copy", "memory_format", "device") or _is_device(value) or by_name:
            continue
        if analysis.text(value_node).rpartition(".")[2].endswith("device") and not _is_dtype(value):
            continue  # nobody calls a dtype or a tensor so
        named_value = analysis.fact(value_node).value
        if isinstance(named_value, SymbolRef) and framework_of(named_value.name) == "mindspore":
            return ()  # converted before the class that the receiver is of
        if label == "dtype" or _is_dtype(value):
            kept.append(value_node)
        elif label == "other" or kinds.kind_of(value) == "tensor":
            kept.append(value_node)
            is_tensor = True
        else:
            raise CannotConvert(
                "TS304",
                messages.ARGUMENT_VALUE,
                symbol=context.symbol.name,
                argument=analysis.text(value_node),
                values="torch.dtype, torch.device",
            )
    owner = context.use.owner
    if owner is None:
        raise CannotConvert("TS306", messages.NOT_CALLED, symbol=context.symbol.name)
    if not kept:
        # the call may stand alone on its line, and a receiver alone is still a statement
        return (Change(owner.end_byte, context.call.end_byte),)
    method = context.counterpart.symbol.rpartition(".")[2]
    if not is_tensor:
        return (Change(owner.end_byte, context.call.end_byte, (f".{method}(", kept[0], ")")),)
    opening, closing = ("", ".dtype)") if literals.is_atom(analysis.text(kept[0])) else ("(", ").dtype)")
    return (Change(owner.end_byte, context.call.end_byte, (f".{method}({opening}", kept[0], closing)),)


def _is_device(value: Value) -> bool:
    if isinstance(value, Constant):
        return isinstance(value.value, str) and value.value.split(":")[0] in ("cpu", "cuda", "mps", "npu", "xpu")
    return isinstance(value, Instance) and value.cls in ("torch.device", "str")


def training_flag(context: Context) -> tuple[Change, ...]:
    """``net.train()``, ``net.train(mode)`` and ``net.eval()`` are ``net.set_train(mode)``, and the other way round."""
    start, end = context.use.name_start, context.call.end_byte
    if context.symbol.name.endswith(".set_train"):
        mode = context.binding.get("mode")
        value = context.source(mode.value) if mode is not None else "True"
        if mode is None or value == "True":
            return (Change(start, end, ("train()",)),)
        return (Change(start, end, ("eval()",) if value == "False" else ("train(", mode.value, ")")),)
    if context.symbol.name.endswith(".eval"):
        return (Change(start, end, ("set_train(False)",)),)
    argument = context.binding.get("mode")
    return (Change(start, end, ("set_train(", argument.value if argument is not None else "True", ")")),)


def size_in_list(context: Context) -> tuple[Change, ...]:
    """A layer's size that MindSpore takes as a tuple of one: a number is put into one, more than one is refused."""
    argument = context.binding.arguments[0] if context.binding.arguments else None
    if argument is None:
        raise CannotConvert("TS307", messages.CANNOT_BIND, symbol=context.symbol.name)
    value = _value(context, argument.value)
    if isinstance(value, Sequence) and len(value.items) == 1:
        return calls.plan(context)
    if isinstance(value, (Sequence, Repeated)) or (isinstance(value, Instance) and value.cls != "int"):
        raise CannotConvert("TS311", messages.SIZES, symbol=context.symbol.name)
    name = argument.parameter.name
    known = mapping_of(context.counterpart, name)
    listed = Mapping(to=known.to if known is not None else name, value="({value},)")
    return calls.plan(
        replace(context, counterpart=replace(context.counterpart, args={**context.counterpart.args, name: listed}))
    )


_ANY_SIZE = {f"mindspore.{module}.{name}" for module in ("ops", "mint") for name in ("zeros", "ones", "empty")}
"""What takes a number as well as a tuple, so that one size may be either (measured on MindSpore 2.10.0)."""


def sizes_to_tuple(context: Context) -> tuple[Change, ...]:
    """``torch.zeros(2, 3)`` and ``torch.zeros((2, 3))`` both become a call with one tuple."""
    sizes = [argument for argument in context.binding.arguments if argument.extra]
    others = tuple(argument for argument in context.binding.arguments if not argument.extra)
    rest = replace(context, binding=replace(context.binding, arguments=others))
    changes = calls.plan(rest)
    if not sizes:
        return changes
    values = [_value(context, size.value) for size in sizes]
    if len(sizes) == 1 and not _is_int(values[0]):
        known = _are_sizes(values[0]) or sizes[0].value.type in ("tuple", "list")
        if not known and context.target.name not in _ANY_SIZE:
            raise CannotConvert("TS311", messages.SIZES, symbol=context.symbol.name)
        return changes
    parts: list[Part] = ["("]
    for index, size in enumerate(sizes):
        parts += [", " if index else "", size.value]
    parts.append(",)" if len(sizes) == 1 else ")")
    return (*changes, Change(sizes[0].node.start_byte, sizes[-1].node.end_byte, tuple(parts)))


def _are_sizes(value: Value) -> bool:
    """Whether a value is certainly not a single number: a tuple, a list, a shape, or one of these."""
    if isinstance(value, Union):
        return all(_are_sizes(one) for one in value.alternatives)
    return isinstance(value, (Sequence, Repeated)) or (isinstance(value, Instance) and value.cls != "int")


def _is_int(value: Value) -> bool:
    return (isinstance(value, Constant) and isinstance(value.value, int)) or (
        isinstance(value, Instance) and value.cls == "int"
    )


def buffers_by_state(context: Context) -> tuple[Change, ...]:
    """``net.buffers()``: what it is in MindSpore depends on what the buffers of ``net`` are."""
    template = buffers.EXPRESSIONS[buffers.holding(buffers.receiver_state(context.use))]
    passed = context.binding.arguments
    if _is_expanded(context):
        return ()
    if passed:
        template = template.replace("()", "({args})")
    return (Change(context.call.start_byte, context.call.end_byte, templates.parts(context, template)),)


def _is_expanded(context: Context) -> bool:
    """Whether this stands in ``[*net.buffers(), *net.untrainable_params()]`` already."""
    splat = context.call.parent
    holder = splat.parent if splat is not None and splat.type == "list_splat" else None
    owner = context.use.owner
    if holder is None or holder.type != "list" or owner is None:
        return False
    return f"*{context.source(owner)}.untrainable_params(" in context.source(holder)


def looped_names(context: Context) -> tuple[Change, ...]:
    """``for m in net.modules()`` is ``for _, m in net.cells_and_names()``."""
    call = context.call
    loop = call.parent
    target = loop.child_by_field_name("left") if loop is not None else None
    is_loop = loop is not None and loop.type in ("for_statement", "for_in_clause")
    if not is_loop or loop is None or loop.child_by_field_name("right") != call or target is None:
        raise CannotConvert("TS306", messages.NOT_CALLED, symbol=context.symbol.name)
    if target.type != "identifier":
        raise CannotConvert("TS306", messages.NOT_CALLED, symbol=context.symbol.name)
    return (Change(target.start_byte, target.start_byte, ("_, ",)), *calls.plan(context))


def parameter_data(context: Context) -> tuple[Change, ...]:
    """``p.data.fill_(v)`` is ``p.set_data(…)``, as are in-place methods of a parameter itself."""
    use, call = context.use, context.call
    owner = use.owner
    held = owner.child_by_field_name("object") if owner is not None and owner.type == "attribute" else None
    is_statement = call.parent is not None and call.parent.type == "expression_statement"
    if owner is None or not is_statement or templates.has_calls(owner):
        raise CannotConvert("TS314", messages.IN_PLACE_RECEIVER, symbol=context.symbol.name)
    of_data = held is not None and context.source(owner).endswith(".data")
    value = _value(context, held if of_data and held is not None else owner)
    known = value.cls if isinstance(value, Instance) else ""
    subject = held if of_data and held is not None else owner
    if not (_is_parameter(context, subject) or (of_data and known != "torch.Tensor")):
        raise CannotConvert("TS314", messages.IN_PLACE_RECEIVER, symbol=context.symbol.name)
    if of_data:  # seen as a member of ``p``, so that ``{self}`` is the parameter
        use = Use(use.analysis, use.start, use.end, use.symbol, use.kind, use.certainty, owner)
    return templates.plan(replace(context, use=use))


def _is_parameter(context: Context, node: Node) -> bool:
    """Whether an expression is certainly a Parameter: one of the user's, or the state of a layer."""
    value = _value(context, node)
    known = value.cls if isinstance(value, Instance) else ""
    return known.endswith("Parameter") or (isinstance(value, Bound) and value.name.count(".") > 2)


def requires_grad_assigned(context: Context) -> tuple[Change, ...]:
    """``p.requires_grad_(flag)`` of a parameter is ``p.requires_grad = flag``."""
    call, owner = context.call, context.use.owner
    is_statement = call.parent is not None and call.parent.type == "expression_statement"
    if owner is None or not is_statement or not _is_parameter(context, owner):
        raise CannotConvert("TS314", messages.IN_PLACE_RECEIVER, symbol=context.symbol.name)
    flag = context.binding.get("requires_grad")
    parts: tuple[Part, ...] = (".requires_grad = ", flag.value if flag is not None else "True")
    return (Change(owner.end_byte, call.end_byte, parts),)


def frozen_in_loop(context: Context) -> tuple[Change, ...]:
    """``net.requires_grad_(False)`` as a loop over the parameters."""
    call, owner, document = context.call, context.use.owner, context.use.analysis.document
    start = document.lines.starts[document.lines.line_of(call.start_byte)]
    is_statement = call.parent is not None and call.parent.type == "expression_statement"
    flag = context.binding.get("requires_grad")
    if owner is None or not is_statement or document.data[start : call.start_byte].strip() or flag is None:
        raise CannotConvert("TS306", messages.NOT_CALLED, symbol=context.symbol.name)
    kinds.check_value(context, flag, ("False",))
    inner = f"{document.newline}{document.lines.indentation(start)}    "
    head = Change(call.start_byte, call.start_byte, ("for parameter in ",))
    body = (".get_parameters():", inner, "parameter.requires_grad = False")
    return (head, Change(owner.end_byte, call.end_byte, body))


def symmetric_range(context: Context) -> tuple[Change, ...]:
    """A uniform distribution around 0, which MindSpore's ``Uniform`` is; any other is for the next counterpart."""
    given = [argument.value for name in ("a", "b", "from", "to") if (argument := context.binding.get(name)) is not None]
    facts = [context.use.analysis.fact(node) for node in given]
    values = [fact.value for fact in facts if fact.certain]
    texts = [context.source(node) for node in given]
    opposite = len(texts) == 2 and texts[0] in (f"-{texts[1]}", f"-({texts[1]})")
    numbers = [one.value for one in values if isinstance(one, Constant) and isinstance(one.value, (int, float))]
    if not opposite and not (len(numbers) == 2 and numbers[0] == -numbers[1]):
        raise CannotConvert("TS311", messages.SIZES, symbol=context.symbol.name)
    is_method = context.use.owner is not None and context.use.receiver is not None
    return parameter_data(context) if is_method else templates.plan(context)


HANDLERS: dict[Handler, Callable[[Context], tuple[Change, ...]]] = {
    "buffer_attribute": buffer_attribute,
    "buffers_by_state": buffers_by_state,
    "child_of_plain_layer": child_of_plain_layer,
    "dict_of_layers": dict_of_layers,
    "entries_saved": entries_saved,
    "frozen_in_loop": frozen_in_loop,
    "full_of_number": full_of_number,
    "data_pipeline": data_pipeline,
    "inplace_assignment": inplace_assignment,
    "inplace_copy": inplace_copy,
    "inplace_update": inplace_update,
    "items_copied": items_copied,
    "layer_loaded": layer_loaded,
    "left_out": left_out,
    "list_unpacked": list_unpacked,
    "loader_read": loader_read,
    "only_decorating": only_decorating,
    "only_type": only_type,
    "looped_names": looped_names,
    "padding_mode": padding_mode,
    "parameter_data": parameter_data,
    "registered_buffer": registered_buffer,
    "requires_grad_assigned": requires_grad_assigned,
    "pipeline_made": pipeline_made,
    "pipeline_step": pipeline_step,
    "reshape_sizes": reshape_sizes,
    "saved_state": saved_state,
    "size_in_list": size_in_list,
    "sizes_to_tuple": sizes_to_tuple,
    "symmetric_range": symmetric_range,
    "tensor_copy": tensor_copy,
    "tensor_size": tensor_size,
    "tensor_to": tensor_to,
    "tensors_loaded": tensors_loaded,
    "tensors_saved": tensors_saved,
    "thawed_parameters": thawed_parameters,
    "trainable_parameters": trainable_parameters,
    "training_flag": training_flag,
    "transform_of_images": transform_of_images,
    "typed_tensor": typed_tensor,
}
