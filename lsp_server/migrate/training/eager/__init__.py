"""Training steps of MindSpore become torch's: ``zero_grad``, the forward pass, ``backward``, ``step``."""
