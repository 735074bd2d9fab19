"""Two processes train one network, each on its own rows."""

import torch
import torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel as DDP
from torch.utils.data import DataLoader, DistributedSampler, TensorDataset

dist.init_process_group("gloo")
rank, size = dist.get_rank(), dist.get_world_size()
x = torch.sin(torch.arange(48).float()).reshape(16, 3)
y = x.sum(1)
dataset = TensorDataset(x, y)
sampler = DistributedSampler(dataset, num_replicas=size, rank=rank, shuffle=False)
loader = DataLoader(dataset, batch_size=4, sampler=sampler)
net = nn.Linear(3, 1)
with torch.no_grad():
    net.weight.fill_(0.1)
    net.bias.fill_(0.0)
model = DDP(net)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
criterion = nn.MSELoss()
for epoch in range(3):
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = criterion(model(inputs).squeeze(1), targets)
        loss.backward()
        optimizer.step()
        dist.barrier()
total = torch.tensor([loss.item()])
dist.all_reduce(total)
print("LOSSES", rank, loss.item(), total.item())
dist.destroy_process_group()
