"""Training steps: ``backward`` and ``step`` of torch become ``value_and_grad`` and a call of the optimizer."""
