"""Settings: what MindSpore lacks of PyTorch."""


def print_tensors_with(precision=None, threshold=None, edgeitems=None, linewidth=None, profile=None, sci_mode=None):
    """How tensors are printed: by NumPy."""
    import numpy

    full = {"precision": 4, "threshold": float("inf") if profile == "full" else 1000, "edgeitems": 3, "linewidth": 80}
    full = {**full, "precision": 2, "edgeitems": 2} if profile == "short" else full
    given = {"precision": precision, "threshold": threshold, "edgeitems": edgeitems, "linewidth": linewidth}
    given = {name: value for name, value in given.items() if value is not None}
    numpy.set_printoptions(**{**(full if profile else {}), **given})
    if sci_mode is not None:
        numpy.set_printoptions(suppress=not sci_mode)
