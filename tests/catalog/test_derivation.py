"""Derived rules: what follows from a rule, and as often what does not."""

from __future__ import annotations

import re

import msgspec
import pytest

from lsp_server.catalog.derivation import derive
from lsp_server.catalog.derivation.claims import not_claiming_more
from lsp_server.catalog.model import (
    Argument,
    Counterpart,
    Evidence,
    Kind,
    Parameter,
    ParameterKind,
    Rule,
    Signature,
    Symbol,
    Text,
)

KINDS: dict[str, ParameterKind] = {"/": "positional", "!": "keyword", "**": "var-keyword", "*": "var-positional"}


def symbol(text: str, kind: Kind = "function", mirrors: str = "", platforms: tuple[str, ...] = ()) -> Symbol:
    """``torch.add(input, other, !alpha=1)``; overloads are separated by ``|``, ``!`` marks keyword-only parameters."""
    name, _, rest = text.partition("(")
    signatures = tuple(signature(one) for one in rest.removesuffix(")").split(")|(")) if rest else ()
    return Symbol(name, kind, signatures, mirrors=mirrors, platforms=platforms)


def signature(text: str) -> Signature:
    parameters: list[Parameter] = []
    for one in filter(None, (part.strip() for part in re.split(r",(?![^(]*\))", text))):
        mark = next((mark for mark in ("**", "*", "!", "/") if one.startswith(mark)), "")
        name, equal, default = one.removeprefix(mark).partition("=")
        parameters.append(Parameter(name, KINDS.get(mark, "standard"), default if equal else None))
    return Signature(tuple(parameters))


def method(text: str, **more: object) -> Symbol:
    return symbol(text, "method", **more)  # pyright: ignore[reportArgumentType]  `more` is of any type


def rule(target: str, verdict: str = "same", cases: tuple[str, ...] = (), **more: object) -> Rule:
    return Rule(verdict, (Counterpart(target, **more),), cases=cases)  # pyright: ignore[reportArgumentType]  `more` is of any type


def derived(symbols: list[Symbol], **rules: Rule) -> dict[str, Rule]:
    """The derived rules; the keywords are names with ``__`` for dots."""
    written = {name.replace("__", "."): one for name, one in rules.items()}
    return {name: one for name, one in derive({s.name: s for s in symbols}, written).items() if name not in written}


EVERYWHERE = ("Ascend", "GPU", "CPU")
ABS = [
    symbol("torch.abs(input, !out=None)"),
    symbol("torch.absolute(input, !out=None)", mirrors="torch.abs"),
    method("torch.Tensor.abs()"),
    method("torch.Tensor.abs_()"),
    symbol("mindspore.ops.abs(input)"),
    symbol("mindspore.mint.abs(input)"),
    method("mindspore.Tensor.abs()", platforms=EVERYWHERE, mirrors="mindspore.ops.abs"),
]


def test_a_documented_alias_has_the_rule_of_its_symbol() -> None:
    found = derived(ABS, torch__abs=rule("mindspore.ops.abs", cases=("torch.abs(m)", "torch.abs(input=m)")))
    assert found["torch.absolute"].counterparts[0].symbol == "mindspore.ops.abs"
    assert found["torch.absolute"].derived == "torch.abs"
    assert found["torch.absolute"].cases == ("torch.absolute(m)", "torch.absolute(input=m)")


def test_a_symbol_has_the_rule_of_its_alias_if_only_that_is_written() -> None:
    assert derived(ABS, torch__absolute=rule("mindspore.ops.abs"))["torch.abs"].derived == "torch.absolute"


def test_what_is_written_wins() -> None:
    own = Rule("none", advice=Text("Reason.", "原因。"))
    assert "torch.absolute" not in derived(ABS, torch__abs=rule("mindspore.ops.abs"), torch__absolute=own)


def test_a_method_has_the_rule_of_its_function_and_prefers_the_method() -> None:
    found = derived(ABS, torch__abs=rule("mindspore.ops.abs", cases=("torch.abs(m - n)",)))["torch.Tensor.abs"]
    assert [one.symbol for one in found.counterparts] == ["mindspore.Tensor.abs"]
    assert (found.verdict, found.cases) == ("same", ("(m - n).abs()",))


