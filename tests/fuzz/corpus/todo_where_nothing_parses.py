import mindspore as ms

ms.set_context(mode=ms.PYNATIVE_MODE)
print(ms.ops.add(1, 2)
for step in [0, 1
