"""Initial values: what MindSpore lacks of PyTorch."""


def calculate_gain(nonlinearity, param=None):
    if nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        return (2.0 / (1 + slope**2)) ** 0.5
    return {"tanh": 5.0 / 3, "relu": 2.0**0.5, "selu": 0.75}.get(nonlinearity, 1)