def test_a_case_without_a_tensor_for_receiver_is_left_out() -> None:
    found = derived(ABS, torch__abs=rule("mindspore.ops.abs", cases=("torch.abs(2)", "torch.abs(-m)")))
    assert found["torch.Tensor.abs"].cases == ("(-m).abs()",)


def test_a_method_that_does_not_run_everywhere_stands_beside_the_function() -> None:
    only = [*ABS[:-1], method("mindspore.Tensor.abs()", platforms=("Ascend",))]
    found = derived(only, torch__abs=rule("mindspore.ops.abs"))["torch.Tensor.abs"]
    assert [(one.symbol, one.devices) for one in found.counterparts] == [
        ("mindspore.Tensor.abs", ("Ascend",)),
        ("mindspore.ops.abs", EVERYWHERE),
    ]
    unknown = [*ABS[:-1], method("mindspore.Tensor.abs()")]
    found = derived(unknown, torch__abs=rule("mindspore.ops.abs"))["torch.Tensor.abs"]
    assert [one.symbol for one in found.counterparts] == ["mindspore.ops.abs"]


def test_a_function_has_the_rule_of_its_method() -> None:
    narrow = [
        symbol("torch.narrow(input, dim, start, length)"),
        method("torch.Tensor.narrow(dim, start, length)"),
        symbol("mindspore.ops.narrow(x, axis, start, length)"),
    ]
    found = derived(narrow, torch__Tensor__narrow=rule("mindspore.ops.narrow", "adapt", args={"dim": "axis"}))
    assert found["torch.narrow"].counterparts[0].args == {"dim": "axis", "input": "x"}


def test_a_template_takes_the_receiver_for_the_argument() -> None:
    symbols = [
        symbol("torch.dot(input, tensor)"),
        method("torch.Tensor.dot(tensor)"),
        symbol("mindspore.ops.tensor_dot(x1, x2, axes)"),
    ]
    template = "mindspore.ops.tensor_dot({input}, {tensor}, 1)"
    found = derived(symbols, torch__dot=rule("mindspore.ops.tensor_dot", "compose", template=template))
    assert found["torch.Tensor.dot"].counterparts[0].template == template.replace("{input}", "{self}")


def test_a_none_follows_documented_kin_only() -> None:
    nothing = Rule("none", advice=Text("Reason.", "原因。"), cases=())
    symbols = [*ABS, symbol("torch.nn.functional.abs(input)")]
    found = derived(symbols, torch__abs=nothing)
    assert found["torch.absolute"].advice == nothing.advice
    assert found["torch.Tensor.abs_"].verdict == "none"
    assert "torch.nn.functional.abs" not in found


@pytest.mark.parametrize(
    ("function", "other"),
    [
        ("torch.dropout(input, p, train)", "torch.nn.functional.dropout(input, p=0.5, training=True)"),
        ("torch.embedding(weight, indices)", "torch.nn.functional.embedding(input, weight)"),
        ("torch.topk(input, k)", "torch.special.topk(input, n)"),
        ("torch.cat(input, *rest)", "torch.special.cat(input, rest)"),
    ],
)
def test_namesakes_with_other_arguments_are_no_kin(function: str, other: str) -> None:
    target = symbol("mindspore.ops.other(input, p=0.5)")
    found = derive(
        {one.name: one for one in (symbol(function), symbol(other), target)},
        {function.partition("(")[0]: rule("mindspore.ops.other")},
    )
    assert other.partition("(")[0] not in found


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("torch.Tensor.abs", "what changes its receiver says nothing of what does not"),
        ("torch.abs", "nor of a function"),
    ],
)
def test_in_place_methods_give_nothing_to_others(name: str, why: str) -> None:
    found = derived(ABS, torch__Tensor__abs_=rule("mindspore.Tensor.abs"))
    assert name not in found, why


