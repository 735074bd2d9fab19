"""What calls do: the user's functions and classes run, library layers are built, the rest is left alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from tree_sitter import Node

from lsp_server.inference.analysis import Analysis
from lsp_server.inference.values import Source, UserClass
from lsp_server.state import (
    attributes,
    blocks,
    builtin,
    containers,
    forwards,
    hierarchy,
    library,
    methods,
    pretrained,
    reparametrized,
    standard,
    tensor_methods,
    tensors,
)
from lsp_server.state.code import code
from lsp_server.state.frames import MAX_CALLS, Endless, Exhausted, Frame
from lsp_server.state.library import Arguments
from lsp_server.state.values import (
    PLAIN,
    UNKNOWN,
    BoundMethod,
    Dict,
    Function,
    List,
    Method,
    Module,
    Object,
    Partial,
    Symbol,
    Tensor,
    Value,
)
from lsp_server.syntax.scopes import parameter_name

_DEEPEST_DOUBT = 3
_MOST_GIVEN = 2_000
_SCALARS = {"int", "float", "bool", "str", "None"}
_WRAPPERS = {"Optional", "Union", "Tuple", "List", "Sequence", "tuple", "list"}
_CHANGING = ("torch.nn.utils.", "torch.ao.", "torch.quantization.", "torch.compile", "torch.jit.", "torch.fx.")
_MIRRORED = ("torch.", "mindspore.ops.", "mindspore.mint.")
_PLAIN = ("os.", "sys.", "time.", "logging.", "warnings.", "platform.", "math.", "random.random", "random.randint",
    "random.uniform")  # fmt: skip
"""Functions that give numbers and strings and leave their arguments alone."""
_PASSING = ("torch.nn.init.", "mindspore.mint.nn.init.", "mindspore.common.initializer.")


def add_argument(arguments: Arguments, name: str, value: Value) -> None:
    """One argument of a call: by place, by name, or spread (``*``, ``**``)."""
    if name == "*":
        items = containers.elements(value)
        arguments.exact = arguments.exact and items is not None
        arguments.positional += items or []
    elif name == "**":
        inner = value if isinstance(value, Dict) else None
        arguments.exact = arguments.exact and inner is not None and inner.exact
        for key, item in inner.items.items() if inner is not None else ():
            arguments.keywords[str(key)] = item
    elif name:
        arguments.keywords[name] = value
    elif arguments.exact:
        arguments.positional.append(value)


def call(frame: Frame, function: Value, arguments: Arguments, source: Source) -> Value:
    """``function(…)``."""
    if isinstance(function, Function):
        return (
            pretrained.resolve(frame, function, arguments)
            if pretrained.is_resolver(function)
            else run(frame, function, arguments)
        )
    if isinstance(function, BoundMethod):
        return run(frame, function.function, with_first(function.receiver, arguments))
    if isinstance(function, UserClass):
        return construct(frame, function, arguments, source)
    if isinstance(function, Symbol):
        return _symbol(frame, function.name, arguments, source)
    if isinstance(function, Method):
        return methods.call(frame, function, arguments, source)
    if isinstance(function, Partial):
        positional = [*function.arguments, *arguments.positional]
        merged = Arguments(positional, {**function.keywords, **arguments.keywords}, arguments.exact)
        return call(frame, function.function, merged, source)
    if isinstance(function, Module):
        return forwards.called(frame, function, arguments, source)
    if isinstance(function, Object):
        called = attributes.get(frame, function, "__call__")
        return call(frame, called, arguments, source) if isinstance(called, BoundMethod) else UNKNOWN
    escape(arguments)
    return PLAIN if function is PLAIN else UNKNOWN


def with_first(value: Value, arguments: Arguments) -> Arguments:
    return Arguments([value, *arguments.positional], arguments.keywords, arguments.exact)


def escape(arguments: Arguments) -> None:
    """Something that is not known gets hold of these: what it does to modules cannot be told."""
    pending = [*arguments.positional, *arguments.keywords.values()]
    seen: set[int] = set()
    while pending:
        value = pending.pop()
        if id(value) in seen:
            continue
        seen.add(id(value))
        if isinstance(value, Module):
            value.exact = False
            pending += [child for child in value.children.values() if child is not None]
        elif isinstance(value, (List, Dict)):
            value.exact = False
            pending += value.items if isinstance(value, List) else value.items.values()
        elif isinstance(value, tuple):
            pending += value


def _symbol(frame: Frame, name: str, arguments: Arguments, source: Source) -> Value:
    machine = frame.machine
    if name.startswith("builtins.") or name in standard.FUNCTIONS:
        return builtin.call(frame, name, arguments, source)
    if library.is_layer(machine.catalog, name):
        return library.build(machine, name, arguments, source)
    made = tensors.create(name, arguments, source)
    if made is not UNKNOWN:
        if isinstance(made, Tensor):
            made.doubt = machine.doubt
        return made
    if name == "mindspore.ParameterTuple":
        items = containers.elements(arguments.positional[0]) if arguments.positional else []
        return List(items or [], machine.doubt, items is not None, frozen=True)
    owner, _, member = name.rpartition(".")
    receiver = arguments.positional[0] if arguments.positional else None
    if isinstance(receiver, Module) and library.is_layer(machine.catalog, owner):
        rest = Arguments(arguments.positional[1:], arguments.keywords, arguments.exact)
        if member == "__init__":
            library.initialize(machine, receiver, owner, rest, source)
            return None
        return methods.call(frame, Method(receiver, member), rest, source)
    return _library_function(frame, name, arguments, source)


def _library_function(frame: Frame, name: str, arguments: Arguments, source: Source) -> Value:
    """A function that makes no module: its result, as far as it matters."""
    if name.startswith(_PASSING):
        return arguments.positional[0] if arguments.positional else UNKNOWN
    if name.startswith(_PLAIN):
        return PLAIN
    if name in reparametrized.NAMES:
        return reparametrized.apply(frame.machine, name, arguments)
    symbol = frame.machine.catalog.symbol(name)
    if symbol is None or name.startswith(_CHANGING):
        escape(arguments)
        return UNKNOWN
    if symbol.kind == "class":
        return UNKNOWN if not name.startswith(("torch.optim.", "torch.utils.")) else PLAIN
    results = {symbol.returns, *(signature.returns for signature in symbol.signatures)} - {""}
    if results and results <= _SCALARS:
        return PLAIN
    first = arguments.positional[0] if arguments.positional else None
    if isinstance(first, Tensor) and name.startswith(_MIRRORED) and tensor_methods.keeps(name.rpartition(".")[2]):
        rest = Arguments(arguments.positional[1:], arguments.keywords, arguments.exact)
        return tensor_methods.method(first, name.rpartition(".")[2], rest, source)
    if results and all(result.endswith("Tensor") for result in results):
        return Tensor("tensor", None, None, doubt=frame.machine.doubt)
    return UNKNOWN


def construct(
    frame: Frame, cls: UserClass, arguments: Arguments, source: Source | None, made: list[Module] | None = None
) -> Value:
    """An object of a user's class. ``made`` gets it before its constructor runs, which may not come to its end."""
    machine = frame.machine
    base = hierarchy.library_base(machine, cls)
    if base is None:
        return _plain_object(frame, cls, arguments)
    module = Module(base.partition(".")[0], base, cls, doubt=machine.doubt)
    module.exact = hierarchy.is_closed(machine, cls)
    if made is not None:
        made.append(module)
    initializer = next(
        (
            function
            for owner in hierarchy.order(machine, cls)
            if isinstance(owner, UserClass) and (function := hierarchy.method(owner, "__init__")) is not None
        ),
        None,
    )
    if initializer is not None:
        run(frame, initializer, with_first(module, arguments))
    else:
        library.initialize(machine, module, base, arguments, source)
    return module


