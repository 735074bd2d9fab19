"""What would differ silently or stop a program: NumPy beside tensors, formats, flags, frozen parameters."""

from __future__ import annotations

from tests.migrate.test_inner_gradients import HEAD, converted


def test_numbers_of_numpy_on_the_left_of_tensors_become_pythons() -> None:
    found = converted(f"""{HEAD}import numpy as np


class Scaled(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.scale = 1 / np.sqrt(width)
        self.bound = np.sqrt(6 / width)
        self.layer = nn.Linear(width, width)

    def forward(self, x: torch.Tensor):
        return np.log(2.0) - self.scale * self.layer(x) + x * np.exp(1.0)


def corner(size, ratio):
    cut = int(size[0] * np.sqrt(1 - ratio))
    x1 = np.clip(np.random.randint(size[0]) - cut // 2, 0, size[0])
    image = np.clip(np.ones((2, 2)), 0, 1)
    return x1, image
""").text
    assert "self.scale = float(1 / np.sqrt(width))" in found
    assert "self.bound = np.sqrt(6 / width)" in found
    assert "return float(np.log(2.0)) - self.scale * self.layer(x) + x * np.exp(1.0)" in found
    assert "x1 = np.clip(np.random.randint(size[0]) - cut // 2, 0, size[0]).item()" in found
    assert "image = np.clip(np.ones((2, 2)), 0, 1)\n" in found


def test_flags_that_choose_algorithms_go() -> None:
    found = converted(f"""{HEAD}import torch.backends.cudnn as cudnn

if torch.cuda.is_available():
    net.cuda()
    cudnn.benchmark = True
torch.backends.cudnn.deterministic = True
print(net)
""")
    assert not found.left
    assert "\nmindspore.set_deterministic(True)\nprint(net)\n" in found.text
    assert "cudnn" not in found.text
    assert "if " not in found.text


def test_parameters_mean_frozen_ones_too_where_some_are_frozen() -> None:
    text = f"""{HEAD}import copy

target = copy.deepcopy(net)
for p in target.parameters():
    p.requires_grad = False
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
for p, q in zip(net.parameters(), target.parameters()):
    q.data.copy_(p.data)
normed = nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4))
print(sum(p.numel() for p in normed.parameters()), sum(p.numel() for p in net.parameters() if p.requires_grad))
"""
    found = converted(text).text
    assert "for p in target.trainable_params():" in found
    assert "optim.SGD(net.trainable_params(), lr=0.1)" in found
    assert "zip(net.get_parameters(), target.get_parameters())" in found
    assert 'if not one.name.endswith(("moving_mean", "moving_variance"))]' in found
    assert "for p in net.trainable_params() if p.requires_grad" in found


def test_formatted_tensors_are_asked_for_their_number() -> None:
    found = converted(f"""{HEAD}loss = net(torch.rand(3, 2)).mean()
print(f"{{loss:.4f}} {{loss}} {{loss + 1:>8.2f}} {{loss.item():.3f}}")
print("{{}} {{:.4f}} {{b:.2f}}".format(net, loss, b=loss * 2))
""").text
    assert "{loss.item():.4f} {loss} {(loss + 1).item():>8.2f} {loss.item():.3f}" in found
    assert ".format(net, loss.item(), b=(loss * 2).item())" in found


def test_arrays_of_numpy_stay_arrays() -> None:
    text = f"""{HEAD}import numpy as np


def rescaled(rows):
    roots = np.sqrt(rows)
    return roots


def weighted(x: torch.Tensor):
    rows = np.arange(3)
    return np.sqrt(rows) * x, np.exp(np.array([1.0, 2.0])) * x


def picked(rows: np.ndarray):
    first = rows[[0, 1]]
    first[0] = 1
    return first
"""
    found = converted(text).text
    assert "float(" not in found
    assert "first = rows[[0, 1]]\n" in found


def test_a_function_of_several_overloads_is_not_passed_on() -> None:
    """Who gets it may call it with two tensors."""
    done = converted(
        f"{HEAD}import functools\n\nlargest = functools.reduce(torch.max, [torch.ones(2), torch.zeros(2)])\n"
    )
    assert "functools.reduce(torch.max, [" in done.text
    assert [one.reason.code for one in done.left] == ["TS306"]