def test_a_method_that_nobody_tried_and_that_mirrors_nothing_is_not_trusted_on_the_cpu() -> None:
    symbols = [*ABS[:-1], method("mindspore.Tensor.abs()", platforms=EVERYWHERE)]
    found = derived(symbols, torch__abs=rule("mindspore.ops.abs"))["torch.Tensor.abs"]
    assert [(one.symbol, one.devices) for one in found.counterparts] == [
        ("mindspore.Tensor.abs", ("Ascend", "GPU")),
        ("mindspore.ops.abs", EVERYWHERE),
    ]


def test_a_method_takes_an_argument_under_each_of_its_names() -> None:
    symbols = [
        symbol("torch.fmod(input, other, !out=None)"),
        method("torch.Tensor.fmod(divisor)|(other)"),
        symbol("mindspore.ops.fmod(x, y)"),
    ]
    found = derived(symbols, torch__fmod=rule("mindspore.ops.fmod", args={"input": "x", "other": "y"}))
    assert found["torch.Tensor.fmod"].counterparts[0].args == {"other": "y", "divisor": "y"}
    template = "mindspore.ops.fmod({input}, {other})"
    found = derived(symbols, torch__fmod=rule("mindspore.ops.fmod", "compose", template=template))
    assert [one.template for one in found["torch.Tensor.fmod"].counterparts] == [
        "mindspore.ops.fmod({self}, {other})",
        "mindspore.ops.fmod({self}, {divisor})",
    ]


def test_a_method_may_call_the_arguments_of_its_function_otherwise() -> None:
    symbols = [
        symbol("torch.split(tensor, sizes, dim=0)"),
        method("torch.Tensor.split(size, dim=0)"),
        symbol("mindspore.ops.split(tensor, sizes, axis=0)"),
        method("mindspore.Tensor.split(count, axis=0)", platforms=EVERYWHERE, mirrors="mindspore.ops.split"),
    ]
    found = derived(symbols, torch__split=rule("mindspore.ops.split", "adapt", args={"dim": "axis"}))
    made = found["torch.Tensor.split"].counterparts
    assert [(one.symbol, one.args) for one in made] == [("mindspore.Tensor.split", {"dim": "axis", "size": "count"})]


def test_arguments_with_other_defaults_are_others() -> None:
    symbols = [
        symbol("torch.norm(input, ord=None, dim=None)"),
        method("torch.Tensor.norm(p='fro', dim=None)"),
        symbol("mindspore.ops.norm(input, ord=None, dim=None)"),
    ]
    found = derived(symbols, torch__norm=rule("mindspore.ops.norm"))
    assert "p" not in found["torch.Tensor.norm"].counterparts[0].args


def test_a_method_has_the_rule_of_the_function_of_its_name_first() -> None:
    symbols = [
        symbol("torch.norm(input)"),
        symbol("torch.linalg.norm(input)"),
        method("torch.Tensor.norm()", mirrors="torch.linalg.norm"),
        symbol("mindspore.ops.norm(input)"),
    ]
    both = {"torch__norm": rule("mindspore.ops.norm"), "torch__linalg__norm": rule("mindspore.ops.norm")}
    assert derived(symbols, **both)["torch.Tensor.norm"].derived == "torch.norm"


def test_a_function_behind_its_method_is_left_out_if_it_is_no_older() -> None:
    symbols = [*ABS[:-1], msgspec.structs.replace(ABS[-1], since="2.3")]
    there = Rule("adapt", (Counterpart("mindspore.ops.abs", since="2.3", limits=("real",)),))
    assert [one.symbol for one in derived(symbols, torch__abs=there)["torch.Tensor.abs"].counterparts] == [
        "mindspore.Tensor.abs"
    ]
    older = derived(symbols, torch__abs=rule("mindspore.ops.abs"))["torch.Tensor.abs"].counterparts
    assert [(one.symbol, one.since) for one in older] == [("mindspore.Tensor.abs", "2.3"), ("mindspore.ops.abs", "")]