def _plain_object(frame: Frame, cls: UserClass, arguments: Arguments) -> Value:
    result, line = Object(cls, doubt=frame.machine.doubt), hierarchy.order(frame.machine, cls)
    own = [owner for owner in line if isinstance(owner, UserClass)]
    asked = any(hierarchy.method(owner, name) is not None for owner in own for name in ("__bool__", "__len__"))
    result.always_true = len(own) == len(line) and not asked
    return result if initialize(frame, result, line, arguments) else UNKNOWN


def initialize(frame: Frame, target: Object, line: tuple[hierarchy.Base, ...], arguments: Arguments) -> bool:
    """Run the first constructor of a line of classes; False if it is not known."""
    for owner in line:
        if not isinstance(owner, UserClass):
            escape(arguments)
            return False
        function = hierarchy.method(owner, "__init__")
        if function is not None:
            run(frame, function, with_first(target, arguments))
            return True
        if hierarchy.is_data(owner):
            _fill_fields(frame, target, owner, arguments)
            return True
    return True


def _fill_fields(frame: Frame, target: Object, cls: UserClass, arguments: Arguments) -> None:
    for index, (name, default, owner) in enumerate(hierarchy.fields(frame.machine, cls)):
        if name in arguments.keywords:
            value = arguments.keywords[name]
        elif index < len(arguments.positional):
            value = arguments.positional[index]
        elif default is not None and arguments.exact:
            analysis = owner.definition.analysis
            value = _field_default(frame, analysis, default)
        else:
            value = UNKNOWN
        target.attributes[name] = value
    function = hierarchy.method(target.cls, "__post_init__")
    if function is not None:
        run(frame, function, Arguments([target]))


