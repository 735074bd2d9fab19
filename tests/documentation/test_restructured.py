"""reStructuredText as people read it; the sources are sentences of the kinds that the frameworks have."""

from __future__ import annotations

import pytest

from lsp_server.catalog.catalog import shipped
from lsp_server.documentation.links import page
from lsp_server.documentation.restructured import first_paragraph, formula, markdown
from lsp_server.migrate.documented import wrapped


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See :func:`torch.abs`.", "See `torch.abs()`."),
        ("A :class:`~torch.Tensor` of :attr:`input`", "A `Tensor` of `input`"),
        ("The ``dim`` and :math:`x_{i}^2`", "The `dim` and `x_i^2`"),
        ("``A``\\ s and ``x``.abs()", "`A`s and `x`.abs()"),
        (r"``A``\ ``.abs()``", "`A.abs()`"),
        ("`A paper <https://a.b/c>`_ says [1]_ so", "A paper says so"),
        ("Returns :func:`the mean <torch.mean>`", "Returns `the mean()`"),
        ("a < b and *stress*", r"a \< b and *stress*"),
        ("2 * 3 ** 4", r"2 \* 3 \*\* 4"),
    ],
)
def test_roles(text: str, expected: str) -> None:
    assert markdown(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\text{out}_i = |\text{input}_i|", "out_i = |input_i|"),
        (r"\frac{a}{b + c}", "a/(b + c)"),
        (r"(N, C_{in}, H_{\text{out}})", "(N, C_in, H_out)"),
        (r"x \leq 2 \times \alpha", "x ≤ 2 × α"),
        (r"\sqrt{x}", "√(x)"),
    ],
)
def test_formulas(text: str, expected: str) -> None:
    assert formula(text) == expected


def test_the_first_paragraph_stops_at_lists_and_formulas() -> None:
    docstring = """Computes a thing of
    :attr:`input`:

    .. math::
        x

    Args:
        input (Tensor): not this
    """
    assert first_paragraph(docstring) == "Computes a thing of `input`."
    assert first_paragraph("\nArgs:\n    x: nothing is said before\n") == ""


def test_a_long_paragraph_ends_with_a_sentence() -> None:
    text = first_paragraph("A sentence of words. " * 60)
    assert len(text) <= 420 and text.endswith("words.")


def test_a_signature_is_broken_between_arguments() -> None:
    lines = wrapped("torch.nn.Conv2d(" + ", ".join(f"argument_{n}=({n}, {n})" for n in range(30)) + ")").split("\n")
    assert len(lines) == 5 and lines[-1].strip() == "…"
    assert all(len(line) <= 84 for line in lines)
    assert wrapped("torch.abs(input)") == "torch.abs(input)"


@pytest.mark.parametrize(
    ("name", "version", "language", "expected"),
    [
        ("torch.nn.Conv2d", "2.13.0", "en", "https://docs.pytorch.org/docs/2.13/generated/torch.nn.Conv2d.html"),
        (
            "torch.nn.Module.buffers",
            "2.1.2",
            "zh-cn",
            "https://docs.pytorch.org/docs/2.1/generated/torch.nn.Module.html#torch.nn.Module.buffers",
        ),
        (
            "mindspore.nn.Cell.untrainable_params",
            "2.10.0",
            "zh-cn",
            "https://www.mindspore.cn/docs/zh-CN/r2.10.0/api_python/nn/mindspore.nn.Cell.html"
            "#mindspore.nn.Cell.untrainable_params",
        ),
        (
            "mindspore.ops.abs",
            "2.2.14",
            "en",
            "https://www.mindspore.cn/docs/en/r2.2/api_python/ops/mindspore.ops.abs.html",
        ),
        (
            "mindspore.Tensor.view",
            "2.9",
            "en",
            "https://www.mindspore.cn/docs/en/r2.9.0/api_python/mindspore/Tensor/mindspore.Tensor.view.html",
        ),
        ("torch.float32", "2.13.0", "en", None),
        ("torch.nn", "2.13.0", "en", None),
    ],
)
def test_pages_of_a_version(name: str, version: str, language: str, expected: str | None) -> None:
    symbol = shipped().symbol(name)
    assert symbol is not None and page(symbol, version, language) == expected