def test_the_way_back_passes_over_names_that_only_the_documentation_has() -> None:
    symbols = [
        symbol("torch.bmm(input, mat2)"),
        method("torch.Tensor.bmm(batch2)|(mat2)"),
        symbol("mindspore.ops.bmm(input, mat2)"),
        method("mindspore.Tensor.bmm(right)", platforms=EVERYWHERE, mirrors="mindspore.ops.bmm"),
    ]
    found = derived(symbols, torch__bmm=rule("mindspore.ops.bmm"))
    assert found["torch.Tensor.bmm"].counterparts[0].args == {"mat2": "right", "batch2": "right"}
    assert found["mindspore.Tensor.bmm"].counterparts[0].args == {"right": "mat2"}


def test_an_in_place_method_leaves_out_templates_of_names_that_it_lacks() -> None:
    symbols = [
        method("torch.Tensor.dot(tensor)|(other)"),
        method("torch.Tensor.dot_(other)"),
        symbol("mindspore.ops.dot(x, y)"),
    ]
    both = tuple(
        Counterpart("mindspore.ops.dot", template=f"mindspore.ops.dot({{self}}, {{{name}}})")
        for name in ("tensor", "other")
    )
    made = derived(symbols, torch__Tensor__dot=Rule("compose", both))["torch.Tensor.dot_"]
    assert [one.template for one in made.counterparts] == ["mindspore.ops.dot({self}, {other})"]


def test_cases_that_no_tensor_can_take_in_place_are_left_out() -> None:
    examples = ("m.abs()", "v[0].abs()", "v[:2].abs()", "m.abs(dtype=torch.float64)", "i.abs()")
    made = derived(ABS, torch__Tensor__abs=rule("mindspore.Tensor.abs", cases=examples))["torch.Tensor.abs_"]
    assert made.cases == ("y = m.clone()\ny.abs_()\ny", "y = v[:2].clone()\ny.abs_()\ny")


def test_a_template_of_all_arguments_takes_the_receiver_first() -> None:
    there = rule("mindspore.ops.cat", "compose", template="diff({args})")
    plain = [symbol("torch.diff(input, n=1, !out=None)"), symbol("mindspore.ops.cat(tensors)")]
    found = derived([*plain, method("torch.Tensor.diff(n=1)")], torch__diff=there)
    assert found["torch.Tensor.diff"].counterparts[0].template == "diff({self}, {args})"
    assert "torch.Tensor.diff" not in derived([*plain, method("torch.Tensor.diff(k=1, n=1)")], torch__diff=there)


def test_what_gives_truth_values_keeps_the_dtype_of_its_receiver() -> None:
    symbols = [method(f"{name}(other)") for name in ("torch.Tensor.eq", "torch.Tensor.eq_", "mindspore.Tensor.eq")]
    found = derived(symbols, torch__Tensor__eq=rule("mindspore.Tensor.eq"))["torch.Tensor.eq_"]
    assert found.counterparts[0].template == "{self}.eq({other}).astype({self}.dtype)"


def test_an_in_place_method_never_claims_more_than_differs() -> None:
    found = derived(ABS, torch__Tensor__abs=rule("mindspore.Tensor.abs", cases=("m.abs()", "(m - n).abs()")))
    made = found["torch.Tensor.abs_"]
    assert (made.verdict, made.counterparts[0].convert) == ("differs", "inplace_update")
    assert made.note is not None
    assert "abs_" in made.note.en
    assert made.note.en.isascii()
    assert made.cases == ("y = m.clone()\ny.abs_()\ny", "y = (m - n).clone()\ny.abs_()\ny")


def test_the_real_in_place_method_goes_first_where_it_runs() -> None:
    symbols = [*ABS, method("mindspore.Tensor.abs_()")]
    made = derived(symbols, torch__Tensor__abs=rule("mindspore.Tensor.abs"))["torch.Tensor.abs_"]
    assert [(one.symbol, one.devices, one.convert) for one in made.counterparts] == [
        ("mindspore.Tensor.abs_", ("Ascend",), None),
        ("mindspore.Tensor.abs", EVERYWHERE, "inplace_update"),
    ]


