"""What the functions of Python's standard library give that programs put tensors, layers and functions through.

Names are dotted as they are imported: ``functools.partial``. Everything else of the standard library is unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from tree_sitter import Node

from lsp_server.inference import annotations, builtin_calls, calls, containers, dictionaries
from lsp_server.inference.binding import argument_nodes, keyword, positional
from lsp_server.inference.facts import is_tensor, is_text, known, plain, repeated, sequence, tensor_like
from lsp_server.inference.values import (
    NOTHING,
    UNKNOWN,
    Constant,
    Dictionary,
    Fact,
    Hint,
    Instance,
    Partial,
    Record,
    Repeated,
    Sequence,
    Value,
    join,
)

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_FLOATS = "sqrt exp log log2 log10 log1p pow sin cos tan tanh atan atan2 fabs fsum dist hypot erf radians degrees"
_INTEGERS = "ceil floor trunc comb factorial gcd lcm isqrt perm"
_ABC = "Callable Sequence Iterable Iterator Generator Mapping"
_OPERATORS = "add sub mul truediv matmul pow neg floordiv mod iadd imul"
_CLOCKS = "time perf_counter monotonic process_time"
_BARS = ("tqdm.tqdm", "tqdm.auto.tqdm", "tqdm.autonotebook.tqdm", "tqdm.notebook.tqdm", "tqdm.rich.tqdm")
"""What shows progress gives what it goes through. It is no part of the library, but half of all loops stand in it."""
_TYPING = """
    Any Optional Union List Tuple Dict Set FrozenSet Sequence Iterable Iterator Generator Callable Type Mapping
    MutableMapping OrderedDict NamedTuple TypeVar Generic Protocol Literal Final ClassVar Annotated NewType cast
    overload no_type_check TYPE_CHECKING Awaitable Coroutine AsyncIterator AsyncGenerator DefaultDict Deque
    """
_PLAIN = {
    **{f"math.{name}": "float" for name in _FLOATS.split()},
    **{f"math.{name}": "int" for name in _INTEGERS.split()},
    **{f"time.{name}": "float" for name in _CLOCKS.split()},
    "random.random": "float",
    "random.uniform": "float",
    "random.randint": "int",
    "random.randrange": "int",
    "math.isnan": "bool",
    "math.isinf": "bool",
    "math.isfinite": "bool",
    "os.path.join": "str",
    "os.getenv": "str",
    "os.path.exists": "bool",
    "os.getcwd": "str",
}
_CONSTANTS = {f"math.{name}" for name in ("pi", "e", "inf", "nan", "tau")}


def value(name: str) -> Value:
    """What a name of the standard library is worth when it is read."""
    return Instance("float") if name in _CONSTANTS else UNKNOWN


def call(analysis: Analysis, name: str, node: Node | None) -> Fact:
    """What a call of a function or class of the standard library gives."""
    if name in _PLAIN:
        return plain(_PLAIN[name])
    handler = _HANDLERS.get(name)
    return handler(analysis, node) if handler is not None and node is not None else NOTHING


def _partial(analysis: Analysis, node: Node) -> Fact:
    arguments = positional(node)
    function = analysis.fact(arguments[0]) if arguments else NOTHING
    return (
        Fact(Partial(function.value, analysis.source(node)), function.certain) if function.value != UNKNOWN else NOTHING
    )


def _reduced(analysis: Analysis, node: Node) -> Fact:
    """``reduce(function, items)``: what the function gives, or the only item; they are of one kind."""
    arguments = positional(node)
    if len(arguments) < 2:
        return NOTHING
    facts = [containers.element(analysis, analysis.value(arguments[1]))]
    facts += [analysis.value(one) for one in arguments[2:3]]
    found = calls.give(analysis, analysis.fact(arguments[0]), None)
    return join([*facts, found] if found.value != UNKNOWN else facts).likely()


def _copied(analysis: Analysis, node: Node) -> Fact:
    """A copy; it is another object than the call of the constructor made."""
    arguments = positional(node)
    return analysis.value(arguments[0]) if arguments else NOTHING


def _wrapped(analysis: Analysis, node: Node) -> Fact:
    """What gives a function like the one that it takes: ``lru_cache(f)``."""
    arguments = positional(node)
    return analysis.fact(arguments[0]) if arguments else NOTHING


def _chained(analysis: Analysis, node: Node) -> Fact:
    nodes = argument_nodes(node)
    if any(one.type == "list_splat" for one in nodes):
        return repeated(containers.element(analysis, containers.element(analysis, containers.items(analysis, nodes))))
    parts = [builtin_calls.listed(analysis, analysis.value(one)) for one in nodes]
    if all(isinstance(part.value, Sequence) for part in parts):
        facts = [known(item, part.certain) for part in parts for item in _items(part.value)]
        return sequence(facts)
    return repeated(join([containers.element(analysis, part) for part in parts if part.value != Sequence(())]))


def _items(value: Value) -> tuple[Value, ...]:
    return value.items if isinstance(value, Sequence) else ()


def _chained_items(analysis: Analysis, node: Node) -> Fact:
    return repeated(containers.element(analysis, containers.element(analysis, _copied(analysis, node))))


def _zipped(analysis: Analysis, node: Node) -> Fact:
    """``zip_longest`` and ``product`` give tuples of one element of each."""
    row = sequence([containers.element(analysis, analysis.value(one)) for one in positional(node)])
    times = keyword(analysis, node, "repeat")
    if times is not None:
        return repeated(repeated(containers.element(analysis, row)))
    return Fact(Repeated(row.value), row.certain)


def _combined(analysis: Analysis, node: Node) -> Fact:
    """``combinations`` and ``permutations``."""
    return repeated(repeated(containers.element(analysis, _copied(analysis, node))))


def _pairwise(analysis: Analysis, node: Node) -> Fact:
    element = containers.element(analysis, _copied(analysis, node))
    return Fact(Repeated(Sequence((element.value, element.value))), element.certain or element.value == UNKNOWN)


def _repeat(analysis: Analysis, node: Node) -> Fact:
    return repeated(_copied(analysis, node))


def _sliced(analysis: Analysis, node: Node) -> Fact:
    return repeated(containers.element(analysis, _copied(analysis, node)))


def _counted(analysis: Analysis, node: Node) -> Fact:
    return Fact(Repeated(Instance("int")))


def _starmapped(analysis: Analysis, node: Node) -> Fact:
    arguments = positional(node)
    return repeated(calls.give(analysis, analysis.fact(arguments[0]), None)) if arguments else NOTHING


def _operated(analysis: Analysis, node: Node) -> Fact:
    """``operator.add(a, b)``: a tensor if one of them is."""
    facts = [analysis.value(one) for one in positional(node)]
    tensors = [fact for fact in facts if is_tensor(fact)]
    return tensor_like(tensors[0]) if tensors else NOTHING


def _deque(analysis: Analysis, node: Node) -> Fact:
    return builtin_calls.call(analysis, "list", node)


def _ordered(analysis: Analysis, node: Node) -> Fact:
    return builtin_calls.of_dict(analysis, node)


def _default_dict(analysis: Analysis, node: Node) -> Fact:
    """Values of a ``defaultdict`` are what its factory gives."""
    arguments = positional(node)
    if not arguments:
        return Fact(dictionaries.OPEN)
    factory = calls.give(analysis, analysis.fact(arguments[0]), None)
    return Fact(Dictionary(others=(UNKNOWN, factory.value)), factory.certain or factory.value == UNKNOWN)


def _record(analysis: Analysis, node: Node) -> Fact:
    """``namedtuple("Pair", "a b")``."""
    arguments = positional(node)
    if len(arguments) < 2:
        return NOTHING
    fact = analysis.value(arguments[1])
    if isinstance(fact.value, Constant) and is_text(fact.value):
        return Fact(Record(tuple(str(fact.value.value).replace(",", " ").split())))
    names = [one.value for one in _items(fact.value) if isinstance(one, Constant)]
    return (
        Fact(Record(tuple(str(name) for name in names))) if names and len(names) == len(_items(fact.value)) else NOTHING
    )


def made(analysis: Analysis, record: Record, node: Node | None) -> Fact:
    """An object of a ``namedtuple`` class."""
    found: dict[str, Fact] = {}
    for index, argument in enumerate(argument_nodes(node) if node is not None else []):
        if argument.type in ("list_splat", "dictionary_splat"):
            found.clear()
            break
        if argument.type == "keyword_argument":
            name, value = argument.child_by_field_name("name"), argument.child_by_field_name("value")
            if name is not None and value is not None:
                found[analysis.text(name)] = analysis.value(value)
        elif index < len(record.fields):
            found[record.fields[index]] = analysis.value(argument)
    return sequence([found.get(name, NOTHING) for name in record.fields], record.fields)


def _cast(analysis: Analysis, node: Node) -> Fact:
    arguments = positional(node)
    if len(arguments) != 2:
        return NOTHING
    found = annotations.fact(analysis, arguments[0])
    return found if found is not NOTHING else analysis.value(arguments[1])


def _type_variable(analysis: Analysis, node: Node) -> Fact:
    """``TypeVar("T", bound=Base)`` and ``NewType("Mask", Tensor)``."""
    bound = keyword(analysis, node, "bound")
    found = annotations.fact(analysis, bound) if bound is not None else NOTHING
    return Fact(Hint(found.value))


def _new_type(analysis: Analysis, node: Node) -> Fact:
    arguments = positional(node)
    return Fact(Hint(annotations.fact(analysis, arguments[1]).value)) if len(arguments) == 2 else NOTHING


def _chosen(analysis: Analysis, node: Node) -> Fact:
    """``random.choice(items)``."""
    return containers.element(analysis, _copied(analysis, node))


_HANDLERS: dict[str, Callable[[Analysis, Node], Fact]] = {
    "functools.partial": _partial,
    "functools.partialmethod": _partial,
    "functools.reduce": _reduced,
    **dict.fromkeys(("functools.lru_cache", "functools.cache"), _wrapped),
    **dict.fromkeys(("copy.copy", "copy.deepcopy", "contextlib.nullcontext", "contextlib.closing"), _copied),
    "itertools.chain": _chained,
    "itertools.chain.from_iterable": _chained_items,
    **dict.fromkeys(("itertools.zip_longest", "itertools.product"), _zipped),
    **dict.fromkeys(("itertools.combinations", "itertools.permutations"), _combined),
    "itertools.pairwise": _pairwise,
    "itertools.repeat": _repeat,
    **dict.fromkeys(("itertools.islice", "itertools.cycle", *_BARS), _sliced),
    **dict.fromkeys(("itertools.count", "tqdm.trange", "tqdm.auto.trange"), _counted),
    "itertools.starmap": _starmapped,
    **{f"operator.{name}": _operated for name in _OPERATORS.split()},
    "collections.OrderedDict": _ordered,
    "collections.defaultdict": _default_dict,
    "collections.deque": _deque,
    "collections.namedtuple": _record,
    "typing.cast": _cast,
    "typing.TypeVar": _type_variable,
    "typing.NewType": _new_type,
    "random.choice": _chosen,
    **dict.fromkeys(("random.sample", "random.choices"), _sliced),
    "random.shuffle": lambda analysis, node: Fact(Constant(None)),
}
_CLASSES = {"abc.ABC", "enum.Enum", "enum.IntEnum", "enum.StrEnum", "numbers.Number", "typing_extensions.Self"}
NAMES = frozenset(
    {*_PLAIN, *_CONSTANTS, *_HANDLERS, *_CLASSES}
    | {f"typing.{name}" for name in _TYPING.split()}
    | {f"collections.abc.{name}" for name in _ABC.split()}
)
