"""Layers by their names: what MindSpore lacks of PyTorch."""

import mindspore


def set_sub_cell(net, target, cell):
    path, _, name = target.rpartition(".")
    owner = net.get_sub_cell(path) if path else net
    if isinstance(owner, (mindspore.nn.SequentialCell, mindspore.nn.CellList)):
        owner[int(name)] = cell
    else:
        setattr(owner, name, cell)
