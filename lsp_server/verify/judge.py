"""Judges one case: converts it with the shipped converter, runs both frameworks, compares; then the way back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import msgspec

from lsp_server.catalog.catalog import OTHER, Catalog, framework_of
from lsp_server.catalog.model import Counterpart, Device, Framework, Rule
from lsp_server.migrate.files import Conversion, convert_source
from lsp_server.migrate.target import Target
from lsp_server.verify import cases, gradients, limits, optimizers, outcome, samples
from lsp_server.verify.frameworks import Arrays, Runner, torch_drew
from lsp_server.verify.inputs import fixed_inputs
from lsp_server.verify.isolation import BackResult, CaseResult
from lsp_server.verify.samples import Sample

_SUMS = re.compile(
    r"conv|linear|bmm|matmul|mm$|mv$|dot|lstm|gru|rnn|embedding|dense|attention|norm|std|var$|sum|mean|pool|loss|entropy"
    r"|matrix_|inv$|inverse|solve|lstsq|det$|cholesky|lu$|lu_|eig|svd|qr$|^lu|einsum|cov$|corrcoef|cdist|fft[2n]?$",
    re.I,
)
"""Symbols whose results are sums of many products: float32 then differs in the last digits by the order of summing, and
in proportion to the largest of the numbers."""

_UP_TO_SIGN = re.compile(r"(^|\.)(svd|eigh|qr|symeig|geqrf|svd_lowrank|pca_lowrank)$")
"""Decompositions whose vectors are only determined up to their sign."""

_GARBAGE = re.compile(r"(^|\.)(empty|new_empty|empty_like|empty_strided|new_empty_strided|resize_|empty_permuted)")
"""What these give is not initialised."""

_LIMIT_OF_FAILURE = 200

_MOST_SEEDS = 12


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one direction gave."""

    error: float
    gradients: bool
    actual: Any
    loose: outcome.Loose | None
    conversion: Conversion


class _Refused(Exception):
    """The converter leaves the case alone, with a reason."""


class _Outside(Exception):
    """The tensors are not what the counterpart asks for."""


