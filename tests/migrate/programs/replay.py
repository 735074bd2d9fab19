"""Q-learning from a memory of transitions, with a second network that follows the first; draws are fixed numbers."""

from collections import deque, namedtuple

import torch
import torch.nn.functional as F
from torch import nn, optim

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
Transition = namedtuple("Transition", ("state", "action", "next_state", "reward"))
BATCH = 6
GAMMA = 0.9
TAU = 0.1


class Memory:
    def __init__(self, size):
        self.rows = deque([], maxlen=size)

    def push(self, *row):
        self.rows.append(Transition(*row))

    def sample(self, number, count):
        return [self.rows[(7 * number + 3 * k) % len(self.rows)] for k in range(count)]

    def __len__(self):
        return len(self.rows)


class Values(nn.Module):
    def __init__(self, states, actions):
        super().__init__()
        self.hidden = nn.Linear(states, 8)
        self.out = nn.Linear(8, actions)

    def forward(self, x):
        return self.out(F.relu(self.hidden(x)))


policy = Values(3, 2).to(device)
follower = Values(3, 2).to(device)
follower.load_state_dict(policy.state_dict())
optimizer = optim.AdamW(policy.parameters(), lr=1e-2, amsgrad=True)
memory = Memory(50)
losses = []


def choose(state, draw):
    if draw > 0.3:
        with torch.no_grad():
            return policy(state).max(1).indices.view(1, 1)
    return torch.tensor([[int(draw * 10) % 2]], device=device, dtype=torch.long)


def learn(number):
    if len(memory) < BATCH:
        return
    rows = memory.sample(number, BATCH)
    batch = Transition(*zip(*rows))
    goes_on = torch.tensor(tuple(map(lambda s: s is not None, batch.next_state)), device=device, dtype=torch.bool)
    next_states = torch.cat([s for s in batch.next_state if s is not None])
    states = torch.cat(batch.state)
    actions = torch.cat(batch.action)
    rewards = torch.cat(batch.reward)
    values = policy(states).gather(1, actions)
    next_values = torch.zeros(BATCH, device=device)
    with torch.no_grad():
        next_values[goes_on] = follower(next_states).max(1).values
    expected = next_values * GAMMA + rewards
    criterion = nn.SmoothL1Loss()
    loss = criterion(values, expected.unsqueeze(1))
    optimizer.zero_grad()
    loss.backward()
    torch.nn.utils.clip_grad_value_(policy.parameters(), 100)
    optimizer.step()
    losses.append(loss.item())


policy.train()
for number in range(20 + BATCH - 1):
    state = torch.tensor([[number % 5 / 5.0, number % 3 / 3.0, 1.0]], device=device)
    action = choose(state, ((7 * number) % 11) / 11)
    reward = torch.tensor([float(number % 4) - action.item()], device=device)
    memory.push(state, action, state * 0.5 if number % 5 else None, reward)
    learn(number)
    slow = follower.state_dict()
    fast = policy.state_dict()
    for key in fast:
        slow[key] = fast[key] * TAU + slow[key] * (1 - TAU)
    follower.load_state_dict(slow)
