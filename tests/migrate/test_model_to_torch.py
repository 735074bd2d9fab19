"""``mindspore.train.Model``: the loops that take its place, and what stays."""

from __future__ import annotations

import pytest

from tests.migrate.test_training_to_torch import converted

HEAD = """from mindspore import nn
from mindspore.train import (
    Callback,
    CheckpointConfig,
    EarlyStopping,
    LossMonitor,
    Model,
    ModelCheckpoint,
    TimeMonitor,
)

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


def test_checkpoints_and_times() -> None:
    text = "config = CheckpointConfig(save_checkpoint_steps=every, keep_checkpoint_max=2)\n"
    text += 'saver = ModelCheckpoint("lenet", folder, config)\nmodel = Model(net, criterion, optimizer)\n'
    found = written(text + "model.train(2, data, callbacks=[saver, TimeMonitor()])\n")
    assert (
        found
        == """import time
import os
os.makedirs(folder, exist_ok=True)
saved = []
net.train()
for epoch in range(2):
    started = time.time()
    for step, (inputs, labels) in enumerate(data):
        optimizer.zero_grad()
        loss = criterion(net(inputs), labels)
        loss.backward()
        optimizer.step()
        if (epoch * len(data) + step + 1) % every == 0 or epoch * len(data) + step + 1 == 2 * len(data):
            saved.append(os.path.join(folder, f"lenet-{epoch + 1}_{step + 1}.ckpt"))
            torch.save(net.state_dict(), saved[-1])
            if len(saved) > 2:
                os.remove(saved.pop(0))
    milliseconds = (time.time() - started) * 1000
    print(f"Train epoch time: {milliseconds:5.3f} ms, per step time: {milliseconds / len(data):5.3f} ms", flush=True)
"""
    )
    plain = written("model = Model(net, criterion, optimizer)\nmodel.train(2, data, callbacks=[ModelCheckpoint()])\n")
    assert '        saved.append(f"CKP-{epoch + 1}_{step + 1}.ckpt")\n' in plain
    assert "        if len(saved) > 5:\n" in plain


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
    "checkpoints by time": (
        "config = CheckpointConfig(save_checkpoint_seconds=60)\nmodel = Model(net, criterion, optimizer)\n"
        "model.train(1, data, callbacks=[LossMonitor(), ModelCheckpoint(config=config)])\n",
        "ModelCheckpoint",
    ),
    "names that a function makes": (
        "model = Model(net, criterion, optimizer)\nmodel.train(1, data, callbacks=ModelCheckpoint(prefix=naming))\n",
        "ModelCheckpoint",
    ),
    "time of the data": (
        "model = Model(net, criterion, optimizer)\nmodel.train(1, data, callbacks=TimeMonitor(data_time=True))\n",
        "TimeMonitor",
    ),
    "a stop": (
        "model = Model(net, criterion, optimizer)\nmodel.train(1, data, callbacks=[EarlyStopping(), TimeMonitor()])\n",
        "EarlyStopping",
    ),
    "a callback of its own": (
        "class Mine(Callback):\n    def on_train_step_end(self, run_context):\n        pass\n\n\n"
        "model = Model(net, criterion, optimizer)\nmodel.train(1, data, callbacks=Mine())\n",
        "Mine",
    ),
    "a name for something else": (
        "time = 3\nmodel = Model(net, criterion, optimizer)\nmodel.train(1, data, callbacks=TimeMonitor())\n",
        "time",
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
