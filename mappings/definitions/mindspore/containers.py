"""Layers that hold layers: what MindSpore lacks of PyTorch."""

import mindspore


class ParameterList(mindspore.nn.Cell):
    def __init__(self, values=None):
        super().__init__()
        self.size = 0
        self.extend(values or [])

    def append(self, value):
        parameter = value if isinstance(value, mindspore.Parameter) else mindspore.Parameter(value)
        self.insert_param_to_cell(str(self.size), parameter)
        self.size += 1
        return self

    def extend(self, values):
        for value in values:
            self.append(value)
        return self

    def __len__(self):
        return self.size

    def __iter__(self):
        return (self[index] for index in range(self.size))

    def __getitem__(self, index):
        if isinstance(index, slice):
            return ParameterList([self[place] for place in range(self.size)[index]])
        return getattr(self, str(range(self.size)[index]))


class ParameterDict(mindspore.nn.Cell):
    def __init__(self, parameters=None):
        super().__init__()
        self.members = {}
        self.update(parameters or {})

    def __setitem__(self, key, value):
        parameter = value if isinstance(value, mindspore.Parameter) else mindspore.Parameter(value)
        self.insert_param_to_cell(key, parameter, check_name_contain_dot=False)
        self.members[key] = parameter

    def __delitem__(self, key):
        delattr(self, key)
        del self.members[key]

    def __getitem__(self, key):
        return self.members[key]

    def __contains__(self, key):
        return key in self.members

    def __len__(self):
        return len(self.members)

    def __iter__(self):
        return iter(self.members)

    def keys(self):
        return self.members.keys()

    def values(self):
        return self.members.values()

    def items(self):
        return self.members.items()

    def get(self, key, default=None):
        return self.members.get(key, default)

    def update(self, parameters):
        for key, value in dict(parameters).items():
            self[key] = value

    def pop(self, key):
        value = self[key]
        del self[key]
        return value

    def popitem(self):
        key = list(self.members)[-1]
        return key, self.pop(key)

    def setdefault(self, key, default=None):
        if key not in self.members:
            self[key] = default
        return self[key]

    def clear(self):
        for key in list(self.members):
            del self[key]

    def copy(self):
        return ParameterDict(self.members)


def insert_cell(container, index, cell):
    cells = list(container)
    cells.insert(index, cell)
    container.append(cell)
    for place, one in enumerate(cells):
        container[place] = one
    return container


class ModuleDict(mindspore.nn.CellDict):
    """A CellDict that takes sequences and lists of cells too."""

    def __init__(self, modules=None):
        super().__init__()
        if modules is not None:
            self.update(modules)

    def _validate_cell_type(self, cell):
        if not isinstance(cell, mindspore.nn.Cell):
            raise TypeError(f"{type(cell).__name__} is no cell")


class Sequential(mindspore.nn.SequentialCell):
    """A SequentialCell that runs cells which are assigned to it as well."""

    def construct(self, input):
        for cell in self.cells():
            input = cell(input)
        return input


def add_child(cell, name, child):
    """Gives a cell a child, whose parameters are named after it; a sequence runs it too."""
    path, first = next(cell.parameters_and_names(), ("", None))
    setattr(cell, name, child)
    if first is not None and first.name.endswith(path):
        child.update_parameters_name(f"{first.name[: -len(path)]}{name}.")
    if isinstance(cell, mindspore.nn.SequentialCell):
        cell._is_dynamic_name.append(False)
        cell.cell_list = list(cell._cells.values())