SOFTMAX = [
    symbol("torch.softmax(input, dim)"),
    symbol("torch.nn.functional.softmax(input, dim=None, _stacklevel=3, dtype=None)"),
    symbol("mindspore.ops.softmax(logits, axis=-1)"),
]


def test_the_way_back_renames_arguments_back() -> None:
    there = rule(
        "mindspore.ops.softmax", "adapt", ("torch.softmax(m, dim=1)",), args={"input": "logits", "dim": "axis"}
    )
    back = derived(SOFTMAX, torch__softmax=there)["mindspore.ops.softmax"]
    assert (back.verdict, back.derived) == ("adapt", "torch.softmax")
    assert back.counterparts[0].args == {"logits": "input", "axis": "dim"}
    assert back.cases == ("mindspore.ops.softmax(m, axis=1)",)


NORM = [
    symbol("torch.nn.Norm(num, eps=1e-05, momentum=0.1, track=True)", "class"),
    symbol("mindspore.nn.Norm(num, eps=1e-05, momentum=0.9, mode=None)", "class"),
]


def test_values_are_inverted_only_with_an_inverse() -> None:
    value = Argument(value="1 - {value}", back="1 - {value}")
    there = rule("mindspore.nn.Norm", "adapt", args={"momentum": value})
    back = derived(NORM, torch__nn__Norm=there)["mindspore.nn.Norm"].counterparts[0]
    assert back.args["momentum"] == Argument(to="momentum", value="1 - {value}", back="1 - {value}")
    without = msgspec.structs.replace(value, back="")
    assert "mindspore.nn.Norm" not in derived(
        NORM, torch__nn__Norm=rule("mindspore.nn.Norm", args={"momentum": without})
    )


def test_a_change_of_the_python_type_stands_as_it_is_on_the_way_back() -> None:
    symbols = [symbol("torch.celu(input, alpha=1.0)"), symbol("mindspore.ops.celu(x, alpha=1.0)")]
    args = {"input": "x", "alpha": Argument(to="alpha", value="float({value})")}
    back = derived(symbols, torch__celu=rule("mindspore.ops.celu", "adapt", args=args))["mindspore.ops.celu"]
    assert back.counterparts[0].args == {"x": "input"}


def test_names_of_overloads_for_one_place_are_one_argument() -> None:
    symbols = [symbol("torch.hsplit(input, sections)|(input, indices)"), symbol("mindspore.ops.hsplit(input, parts)")]
    there = rule("mindspore.ops.hsplit", "adapt", args={"sections": "parts", "indices": "parts"})
    back = derived(symbols, torch__hsplit=there)["mindspore.ops.hsplit"].counterparts[0]
    assert back.args == {"parts": "sections"}
    elsewhere = [symbol("torch.hsplit(input, sections)|(indices, input)"), symbols[1]]
    assert derived(elsewhere, torch__hsplit=there) == {}


def test_sorts_of_value_hold_on_the_way_back_too() -> None:
    symbols = [symbol("torch.f(input, k)"), symbol("mindspore.ops.f(input, n)")]
    there = rule("mindspore.ops.f", "adapt", args={"k": Argument(to="n", never=("0",))})
    back = derived(symbols, torch__f=there)["mindspore.ops.f"].counterparts[0]
    assert back.args == {"n": Argument(to="k", never=("0",))}


CONV = [
    symbol("torch.nn.Conv(i, o, bias=True)", "class"),
    symbol("mindspore.nn.Conv(i, o, pad_mode='same', has_bias=False)", "class"),
]


def test_what_is_always_written_becomes_the_only_value_on_the_way_back() -> None:
    there = rule("mindspore.nn.Conv", "adapt", args={"bias": "has_bias"}, extra={"pad_mode": "'pad'"})
    back = derived(CONV, torch__nn__Conv=there)["mindspore.nn.Conv"].counterparts[0]
    assert back.args == {"has_bias": "bias", "pad_mode": Argument(only=("'pad'",))}
    assert back.unset == {"pad_mode": ""}, "the default 'same' is something else"


