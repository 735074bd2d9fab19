"""Random numbers: what PyTorch lacks of MindSpore."""

import torch


def choice_with_mask(x, count=256):
    """Places of random true elements, and which of the rows are such places rather than filling."""
    places = x.nonzero().to(torch.int32)
    chosen = places[torch.randperm(len(places), device=x.device)[:count]]
    filling = chosen.new_zeros(count - len(chosen), x.ndim)
    return torch.cat((chosen, filling)), torch.arange(count, device=x.device) < len(chosen)


def log_uniform_candidate_sampler(true_classes, num_sampled=5, unique=True, range_max=5):
    """Classes drawn with a probability that falls with their number, and how often each is expected."""
    chances = (torch.arange(range_max) + 1.0).reciprocal().log1p() / torch.log(torch.tensor(range_max + 1.0))
    drawn = torch.multinomial(chances, num_sampled, replacement=True).tolist()
    while unique and len(set(drawn)) < num_sampled:
        drawn += torch.multinomial(chances, 1).tolist()
    sampled = torch.tensor(list(dict.fromkeys(drawn)) if unique else drawn).to(true_classes)
    counts = -torch.expm1(len(drawn) * torch.log1p(-chances)) if unique else num_sampled * chances
    return sampled, counts.to(true_classes.device)[true_classes], counts.to(true_classes.device)[sampled]