class Judge:
    """Runs cases in this process."""

    def __init__(self, catalog: Catalog, runner: Runner, device: Device) -> None:
        self._catalog = catalog
        self._runner = runner
        self._device: Device = device

    def own(self, symbol: str, index: int) -> CaseResult:
        """A case of the rule. One that is refused disagrees: it was written to be converted. So does one at which its
        own framework raises, unless it was translated from torch: that shows what MindSpore lacks there, and nothing
        about the rule."""
        try:
            text, used = cases.as_module(self._rule(symbol).cases[index], _framework(symbol), frozenset(fixed_inputs()))
        except cases.BadCase as error:
            return CaseResult(index, "disagree", failure=str(error))
        inputs = fixed_inputs()
        sample = Sample(
            text, text.rstrip().splitlines()[-1].strip().removeprefix("return "), {n: inputs[n] for n in used}
        )
        result = self._judged(symbol, index, sample, own=True)
        translated = symbol.startswith("mindspore.") and bool(self._rule(symbol).derived)
        if result.outcome == "refused" or (result.outcome == "dropped" and not translated):
            return msgspec.structs.replace(result, outcome="disagree")
        return result

    def sample(self, symbol: str, index: int, sample: Sample) -> CaseResult:
        """One of torch's test inputs."""
        return self._judged(symbol, index, sample, own=False)

    def _judged(self, symbol: str, index: int, sample: Sample, own: bool) -> CaseResult:
        where = "" if own else _where(sample)
        try:
            answer = self._answer(symbol, sample, own)
        except _Refused as reason:
            return CaseResult(index, "refused", failure=_short(sample.call, where, str(reason)))
        except _Outside as reason:
            return CaseResult(index, "outside", failure=_short(sample.call, where, str(reason)))
        except outcome.Raised as error:
            source = _framework(symbol)
            said: Any = "dropped" if error.framework == source else "disagree"
            raised = error.framework == "mindspore"
            return CaseResult(index, said, failure=_short(sample.call, where, str(error)), raised=raised)
        except outcome.Disagreement as error:
            return CaseResult(index, "disagree", failure=_short(sample.call, where, str(error)))
        back = self._back(symbol, sample, answer, where) if symbol.startswith("torch.") else None
        taken = _taken(answer.conversion, symbol)
        name = taken.symbol if taken is not None else ""
        return CaseResult(index, "agree", answer.error, gradients=answer.gradients, counterpart=name, back=back)

    def _answer(self, symbol: str, sample: Sample, own: bool) -> _Answer:
        framework = _framework(symbol)
        other = OTHER[framework]
        conversion = convert_source(sample.text, self._catalog, self._target(other))
        rest = sorted({one.symbol or "text" for one in conversion.left})
        for left in conversion.left:
            if left.symbol in ("", symbol) or not own:
                raise _Refused(f"{left.symbol or 'text'} is not converted: {left.reason.text('en')}")
        if not conversion.left and _needs(conversion.text, framework):
            raise outcome.Disagreement(f"the converted text still needs {framework}")
        counterpart = _taken(conversion, symbol)
        if not own and counterpart is not None:
            _check_limits(counterpart, sample, symbol)
        self._runner.begin()
        # torch goes first: what it calls the weights of a layer decides what MindSpore's are filled with
        if framework == "torch":
            expected, loose = self._expected(sample, framework, symbol, own)
            actual = self._run_converted(conversion.text, other, sample, rest if own else [])
        else:
            try:
                actual = self._run_converted(conversion.text, other, sample, rest if own else [])
            except outcome.Raised:
                self._run(sample.text, framework, sample)  # what the source refuses, the counterpart may refuse too
                raise
            expected, loose = self._expected(sample, framework, symbol, own)
        allowed = tolerance(symbol, self._rule(symbol), sample.tolerance)
        error = _compared(expected, actual, allowed, loose, symbol)
        compared = False
        if sample.gradients and loose is None and framework == "torch" and counterpart is not None:
            compared = self._compare_gradients(sample, conversion.text, counterpart, allowed)
        return _Answer(error, compared, actual, loose, conversion)

    def _run_converted(self, text: str, framework: Framework, sample: Sample, rest: list[str]) -> Any:
        try:
            return self._run(text, framework, sample)
        except outcome.Raised as error:
            said = f"{error} (not converted: {', '.join(rest)})" if rest else str(error)
            raise outcome.Raised(said, error.framework) from error

    def _expected(
        self, sample: Sample, framework: Framework, symbol: str, own: bool
    ) -> tuple[Any, outcome.Loose | None]:
        """The source's own answer, and whether it is a matter of chance. A case that a person wrote never is: it
        says itself what is compared."""
        expected = self._run(sample.text, framework, sample)
        if own:
            return expected, None
        if _GARBAGE.search(symbol):
            return expected, outcome.Loose(moments=False)
        if sample.kind in ("optimizer", "scheduler"):
            return expected, None
        for seed in range(1, _MOST_SEEDS):  # of few numbers, several seeds may make the same
            again = self._run(sample.text, framework, sample, seed)
            if not outcome.identical(expected, again):
                return expected, outcome.Loose(moments=True)
            if not torch_drew():
                break
        return expected, None

    def _back(self, symbol: str, sample: Sample, answer: _Answer, where: str) -> BackResult | None:
        """The converted text is a case for the counterpart: torch must say the same as MindSpore once it is converted
        back. None if that proves nothing about the counterpart."""
        counterpart = _taken(answer.conversion, symbol)
        text = answer.conversion.text
        if counterpart is None or answer.conversion.left or counterpart.define:
            return None  # in the body of a definition nothing is known of the arguments
        new = counterpart.symbol
        rule = self._catalog.rule(new)
        if rule is None or rule.verdict == "none":
            return None
        conversion = convert_source(text, self._catalog, self._target("torch"))
        call = f"from {sample.call}"
        for left in conversion.left:
            if left.symbol == new:
                return BackResult(new, "refused", failure=_short(call, where, left.reason.text("en")))
        towards = _taken(conversion, new)
        if counterpart.template and {plan.use.symbol for plan in conversion.plans} - {new, "mindspore.Tensor"}:
            return None  # an expression of several symbols shows nothing about a single one
        if conversion.left or towards is None or _needs(conversion.text, "mindspore"):
            return None
        if limits.outside(towards.limits, list(sample.inputs.values()), new):
            return BackResult(new, "outside")
        try:
            returned = self._run(conversion.text, "torch", sample)
            if answer.actual is None:
                returned = None  # called for what it does; what torch gives besides is not used
            error = _compared(answer.actual, returned, tolerance(new, rule, sample.tolerance), answer.loose, symbol)
        except outcome.Disagreement as refusal:
            said = str(refusal)
            missing = re.search(r"AttributeError.* has no attribute '(\w+)'", said)
            if missing is not None and missing[1] != new.rpartition(".")[2]:
                return None  # a method of something whose type is not known: nobody claims to have converted that
            return BackResult(new, "disagree", failure=_short(call, where, said))
        return BackResult(new, "agree", error, counterpart=towards.symbol)

    def _compare_gradients(
        self, sample: Sample, text: str, counterpart: Counterpart, allowed: outcome.Tolerance
    ) -> bool:
        state = counterpart.state
        try:
            original = self._runner.load(sample.text, "torch", sample.given)
            there = gradients.of_torch(original, sample.inputs, state)
        except (RuntimeError, NotImplementedError):
            return False  # torch cannot differentiate this
        if not there.values:
            return False
        try:
            space = self._runner.load(text, "mindspore", sample.given)
            here = gradients.of_mindspore(space, sample.inputs, state, there.outputs)
        except Exception as error:
            raise _raised(error, "mindspore", "gradient: ") from error
        if "net" in original and "net" in space:
            remembered, kept = (
                {name: outcome.Array("tensor", str(one.dtype), one) for name, one in found.items()}
                for found in (
                    gradients.buffers(original["net"], state, "torch"),
                    gradients.buffers(space["net"], state, "mindspore"),
                )
            )
            outcome.largest_difference(remembered, kept, allowed, "net")
        wider = outcome.Tolerance(allowed.relative * 10, allowed.absolute * 10, scaled=allowed.scaled)
        for name, value in there.values.items():
            if name not in here:
                if name.removeprefix("net.") not in state and name not in sample.inputs:
                    continue  # the rule does not say what this parameter is called
                raise outcome.Disagreement(f"gradient of {name}: MindSpore has none")
            found = here[name].reshape(value.shape) if here[name].size == value.size else here[name]
            expected = outcome.Array("tensor", str(value.dtype), value)
            actual = outcome.Array("tensor", str(found.dtype), found)
            outcome.largest_difference(expected, actual, wider, f"gradient of {name}")
        return True

    def _run(self, text: str, framework: Framework, sample: Sample, seed: int = 0) -> Any:
        try:
            if sample.kind in ("optimizer", "scheduler"):
                space = self._runner.load(text, framework, sample.given)
                return optimizers.HARNESSES[sample.kind](space, framework)
            return self._runner.run(text, framework, sample.inputs, sample.given, seed)
        except Exception as error:
            raise _raised(error, framework) from error

    def _rule(self, symbol: str) -> Rule:
        rule = self._catalog.rule(symbol)
        assert rule is not None  # jobs are made from rules
        return rule

    def _target(self, framework: Framework) -> Target:
        return Target(framework, self._catalog.versions[framework], self._device)


