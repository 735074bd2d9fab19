"""``mindspore.train.Model``: the loops that take its place, and what stays."""

from __future__ import annotations

import pytest

from tests.migrate.test_training_to_torch import converted

HEAD = """from mindspore import nn
from mindspore.train import LossMonitor, Model, ModelCheckpoint, TimeMonitor

net = nn.Dense(3, 2)
optimizer = nn.SGD(net.trainable_params(), learning_rate=0.1)
criterion = nn.MSELoss()
data = load()
"""


def written(text: str) -> str:
    found = converted(HEAD + text)
    reasons = [one.reason.text("en") for one in found.left]
    assert not [one for one in reasons if "`ModelCheckpoint`" not in one and "`TimeMonitor`" not in one], reasons
    return found.text.partition("data = load()\n")[2]


def test_a_model_becomes_the_loop_that_it_runs() -> None:
    text = "model = Model(net, criterion, optimizer, metrics={'loss'})\nmodel.train(epochs, data)  # all of it\n"
    assert (
        written(text)
        == """net.train()
for epoch in range(epochs):
    for inputs, labels in data:
        optimizer.zero_grad()
        loss = criterion(net(inputs), labels)
        loss.backward()
        optimizer.step()  # all of it
"""
    )


def test_a_monitor_prints() -> None:
    text = "monitor = LossMonitor(per_print_times=10)\nmodel = Model(net, criterion, optimizer)\n"
    found = written(text + "model.train(2, data, callbacks=[monitor], dataset_sink_mode=False)\n")
    assert "LossMonitor(" not in found
    assert (
        """        if (epoch * len(data) + step + 1) % 10 == 0:
            print(f"epoch: {epoch + 1} step: {step + 1}, loss is {loss.item()}", flush=True)
"""
        in found
    )
    found = written("model = Model(net, criterion, optimizer)\nmodel.train(2, data, LossMonitor())\n")
    assert '        print(f"epoch: {epoch + 1} step: {step + 1}, loss is {loss.item()}", flush=True)\n' in found


def test_losses_and_optimizers_get_names() -> None:
    text = "model = Model(net, nn.CrossEntropyLoss(), nn.Adam(net.trainable_params()))\nmodel.train(2, data)\n"
    found = written(text)
    assert found.startswith("optimizer_ = torch.optim.Adam(net.parameters(), ")
    assert "\nloss_fn = nn.CrossEntropyLoss()\nnet.train()\n" in found
    assert "        loss = loss_fn(net(inputs), labels.long())\n" in found


def test_a_network_may_give_the_loss() -> None:
    found = written("model = Model(net, optimizer=optimizer)\nmodel.train(1, data)\n")
    assert "    for inputs in data:\n" in found
    assert "        loss = net(*inputs)\n" in found


def test_in_a_function_of_its_own() -> None:
    text = "def main():\n    model = Model(net, criterion, optimizer)\n    model.train(1, data)\n"
    assert "    net.train()\n    for epoch in range(1):\n        for inputs, labels in data:\n" in written(text)


REFUSED = {
    "evaluated": (
        "model = Model(net, criterion, optimizer)\nmodel.train(1, data)\nprint(model.eval(data))\n",
        "model.eval",
    ),
    "passed on": ("model = Model(net, criterion, optimizer)\nrun(model)\n", "of a Model is used here"),
    "no name": ("Model(net, criterion, optimizer).train(1, data)\n", "of a Model is used here"),
    "sink": (
        "model = Model(net, criterion, optimizer)\nmodel.train(1, data, dataset_sink_mode=True)\n",
        "dataset_sink_mode",
    ),
    "sink size": ("model = Model(net, criterion, optimizer)\nmodel.train(1, data, sink_size=4)\n", "sink_size"),
    "level": ('model = Model(net, criterion, optimizer, amp_level="O2")\nmodel.train(1, data)\n', "amp_level"),
    "checkpoints": (
        "model = Model(net, criterion, optimizer)\n"
        "model.train(1, data, callbacks=[LossMonitor(), ModelCheckpoint()])\n",
        "ModelCheckpoint",
    ),
    "time": (
        "model = Model(net, criterion, optimizer)\nmodel.train(1, data, callbacks=TimeMonitor())\n",
        "TimeMonitor",
    ),
    "rates": (
        "changing = nn.SGD(net.trainable_params(), learning_rate=[0.1, 0.2])\n"
        "model = Model(net, criterion, changing)\nmodel.train(1, data)\n",
        "rates",
    ),
    "made in place": ("model = Model(nn.Dense(2, 2), criterion, optimizer)\nmodel.train(1, data)\n", "network"),
    "data in place": ("model = Model(net, criterion, optimizer)\nmodel.train(1, load())\n", "train_dataset"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_stays_says_why(name: str) -> None:
    text, word = REFUSED[name]
    found = converted(HEAD + text)
    reasons = [one.reason for one in found.left if one.reason.code == "TS320"]
    assert any(word in one.text("en") for one in reasons), [one.text("en") for one in reasons]
    assert all(one.text("zh-cn") != one.text("en") for one in reasons)
    assert ".backward()" not in found.text
    assert "Model(" in found.text
