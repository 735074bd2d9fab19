"""Sentences of different lengths: a vocabulary, a data set, and batches that are padded."""

import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader, Dataset

SENTENCES = [
    ("the film was good", 1),
    ("the film was bad", 0),
    ("good actors and a good story", 1),
    ("a story so bad and so long that nobody stays", 0),
    ("nobody likes it", 0),
    ("everybody likes the story", 1),
]


class Sentences(Dataset):
    """Texts as numbers of words, with their labels."""

    def __init__(self, pairs):
        self.pairs = pairs
        words = sorted({word for text, _ in pairs for word in text.split()})
        self.vocabulary = {word: number for number, word in enumerate(words, 1)}

    def __len__(self):
        return len(self.pairs)

    def __getitem__(self, index):
        text, label = self.pairs[index]
        return torch.tensor([self.vocabulary[word] for word in text.split()]), label


def padded(rows):
    texts = pad_sequence([text for text, _ in rows], batch_first=True)
    labels = torch.tensor([label for _, label in rows])
    lengths = torch.tensor([len(text) for text, _ in rows])
    return texts, labels, lengths


class Classifier(nn.Module):
    def __init__(self, words, size=8):
        super().__init__()
        self.embedding = nn.Embedding(words + 1, size)
        self.head = nn.Linear(size, 2)

    def forward(self, texts, lengths):
        mask = (texts > 0).unsqueeze(-1).float()
        mean = (self.embedding(texts) * mask).sum(1) / lengths.unsqueeze(1)
        return self.head(mean)


dataset = Sentences(SENTENCES)
loader = DataLoader(dataset, batch_size=2, shuffle=False, collate_fn=padded)
net = Classifier(len(dataset.vocabulary))
optimizer = torch.optim.Adam(net.parameters(), lr=0.01)
criterion = nn.CrossEntropyLoss()
losses = []
net.train()
while len(losses) < 20:
    for texts, labels, lengths in loader:
        if len(losses) == 20:
            break
        optimizer.zero_grad()
        loss = criterion(net(texts, lengths), labels)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