def test_an_argument_that_is_dropped_at_other_values_only_is_written_on_the_way_back() -> None:
    symbols = [symbol("torch.f(input, flag=False)"), symbol("mindspore.ops.f(input)")]
    there = rule("mindspore.ops.f", "adapt", args={"flag": Argument(only=("True",))})
    assert derived(symbols, torch__f=there)["mindspore.ops.f"].counterparts[0].extra == {"flag": "True"}


def test_a_case_that_would_pass_an_argument_twice_is_left_out() -> None:
    symbols = [
        symbol("torch.spread(input, dim, unbiased=True)"),
        symbol("mindspore.ops.spread(input, dim, unbiased=False)"),
    ]
    cases = ("torch.spread(m, 1, False)", "torch.spread(m, 1)")
    there = rule("mindspore.ops.spread", "adapt", cases, extra={"unbiased": "True"})
    there = msgspec.structs.replace(
        there,
        counterparts=(msgspec.structs.replace(there.counterparts[0], args={"unbiased": Argument(only=("True",))}),),
    )
    back = derived(symbols, torch__spread=there)["mindspore.ops.spread"]
    assert back.cases == ("mindspore.ops.spread(m, 1, unbiased=True)",)


def test_a_case_that_reads_a_property_which_is_a_method_here_is_left_out() -> None:
    symbols = [
        symbol("torch.Normal(loc)", "class"),
        symbol("torch.Normal.mean", "property"),
        symbol("mindspore.nn.Normal(loc)", "class"),
        method("mindspore.nn.Normal.mean()"),
    ]
    there = rule("mindspore.nn.Normal", cases=("torch.Normal(m).mean", "torch.Normal(m).sample().shape"))
    back = derived(symbols, torch__Normal=there)["mindspore.nn.Normal"]
    assert back.cases == ("mindspore.nn.Normal(m).sample().shape",)


def test_a_default_of_none_refuses_calls_whose_counterpart_requires_the_argument() -> None:
    symbols = [symbol("torch.f(input, dim)"), symbol("mindspore.ops.f(input, dim=None)")]
    back = derived(symbols, torch__f=rule("mindspore.ops.f"))["mindspore.ops.f"]
    assert back.counterparts[0].unset == {"dim": ""}


@pytest.mark.parametrize(
    ("verdict", "more"),
    [
        ("compose", {"template": "{input}.sort()[0]"}),
        ("adapt", {"convert": "tensor_to"}),
        ("adapt", {"extra": {"axis": "{input}.ndim"}}),
    ],
)
def test_what_cannot_be_inverted(verdict: str, more: dict[str, object]) -> None:
    symbols = [symbol("torch.f(input)"), symbol("mindspore.ops.f(input, axis=0)")]
    assert "mindspore.ops.f" not in derived(symbols, torch__f=rule("mindspore.ops.f", verdict, **more))


def test_what_torch_requires_and_nothing_gives_is_not_inverted() -> None:
    symbols = [symbol("torch.f(input, dim)"), symbol("mindspore.ops.f(input)")]
    there = rule("mindspore.ops.f", "adapt", args={"dim": Argument(ignore=True)})
    assert "mindspore.ops.f" not in derived(symbols, torch__f=there)


def test_a_template_that_is_a_plain_call_is_inverted() -> None:
    symbols = [symbol("torch.where(condition, input, other)"), symbol("mindspore.ops.where(condition, x, y)")]
    there = rule("mindspore.ops.where", "adapt", template="mindspore.ops.where({condition}, {input}, {other})")
    back = derived(symbols, torch__where=there)["mindspore.ops.where"].counterparts[0]
    assert back.args == {"x": "input", "y": "other"}
    symbols = [symbol("torch.f(input, dim)"), method("mindspore.Tensor.f(axis)")]
    there = rule("mindspore.Tensor.f", "compose", template="{input}.f(axis={dim})")
    assert derived(symbols, torch__f=there)["mindspore.Tensor.f"].counterparts[0].args == {"axis": "dim"}


