"""Marks for the compiler: what MindSpore lacks of PyTorch."""


def uncompiled(function=None, *marks, **settings):
    """Marks for a compiler that is not used: gives the function as it is."""
    return function if callable(function) else uncompiled