def _given(analysis: Analysis, node: Node) -> Callable[[Frame], Arguments]:
    from lsp_server.state.expressions import arguments_of

    return arguments_of(analysis, node.child_by_field_name("arguments"))


def _field_default(frame: Frame, analysis: Analysis, default: Node) -> Value:
    """A field's default; of ``field(default_factory=…)`` what the factory makes."""
    home = Frame(frame.machine, analysis, is_static=True)
    function = default.child_by_field_name("function") if default.type == "call" else None
    if function is not None and code(analysis, function)(home) == Symbol("dataclasses.field"):
        given = _given(analysis, default)(home).keywords
        if "default_factory" in given:
            return call(home, given["default_factory"], Arguments(), Source(analysis, default))
        return given.get("default", UNKNOWN)
    return code(analysis, default)(home)


def run(frame: Frame, function: Function, arguments: Arguments) -> Value:
    """Run a function or lambda of the user."""
    machine, node = frame.machine, function.definition.node
    if machine.calls >= MAX_CALLS:
        raise Exhausted
    if machine.doubt and machine.running.count(node.id) >= _DEEPEST_DOUBT:
        escape(arguments)  # it goes on for as long as nobody knows where it ends
        return UNKNOWN
    analysis = function.definition.analysis
    receiver = arguments.positional[0] if function.owner is not None and arguments.positional else UNKNOWN
    home = function.frame
    if home is None and function.owner is not None:
        home = machine.homes.get(function.owner.definition.node.id)
    inner = Frame(machine, analysis, home, owner=function.owner, receiver=receiver)
    _bind_parameters(inner, function, arguments)
    body = node.child_by_field_name("body")
    generates = _is_generator(function)
    if body is None or generates is None:
        escape(arguments)
        return UNKNOWN
    inner.given = List([], machine.doubt) if generates else None
    machine.calls += 1
    machine.running.append(node.id)
    try:
        if node.type == "lambda":
            return code(analysis, body)(inner)
        blocks.run_block(inner, blocks.block(analysis, body))
    except Endless as endless:
        if endless.frame is not inner:
            raise
        escape(arguments)
        return UNKNOWN
    finally:
        machine.calls -= 1
        machine.running.pop()
        machine.doubt -= inner.doubts
    return inner.given if inner.given is not None else blocks.result(inner)