def test_of_several_torch_names_the_namesake_is_canonical() -> None:
    symbols = [
        *(symbol(f"torch.{name}(input, other)") for name in ("ge", "greater_equal")),
        symbol("mindspore.ops.ge(input, other)"),
        symbol("mindspore.ops.greater_equal(input, other)"),
    ]
    rules = {f"torch.{name}": rule("mindspore.ops.ge") for name in ("greater_equal", "ge")}
    found = derive({one.name: one for one in symbols}, rules)
    assert found["mindspore.ops.ge"].counterparts[0].symbol == "torch.ge"


def test_namesakes_of_mindspore_share_the_way_back() -> None:
    found = derived(ABS, torch__abs=rule("mindspore.ops.abs"))
    assert found["mindspore.mint.abs"].counterparts[0].symbol == "torch.abs"
    assert found["mindspore.Tensor.abs"].counterparts[0].symbol == "torch.Tensor.abs"


def test_a_function_that_the_package_itself_has_too_is_one_function() -> None:
    symbols = [symbol("mindspore.grad(fn)"), symbol("mindspore.ops.grad(fn)"), symbol("torch.func.grad(func)")]
    found = derived(symbols, mindspore__grad=rule("torch.func.grad", args={"fn": "func"}))
    assert found["mindspore.ops.grad"].counterparts[0].args == {"fn": "func"}


@pytest.mark.parametrize(
    ("ours", "theirs", "fits"),
    [
        ("mindspore.mint.f(input, dim=0)", "torch.f(input, dim=0)", True),
        ("mindspore.mint.f(input, dim=0)", "torch.f(input, dim=1)", True),
        ("mindspore.mint.f(input, axis)", "torch.f(input, dim)", False),
        ("mindspore.mint.f(input)", "torch.f(input, dim)", False),
        ("mindspore.mint.nn.functional.f(x)", "torch.nn.functional.f(x, inplace=False)", True),
        ("mindspore.ops.f(input)", "torch.f(input)", False),
    ],
)
def test_mint_has_torchs_signatures_where_they_agree(ours: str, theirs: str, fits: bool) -> None:
    found = derived([symbol(ours), symbol(theirs)])
    assert (ours.partition("(")[0] in found) == fits


def test_a_namesake_that_the_rule_passes_over_means_something_else() -> None:
    symbols = [
        method("torch.Tensor.equal(other)"),
        msgspec.structs.replace(method("mindspore.Tensor.equal(other)"), cpu="runs"),
        symbol("mindspore.ops.equal(input, other)"),
        symbol("mindspore.ops.eq(input, other)"),
    ]
    there = rule("mindspore.ops.eq", "compose", template="bool(mindspore.ops.eq({self}, {other}).all())")
    assert derived(symbols, torch__Tensor__equal=there) == {}
    assert "mindspore.Tensor.equal" in derived(symbols), "as long as nobody says otherwise"


def test_a_refuted_derived_rule_says_where_it_differs() -> None:
    made = msgspec.structs.replace(rule("mindspore.ops.abs"), derived="torch.abs")
    record = Evidence("2.13.0", "2.10.0", "CPU", 2, 1, failure="torch.absolute(m): 3.0 is not 4.0")
    refuted = not_claiming_more("torch.absolute", made, [record])
    assert refuted.verdict == "differs"
    assert refuted.note is not None
    assert "torch.absolute(m)" in refuted.note.en
    assert "torch.absolute(m)" in refuted.note.zh_cn


def test_what_does_not_run_itself_refutes_nothing() -> None:
    made = msgspec.structs.replace(rule("torch.abs"), derived="torch.abs")
    record = Evidence("2.13.0", "2.10.0", "CPU", 1, 0, failure="mint.abs(m): mindspore raises RuntimeError: no kernel")
    assert not_claiming_more("mindspore.mint.abs", made, [record]) == made
    written = rule("mindspore.ops.abs")
    refuted = Evidence("2.13.0", "2.10.0", "CPU", 1, 0, failure="torch.abs(m): 3.0 is not 4.0")
    assert not_claiming_more("torch.abs", written, [refuted]) == written
