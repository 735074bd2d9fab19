"""The data of the catalog: symbols, rules, state specifications, evidence.

Everything here is a frozen struct. The same types describe the TOML that people edit
(``mappings/``), the JSON schema that editors complete it with, and the compiled file.
"""

from __future__ import annotations

from typing import Literal

import msgspec

Framework = Literal["torch", "mindspore"]
FRAMEWORKS: tuple[Framework, ...] = ("torch", "mindspore")
TENSORS: dict[Framework, str] = {"torch": "torch.Tensor", "mindspore": "mindspore.Tensor"}
LAYERS: dict[Framework, str] = {"torch": "torch.nn.Module", "mindspore": "mindspore.nn.Cell"}
FORWARD: dict[Framework, str] = {"torch": "forward", "mindspore": "construct"}
"""The class of all layers, and its method that runs when a layer is called."""
Device = Literal["Ascend", "GPU", "CPU"]
DEVICES: tuple[Device, ...] = ("Ascend", "GPU", "CPU")

Kind = Literal["module", "class", "function", "method", "property", "attribute", "constant", "exception"]
Verdict = Literal["same", "adapt", "differs", "compose", "none"]
Applicability = Literal["safe", "unsafe", "display-only"]
Handler = Literal[
    "buffer_attribute",
    "buffers_by_state",
    "child_of_plain_layer",
    "dict_of_layers",
    "entries_saved",
    "frozen_in_loop",
    "full_of_number",
    "data_pipeline",
    "inplace_assignment",
    "inplace_copy",
    "inplace_update",
    "items_copied",
    "layer_loaded",
    "left_out",
    "list_unpacked",
    "loader_read",
    "only_decorating",
    "only_type",
    "looped_names",
    "padding_mode",
    "parameter_data",
    "registered_buffer",
    "requires_grad_assigned",
    "pipeline_made",
    "pipeline_step",
    "reshape_sizes",
    "saved_state",
    "size_in_list",
    "sizes_to_tuple",
    "symmetric_range",
    "tensor_copy",
    "tensor_size",
    "tensor_to",
    "tensors_loaded",
    "tensors_saved",
    "thawed_parameters",
    "trainable_parameters",
    "training_flag",
    "transform_of_images",
    "typed_tensor",
]
Narrative = Literal["buffers", "parameters", "state_dict"]
Limit = Literal[
    "nonempty",
    "rank>=1",
    "rank>=2",
    "rows>=2",
    "rows<=columns",
    "rank<=1",
    "rank<=2",
    "rank<=3",
    "rank<=4",
    "same-shape",
    "same-dtype",
    "finite",
    "real",
    "floating",
    "float32",
    "batched",
]
"""What a counterpart asks of the tensors of a call: that they have elements; their number of dimensions; that a
matrix has more than one row and column, or is not tall; that operands need no broadcasting or no promotion; that there
is no inf and nan; no complex numbers, no integers, nothing but float32; that the input has its batch dimension."""
ValueKind = Literal["int", "float", "bool", "str", "sequence", "tensor"]
ParameterKind = Literal["positional", "standard", "keyword", "var-positional", "var-keyword"]


class Parameter(msgspec.Struct, frozen=True, array_like=True):
    """One parameter of a signature; ``default`` is source text, None if the argument is required."""

    name: str
    kind: ParameterKind = "standard"
    default: str | None = None


class Signature(msgspec.Struct, frozen=True, array_like=True):
    """One overload, without ``self``. ``returns`` is a type in the words of `Symbol.returns`."""

    parameters: tuple[Parameter, ...]
    returns: str = ""


class Symbol(msgspec.Struct, frozen=True, omit_defaults=True):
    """One public name of a framework, as an inventory lists it."""

    name: str
    """Canonical spelling: ``torch.nn.Conv2d``, ``torch.Tensor.view``, ``torch.nn.Module.buffers``."""
    kind: Kind
    signatures: tuple[Signature, ...] = ()
    """Overloads as one calls them: without ``self``, for a class those of its constructor."""
    returns: str = ""
    """What a call (or, for a property or attribute, a read) gives: a canonical class name
    (``torch.Tensor``, ``torch.Size``), ``int``, ``float``, ``bool``, ``str``, ``None``, ``Self``,
    ``tuple[torch.Tensor, ...]``, ``tuple[torch.Tensor, torch.Tensor]``, ``list[…]``, ``iterator[…]``;
    empty if not known."""
    bases: tuple[str, ...] = ()
    """Of a class: its public bases in method resolution order, itself left out."""
    aliases: tuple[str, ...] = ()
    """Other dotted names of the same object, private ones of the defining module included."""
    platforms: tuple[str, ...] = ()
    """Documented devices (MindSpore's "Supported Platforms"); empty if nothing is documented."""
    deprecated: str = ""
    """What the documentation says to use instead, or 'deprecated'."""
    announced: str = ""
    """Version after which MindSpore's docstring announces a change of this symbol."""
    documented: bool = True
    core: bool = False
    """Whether it belongs to the documented surface that people write models with; every such name has a verdict."""
    mirrors: str = ""
    """The symbol whose meaning the documentation gives it: ``torch.abs`` for ``torch.absolute`` and
    ``torch.Tensor.abs``, ``torch.Tensor.abs`` for ``torch.Tensor.abs_``."""
    since: str = ""
    """First version that has it, as documented or as found in that version's package; empty if not known."""
    cpu: Literal["", "runs", "fails"] = ""
    """Whether it was seen to run on the CPU."""


