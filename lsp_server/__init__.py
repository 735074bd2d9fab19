"""TorchSpore: a language server for people who move code between PyTorch and MindSpore."""

__version__ = "0.1.0"