def tolerance(symbol: str, rule: Rule, at_least: float = 0.0) -> outcome.Tolerance:
    """1e-5, 1e-4 for sums of products (of the largest number, if that is above 1), and what torch's own tests allow
    for an operator if that is more. int32 may stand for int64 only where the rule's note says so."""
    notes = [rule.note, *(counterpart.note for counterpart in rule.counterparts)]
    told = any(note is not None and "int32" in note.en for note in notes)
    sums = _SUMS.search(symbol.rpartition(".")[2]) is not None
    limit = max(1e-4 if sums else 1e-5, at_least)
    return outcome.Tolerance(limit, limit, told, scaled=sums)


def _compared(
    expected: Any, actual: Any, allowed: outcome.Tolerance, loose: outcome.Loose | None, symbol: str
) -> float:
    if loose is not None:
        outcome.compare_loosely(expected, actual, loose, allowed)
        return 0.0
    if _UP_TO_SIGN.search(symbol):
        if symbol.rpartition(".")[2] == "svd":
            expected, actual = (_determined(one, symbol == "torch.linalg.svd") for one in (expected, actual))
        expected, actual = outcome.without_sign(expected), outcome.without_sign(actual)
    return outcome.largest_difference(expected, actual, allowed)


def _determined(value: Any, rows: bool) -> Any:
    """Of a singular value decomposition: without the vectors that belong to no singular value, which are any basis of
    what is left."""
    if not isinstance(value, list) or len(value) != 3 or not all(isinstance(one, outcome.Array) for one in value):
        return value
    left, values, right = value
    count = values.values.shape[-1]
    first = outcome.Array(left.kind, left.dtype, left.values[..., :count])
    second = right.values[..., :count, :] if rows else right.values[..., :count]
    return [first, values, outcome.Array(right.kind, right.dtype, second)]


def _check_limits(counterpart: Counterpart, sample: Sample, symbol: str) -> None:
    broken = limits.outside(counterpart.limits, list(sample.inputs.values()), symbol)
    if broken is not None:
        raise _Outside(f"outside of {broken}")


def _taken(conversion: Conversion, symbol: str) -> Counterpart | None:
    """The counterpart that a symbol was converted to; a rule may have several."""
    return next((plan.counterpart for plan in conversion.plans if plan.use.symbol == symbol), None)


def _needs(text: str, framework: Framework) -> bool:
    return re.search(rf"^(import|from) {framework}\b", text, re.MULTILINE) is not None


def _raised(error: Exception, framework: Framework, before: str = "") -> outcome.Raised:
    first = next((line for line in str(error).splitlines() if line.strip(" -")), "")
    return outcome.Raised(f"{before}{framework} raises {type(error).__name__}: {first[:120]}", framework)


def _where(sample: Sample) -> str:
    arrays: Arrays = {**sample.given, **sample.inputs}
    return samples.described(arrays)


def failure_text(sample: Sample, said: str) -> str:
    """The call, its input, and what went wrong."""
    return _short(sample.call, _where(sample), said)


def _short(call: str, where: str, said: str) -> str:
    """A failure in at most 200 characters; what was said goes before the input, the input before the call."""
    call, said = " ".join(call.split()), " ".join(said.split())[:120]
    room = _LIMIT_OF_FAILURE - len(said) - 6
    call = call if len(call) <= room // 2 or not where else call[: max(room - len(where), room // 2)]
    text = f"{call[:room]} ({where})" if where else call[:room]
    return f"{text[: room + 2]}: {said}"


def _framework(symbol: str) -> Framework:
    framework = framework_of(symbol)
    assert framework is not None  # the compiler refuses rules for anything else
    return framework
