"""for: over tensors, loaders and their batches, enumerate, zip, items, parameters, modules; comprehensions."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, TensorDataset


class Pairs(Dataset):
    def __len__(self):
        return 4

    def __getitem__(self, index):
        return {"image": torch.rand(3, 4, 4), "label": torch.tensor(index)}


net = nn.Sequential(nn.Linear(3, 3), nn.BatchNorm1d(3))
for parameter in net.parameters():
    parameter.data.zero_(), parameter.requires_grad
for name, parameter in net.named_parameters():
    name.upper(), parameter.numel(), parameter.grad
for _, buffer in net.named_buffers():
    buffer.float()
for module in net.modules():
    module.train()
    if isinstance(module, nn.Linear):
        module.weight.fill_(1.0) if not module.weight.requires_grad else module.weight.data.fill_(1.0)
    elif isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
        module.running_mean.zero_()
for name, child in net.named_children():
    child.eval()
for key, value in net.state_dict().items():
    value.shape, key.split(".")
loader = DataLoader(TensorDataset(torch.rand(4, 3), torch.arange(4)), batch_size=2)
for x, y in loader:
    x.mean(), y.long()
for index, (x, y) in enumerate(loader):
    net(x).argmax(1).eq(y).sum().item()
for batch in DataLoader(Pairs(), batch_size=2):
    batch["image"].flatten(1), batch["label"].float()
for row, column in zip(torch.rand(2, 3), torch.rand(2, 3)):
    row.dot(column)
for step, part in enumerate(torch.rand(4, 2).split(2)):
    part.sum()
for part in torch.rand(4, 2).unbind(0):
    part.norm()
for chunk in reversed(torch.chunk(torch.rand(4), 2)):
    chunk.sum()
sizes = [one.shape for one in net.parameters()]
sizes[0].numel()
means = {name: one.mean() for name, one in net.named_parameters()}
for name, mean in means.items():
    mean.item()
total = sum(one.numel() for one in net.parameters() if one.requires_grad)
torch.stack([one.sum() for one in torch.rand(2, 3)]).max()
iterator = iter(loader)
x, y = next(iterator)
x.sum(), y.sum()
left = [torch.rand(2)]
while left:
    one = left.pop()
    one.abs()
for one in (torch.ones(1), torch.zeros(1)):
    one.item()
for one in [*left, torch.ones(2)]:
    one.sum()
for data in ["a"]:
    data.upper()
