"""What objects of classes give when they are iterated or indexed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsp_server.inference import classes, containers, functions, records
from lsp_server.inference.facts import plain
from lsp_server.inference.values import NOTHING, Fact, Instance, Repeated, UserFunction, UserInstance

if TYPE_CHECKING:
    from lsp_server.inference.analysis import Analysis

_ELEMENTS = {
    "torch.Size": "int",
    "str": "str",
    "torch.nn.Sequential": "torch.nn.Module",
    "torch.nn.ModuleList": "torch.nn.Module",
    "torch.nn.ParameterList": "torch.nn.Parameter",
    "mindspore.nn.SequentialCell": "mindspore.nn.Cell",
    "mindspore.nn.CellList": "mindspore.nn.Cell",
    "mindspore.ParameterTuple": "mindspore.Parameter",
    "torch.nn.ModuleDict": "str",
    "torch.nn.ParameterDict": "str",
    "mindspore.nn.CellDict": "str",
}
"""What iteration over an object gives whatever it holds."""
_VALUES = {
    "torch.nn.ModuleDict": "torch.nn.Module",
    "torch.nn.ParameterDict": "torch.nn.Parameter",
    "mindspore.nn.CellDict": "mindspore.nn.Cell",
}


_LOADER = "torch.utils.data.DataLoader"
_DATASET = "mindspore.dataset.Dataset"


def element(analysis: Analysis, fact: Fact) -> Fact:
    """What iteration gives: that of the user's ``__iter__`` or ``__getitem__``, or of the framework's class."""
    value = fact.value
    if isinstance(value, UserInstance):
        fields = records.fields(value)
        if fields:
            return containers.element(analysis, fields)
        iterated = _method(value, "__iter__")
        if iterated is not None:
            found = _given_by(analysis, functions.returned(iterated))
            return found if fact.certain else found.likely()
        indexed = _method(value, "__getitem__")
        if indexed is not None:
            return functions.returned(indexed) if fact.certain else functions.returned(indexed).likely()
    for cls in classes.framework_classes(analysis, value):
        if cls in _ELEMENTS:
            return plain(_ELEMENTS[cls], fact.certain)
        if analysis.catalog.is_subclass(cls, _LOADER):
            return plain("torch.Tensor", certain=False)
        if analysis.catalog.is_subclass(cls, _DATASET):
            return Fact(Repeated(Instance("mindspore.Tensor")), fact.certain)
    return NOTHING


def _given_by(analysis: Analysis, iterator: Fact) -> Fact:
    """What an iterator gives: one of the user's by its ``__next__``. Many an ``__iter__`` gives its own object."""
    if not isinstance(iterator.value, UserInstance):
        return containers.element(analysis, iterator)
    following = _method(iterator.value, "__next__")
    found = functions.returned(following) if following is not None else NOTHING
    return found if iterator.certain else found.likely()


def item(analysis: Analysis, fact: Fact, index: object = None) -> Fact:
    """``value[index]``."""
    value = fact.value
    if isinstance(value, UserInstance):
        fields = records.fields(value)
        if fields and isinstance(index, int):
            return containers.at(analysis, fields, index)
        indexed = _method(value, "__getitem__")
        if indexed is not None:
            return functions.returned(indexed) if fact.certain else functions.returned(indexed).likely()
    for cls in classes.framework_classes(analysis, value):
        if cls in _VALUES:
            return plain(_VALUES[cls], fact.certain)
    return element(analysis, fact)


def _method(value: UserInstance, name: str) -> UserFunction | None:
    """A method of the object, bound to it."""
    found = classes.find_method(value.cls, name)
    return UserFunction(found.definition, value) if found is not None else None
