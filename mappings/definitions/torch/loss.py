"""Losses: what PyTorch lacks of MindSpore."""

import torch


class RMSELoss(torch.nn.Module):
    def forward(self, logits, label):
        return torch.sqrt(torch.nn.functional.mse_loss(logits, label))


class DiceLoss(torch.nn.Module):
    def __init__(self, smooth=1e-5):
        super().__init__()
        self.smooth = smooth

    def forward(self, logits, label):
        union = torch.sum(logits * logits) + torch.sum(label * label)
        return 1 - 2 * torch.sum(logits * label) / (union + self.smooth)


class MultiClassDiceLoss(torch.nn.Module):
    def __init__(self, weights=None, ignore_indiex=None, activation="softmax"):
        super().__init__()
        layers = {
            "softmax": torch.nn.Softmax(-1),
            "logsoftmax": torch.nn.LogSoftmax(-1),
            "relu": torch.nn.ReLU(),
            "relu6": torch.nn.ReLU6(),
            "tanh": torch.nn.Tanh(),
            "sigmoid": torch.nn.Sigmoid(),
        }
        self.weights, self.ignored = weights, ignore_indiex
        self.activation = layers[activation] if isinstance(activation, str) else activation

    def forward(self, logits, label):
        logits = logits if self.activation is None else self.activation(logits)
        total = 0
        for place in range(label.shape[1]):
            if place != self.ignored:
                left, right = logits[:, place], label[:, place]
                union = torch.sum(left * left) + torch.sum(right * right)
                loss = 1 - 2 * torch.sum(left * right) / (union + 1e-5)
                total = total + (loss if self.weights is None else loss * self.weights[place])
        return total / label.shape[1]


class FocalLoss(torch.nn.Module):
    def __init__(self, weight=None, gamma=2.0, reduction="mean"):
        super().__init__()
        self.weight, self.gamma, self.reduction = weight, gamma, reduction

    def forward(self, logits, labels):
        logits, labels = (one.flatten(2) if one.ndim > 2 else one.unsqueeze(2) for one in (logits, labels))
        by_class = labels.shape[1] == 1
        log = torch.log_softmax(logits, 1)
        log = log.gather(1, labels.long()) if by_class else log
        focus = (1 - log.exp()) ** self.gamma
        if self.weight is not None:
            log = log * (self.weight[labels.long()] if by_class else self.weight[None, :, None])
        loss = (-focus * log).squeeze(1).mean(1) if by_class else (-focus * labels * log).mean(-1)
        return loss.mean() if self.reduction == "mean" else loss.sum() if self.reduction == "sum" else loss


class LossBase(torch.nn.Module):
    def __init__(self, reduction="mean"):
        super().__init__()
        self.reduction = reduction

    def get_axis(self, x):
        return tuple(range(x.ndim))

    def get_loss(self, x, weights=1.0):
        loss = x.float() * weights
        loss = loss.mean() if self.reduction == "mean" else loss.sum() if self.reduction == "sum" else loss
        return loss.to(x.dtype)


def ctc_greedy_decoder(inputs, sequence_length, merge_repeated=True):
    """The best class of each step without blanks: sparse indices, values, their shape, and minus the sum of scores."""
    best, classes = inputs.max(-1)
    rows, scores = [], []
    for place, length in enumerate(sequence_length.tolist()):
        row = classes[:length, place]
        row = torch.unique_consecutive(row) if merge_repeated else row
        rows.append(row[row != inputs.shape[-1] - 1])
        scores.append(-best[:length, place].sum())
    pairs = [(place, step) for place, row in enumerate(rows) for step in range(len(row))]
    indices = torch.tensor(pairs, dtype=torch.int64, device=inputs.device).reshape(-1, 2)
    shape = torch.tensor([len(rows), max(map(len, rows))], device=inputs.device)
    return indices, torch.cat(rows), shape, torch.stack(scores).unsqueeze(1)
