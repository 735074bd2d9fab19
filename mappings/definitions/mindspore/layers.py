"""Layers by their names: what MindSpore lacks of PyTorch."""

import mindspore


def set_sub_cell(net, target, cell):
    path, _, name = target.rpartition(".")
    owner = net.get_sub_cell(path) if path else net
    if isinstance(owner, (mindspore.nn.SequentialCell, mindspore.nn.CellList)):
        owner[int(name)] = cell
    else:
        setattr(owner, name, cell)


def without_bias(cell):
    for parameter in cell.get_parameters():
        if parameter.name.rpartition(".")[2] in ("bias", "beta", "in_proj_bias"):
            parameter.set_data(mindspore.ops.zeros_like(parameter))
            parameter.requires_grad = False
    return cell