class Earlier(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one called a symbol in versions before ``until``."""

    until: str
    signatures: tuple[Signature, ...] = ()


class History(msgspec.Struct, frozen=True, omit_defaults=True):
    """What was different about one symbol in older packages of its framework."""

    name: str
    since: str = ""
    """First version that has it; empty if the oldest one that was read has it already."""
    until: str = ""
    """First version that no longer has it."""
    earlier: tuple[Earlier, ...] = ()
    """Other parameters that it had, the oldest first."""
    symbol: Symbol | None = None
    """Of a symbol that is gone: what it was."""


class Text(msgspec.Struct, frozen=True, rename={"zh_cn": "zh-cn"}, forbid_unknown_fields=True):
    """A sentence in the two languages of the users."""

    en: str
    zh_cn: str


class Argument(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What becomes of one argument of the source symbol."""

    to: str = ""
    """The counterpart's parameter; empty if it has none."""
    value: str = ""
    """Source of the new value, with ``{value}`` for the old one: ``1 - {value}``. Empty: the value stays."""
    back: str = ""
    """The inverse of ``value``, for the reverse direction."""
    as_tuple: Literal["", "lists", "numbers"] = ""
    """A list that is written out becomes a tuple, for parameters that take no list; ``numbers``: a number does too."""
    as_number: bool = False
    """A tuple of one number becomes the number, for parameters that take no tuple."""
    only: tuple[str, ...] = ()
    """Without ``to``: the values, as source, at which the argument may be dropped.
    With ``to``: the values it may have; any other makes the call one that is not converted."""
    kinds: tuple[ValueKind, ...] = ()
    """The sorts of value that it may have, where the code shows the sort; another one makes the call one for the
    next counterpart."""
    never: tuple[str, ...] = ()
    """Values, as source, that it may not have."""
    ignore: bool = False
    """The argument has no meaning in the other framework and is dropped whatever it is (``out`` is not such a one)."""


class Counterpart(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One way to say it in the other framework, with what it holds for."""

    symbol: str
    """Canonical name of the counterpart. With ``template``: the symbol that the expression is mainly about."""
    devices: tuple[Device, ...] = DEVICES
    """Where it runs. Measured support goes before documented support."""
    since: str = ""
    """First version of the target framework that has it; empty: every version we know."""
    until: str = ""
    """First version that no longer has it."""
    args: dict[str, str | Argument] = {}
    """By parameter of the source symbol. A plain string is the new name. A parameter that is not listed keeps its
    name if the counterpart has it, and otherwise may only be dropped at its default."""
    extra: dict[str, str] = {}
    """Arguments that are always written: ``pad_mode = "'pad'"``."""
    unset: dict[str, str] = {}
    """By parameter of the source symbol: what is written if the call does not pass it, with ``{name}`` for other
    arguments (``stride = "{kernel_size}"``). Needed where the default is None or depends on something else. An empty
    text refuses such calls. In a template it fills the placeholder."""
    keep_defaults: tuple[str, ...] = ()
    """Parameters whose default differs in text but not in meaning, so that it need not be written out."""
    template: str = ""
    """An expression, for the verdict ``compose``: ``{self}`` is the receiver, ``{name}`` the argument of that name,
    ``{args}`` all arguments as they stand, without those that ``args`` drops. What ``args`` says of a value, and
    ``unset`` of an argument that is not passed, holds for ``{name}`` as well. Full names (``mindspore.ops.sqrt``) are
    spelled as the file imports them."""
    define: tuple[str, ...] = ()
    """Names of functions and classes of ``mappings/definitions/`` that the template uses and the other framework lacks.
    The conversion writes them into the file once, behind the imports, with whatever they need themselves."""
    stands_in: bool = False
    """What is defined takes every call of the source symbol, with its arguments as they stand: it can be passed on, be
    a base class, and be called with arguments that ``*args`` hides."""
    convert: Handler | None = None
    """A function of ``migrate.handlers`` for what a row cannot say."""
    needs_no_base: bool = False
    """Of a class: one that derives from it needs no base in the other framework, so that the base goes."""
    state: dict[str, str] = {}
    """Of a layer: the other framework's name of each parameter or buffer; empty if it has none."""
    safety: Applicability | None = None
    """The best that is claimed. Left out, evidence decides: ``safe`` if every case agreed on both sides, ``unsafe``
    otherwise. An explicit ``safe`` without such evidence is refused at build."""
    limits: tuple[Limit, ...] = ()
    """What the tensors must be like for this counterpart, where the call itself does not show it. Hovers say so, and
    `verify` counts inputs that are not like that as outside, neither as agreeing nor as disagreeing."""
    note: Text | None = None
    """What bites with this counterpart, in one sentence."""


class Rule(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How one symbol is expressed in the other framework."""

    verdict: Verdict
    counterparts: tuple[Counterpart, ...] = ()
    """In order of preference; a call whose arguments one of them cannot take goes to the next."""
    note: Text | None = None
    """The one thing that bites, whatever the counterpart."""
    advice: Text | None = None
    """Of a ``none``: the reason, and what people do instead."""
    explain: Narrative | None = None
    """A function of ``migrate.narratives`` that says more from the receiver's real state."""
    cases: tuple[str, ...] = ()
    """Source in the rule's framework that `verify` converts, runs on both sides, and compares."""
    derived: str = ""
    """The rule that this one follows from (a method from its function, the way back from the way there); never
    written in ``mappings/``."""


class Definition(msgspec.Struct, frozen=True, array_like=True):
    """A function or class, in the words of one framework, that conversions write into the file."""

    source: str
    """With full names (``mindspore.ops.sqrt``), which are spelled as the file imports them."""
    needs: tuple[str, ...] = ()
    """All other definitions that it needs, in an order in which each comes behind those that it needs itself."""
    file: str = ""
    """Where it is written, below ``mappings/``."""


class StateEntry(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One parameter or buffer that a library layer owns. Expressions are those of `lsp_server.state.formulas`."""

    kind: Literal["parameter", "buffer"]
    shape: tuple[str, ...] = ()
    """One expression per dimension over the constructor's arguments; ``*kernel_size`` spreads a tuple."""
    when: str = ""
    """Condition over the constructor's arguments; empty: always there."""
    like: str = ""
    """The argument that holds the tensor itself: there unless it is None, with its shape and dtype."""
    dtype: str = "float32"
    """A ``float32`` follows the constructor's ``dtype`` argument."""
    trainable: bool = True
    frozen: str = ""
    """Condition under which a parameter is made with ``requires_grad=False``."""
    persistent: bool = True


class StateSpec(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The parameters and buffers of one library layer, in the framework's own order."""

    entries: dict[str, StateEntry] = {}
    """By name; one with dots stands in an inner part. A name with ``{variable}`` stands for one entry per value of that
    variable of ``repeat``."""
    children: dict[str, str] = {}
    """Sub-layers, which come after the entries: constructor expressions with full names, or an argument that holds
    a module. One that is None is left out. Names are repeated as those of entries are, and may have dots."""
    repeat: dict[str, str] = {}
    """Variables of names and expressions with the values that they run through, the outermost first."""
    each: bool = False
    """Whether each entry runs through all repetitions before the next entry starts. Otherwise one repetition gives
    all of its entries before the next repetition starts."""
    signature: dict[str, str] = {}
    """Constructor arguments with their defaults as source, an empty one where an argument is required. For layers
    whose own signature says ``*args``."""
    spread: dict[str, int] = {}
    """Constructor arguments that are a number or a tuple: their rank (``kernel_size = 2``)."""
    complete: bool = True
    """False: the layer has more than the entries, and what that is depends on more than its arguments."""


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """The record of running both sides of one rule."""

    torch: str
    mindspore: str
    device: Device
    cases: int
    """Runs of both sides on the same inputs: the rule's own cases, and torch's own test inputs."""
    agree: int
    samples: int = 0
    """How many of the cases were made from torch's own test inputs."""
    refused: int = 0
    """Test inputs whose call the converter leaves alone with a reason; not among the cases."""
    outside: int = 0
    """Test inputs outside of the counterpart's limits; not among the cases."""
    gradients: int = 0
    """Cases in which the gradients were compared as well."""
    max_error: float = 0.0
    """Largest absolute difference over all outputs of all agreeing cases."""
    failure: str = ""
    """The first case that did not agree, and how."""
    counterpart: str = ""
    """The counterpart that was run."""

    @property
    def clean(self) -> bool:
        return self.cases > 0 and self.agree == self.cases


class EvidenceLine(Evidence, frozen=True, kw_only=True):
    """One line of ``mappings/evidence/``: the record and whose it is."""

    symbol: str