def give(frame: Frame, value: Value, spread: bool) -> None:
    """``yield value``: what a generator gives is collected when it is called."""
    home: Frame | None = frame
    while home is not None and home.given is None:
        home = home.parent
    if home is None or home.given is None:
        return
    items = containers.elements(value) if spread else [value]
    if items is None or not frame.machine.certain(home.given):
        home.given.exact = False
    else:
        home.given.items += items
    if len(home.given.items) > _MOST_GIVEN:
        raise Endless(home)


def _is_generator(function: Function) -> bool | None:
    """Whether a function yields; None if it is run in another way: by ``async`` or as a context."""
    analysis, node = function.definition.analysis, function.definition.node
    cache = cast("dict[int, bool]", analysis.caches.setdefault("state.generators", {}))
    if node.id not in cache:
        text = analysis.document.data[node.start_byte : node.end_byte]
        cache[node.id] = b"yield" in text and _has_yield(node)
    if any(child.type == "async" for child in node.children):
        return None
    contexts = [mark for mark in hierarchy.marks(function) if mark.endswith("contextmanager")] if cache[node.id] else []
    return None if contexts else cache[node.id]


def _has_yield(node: Node) -> bool:
    stack = list(node.named_children)
    while stack:
        current = stack.pop()
        if current.type == "yield":
            return True
        if current.type not in ("function_definition", "lambda", "class_definition"):
            stack += current.named_children
    return False


def _bind_parameters(frame: Frame, function: Function, arguments: Arguments) -> None:
    """Give the parameters their values; what is not known is `UNKNOWN`, or `PLAIN` if annotated as a number."""
    analysis, node = frame.analysis, function.definition.node
    parameters = node.child_by_field_name("parameters")
    positional = list(arguments.positional)
    keywords = dict(arguments.keywords)
    only_keywords = False
    for parameter in parameters.named_children if parameters is not None else []:
        name = parameter_name(parameter)
        if parameter.type in ("keyword_separator", "list_splat_pattern"):
            only_keywords = True
        if name is None:
            continue
        text = analysis.text(name)
        inner = parameter.named_children[0] if parameter.type == "typed_parameter" else parameter
        if inner.type == "list_splat_pattern":
            frame.names[text] = tuple(positional) if arguments.exact else UNKNOWN
            positional, only_keywords = [], True
        elif inner.type == "dictionary_splat_pattern":
            frame.names[text] = Dict({**keywords}, frame.machine.doubt, arguments.exact)
        elif positional and not only_keywords:
            frame.names[text] = positional.pop(0)
        elif text in keywords:
            frame.names[text] = keywords.pop(text)
        else:
            frame.names[text] = _missing(frame, function, parameter, arguments.exact)
        if frame.names[text] is UNKNOWN and _is_annotated_scalar(frame, parameter):
            frame.names[text] = PLAIN


def _missing(frame: Frame, function: Function, parameter: Node, exact: bool) -> Value:
    """The value of a parameter that was not given."""
    default = parameter.child_by_field_name("value")
    if default is not None and exact:
        home = function.frame or Frame(frame.machine, frame.analysis, is_static=True)
        return code(frame.analysis, default)(home)
    return UNKNOWN


def _is_annotated_scalar(frame: Frame, parameter: Node) -> bool:
    annotation = parameter.child_by_field_name("type")
    return annotation is not None and _is_scalar(frame.analysis.text(annotation))


def _is_scalar(annotation: str) -> bool:
    """``int``, ``Optional[float]``, ``int | None``, ``tuple[int, ...]``."""
    words = [word for word in re.split(r"[^\w.]+|\.\.\.", annotation) if word]
    last = {word.rpartition(".")[2] for word in words} - _WRAPPERS
    return bool(last) and last <= _SCALARS
