"""What PyTorch's libraries use of its inside: a few lines each."""


def assert_that(condition, message):
    assert condition, message


def n_tuple(n, name="parse"):
    def repeated(value):
        return (value,) * n if isinstance(value, (int, float, str)) else tuple(value)

    return repeated
