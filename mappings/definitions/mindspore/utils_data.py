"""Data sets, samplers and loaders: what MindSpore lacks of PyTorch."""

import mindspore


class Rows:
    """A data set: subclasses have __getitem__ and __len__, which is what GeneratorDataset asks of its source."""

    def __class_getitem__(cls, item):
        return cls


class Batches:
    """The batches of a data set, read in this process; settings of workers mean nothing."""

    def __init__(
        self,
        dataset,
        batch_size=1,
        shuffle=None,
        sampler=None,
        batch_sampler=None,
        num_workers=0,
        collate_fn=None,
        pin_memory=False,
        drop_last=False,
        timeout=0,
        worker_init_fn=None,
        **settings,
    ):
        self.dataset, self.batch_size, self.drop_last = dataset, batch_size, drop_last
        self.shuffle, self.sampler, self.batch_sampler = shuffle, sampler, batch_sampler
        self.collate_fn = collate_fn or (self.converted if batch_size is None else self.collated)

    def __len__(self):
        if self.batch_sampler is not None:
            return len(self.batch_sampler)
        count = len(self.dataset if self.sampler is None else self.sampler)
        size = self.batch_size or 1
        return count // size if self.drop_last else -(-count // size)

    def __iter__(self):
        if self.batch_sampler is not None:
            for batch in self.batch_sampler:
                yield self.collate_fn([self.dataset[index] for index in batch])
            return
        rows = []
        for row in self._rows():
            if self.batch_size is None:
                yield self.collate_fn(row)
                continue
            rows.append(row)
            if len(rows) == self.batch_size:
                yield self.collate_fn(rows)
                rows = []
        if rows and not self.drop_last:
            yield self.collate_fn(rows)

    def _rows(self):
        import numpy

        if not hasattr(self.dataset, "__getitem__"):
            yield from self.dataset
            return
        order = range(len(self.dataset)) if self.sampler is None else self.sampler
        for index in numpy.random.permutation(len(self.dataset)).tolist() if self.shuffle else order:
            yield self.dataset[index]

    @classmethod
    def collated(cls, rows):
        import numpy

        first = rows[0]
        if isinstance(first, mindspore.Tensor):
            return mindspore.ops.stack(rows)
        if isinstance(first, (int, float, numpy.ndarray, numpy.generic)):
            return mindspore.Tensor(numpy.stack(rows))
        if isinstance(first, dict):
            return {key: cls.collated([row[key] for row in rows]) for key in first}
        if isinstance(first, (tuple, list)):
            return [cls.collated(list(part)) for part in zip(*rows)]
        return rows

    @classmethod
    def converted(cls, row):
        import numpy

        if isinstance(row, (numpy.ndarray, numpy.generic)):
            return mindspore.Tensor(row)
        if isinstance(row, dict):
            return {key: cls.converted(value) for key, value in row.items()}
        if isinstance(row, (tuple, list)):
            return [cls.converted(value) for value in row]
        return row


class RowStream:
    """A data set that is read in one direction: subclasses have __iter__, as GeneratorDataset asks of its source."""

    def __class_getitem__(cls, item):
        return cls


class TensorRows:
    """The rows of tensors of equal length, as tuples."""

    def __init__(self, *tensors):
        self.tensors = tensors

    def __len__(self):
        return len(self.tensors[0])

    def __getitem__(self, index):
        place = index if isinstance(index, slice) else int(index)  # pipelines give indices of NumPy
        return tuple(tensor[place] for tensor in self.tensors)


class ChosenRows:
    """The rows of a data set at these indices."""

    def __init__(self, dataset, indices):
        self.dataset = dataset
        self.indices = indices

    def __len__(self):
        return len(self.indices)

    def __getitem__(self, index):
        if isinstance(index, list):
            return self.dataset[[self.indices[one] for one in index]]
        return self.dataset[self.indices[index]]


class JoinedRows:
    """The rows of several data sets, one set after the other."""

    def __init__(self, datasets):
        self.datasets = list(datasets)

    def __len__(self):
        return sum(len(one) for one in self.datasets)

    def __getitem__(self, index):
        place = index + len(self) if index < 0 else index
        for one in self.datasets:
            if 0 <= place < len(one):
                return one[place]
            place -= len(one)
        raise IndexError(index)


class ChainedRows:
    """The rows of several iterable data sets, one set after the other."""

    def __init__(self, datasets):
        self.datasets = datasets

    def __len__(self):
        return sum(len(one) for one in self.datasets)

    def __iter__(self):
        for one in self.datasets:
            yield from one


class StackedRows:
    """The rows of several data sets side by side: as tuples, or as dicts if the sets have names."""

    def __init__(self, *datasets, **named):
        self.datasets = named or datasets

    def __len__(self):
        return len(next(iter(self.datasets.values())) if isinstance(self.datasets, dict) else self.datasets[0])

    def __getitem__(self, index):
        if isinstance(self.datasets, dict):
            return {name: dataset[index] for name, dataset in self.datasets.items()}
        return tuple(dataset[index] for dataset in self.datasets)


def split_at_random(dataset, lengths):
    """Parts of a data set, by numbers or fractions; the order follows mindspore.set_seed."""
    import numpy

    class Part:
        def __init__(self, indices):
            self.dataset = dataset
            self.indices = indices

        def __len__(self):
            return len(self.indices)

        def __getitem__(self, index):
            return dataset[self.indices[index]]

    total = len(dataset)
    counts = list(lengths)
    if sum(lengths) <= 1:
        counts = [int(total * fraction) for fraction in lengths]
        for number in range(total - sum(counts)):
            counts[number % len(counts)] += 1
    order = numpy.random.permutation(total).tolist()
    return [Part(order[sum(counts[:number]) : sum(counts[: number + 1])]) for number in range(len(counts))]


class Indices:
    """A sampler: subclasses have __iter__, which is all that GeneratorDataset(sampler=...) asks."""

    def __init__(self, data_source=None):
        pass

    def __class_getitem__(cls, item):
        return cls


class RandomIndices:
    """The indices of a data set in an order that is drawn anew at every pass."""

    def __init__(self, data_source, replacement=False, num_samples=None):
        self.data_source = data_source
        self.replacement = replacement
        self.count = num_samples

    def __len__(self):
        return len(self.data_source) if self.count is None else self.count

    def __iter__(self):
        import numpy

        total, left = len(self.data_source), len(self)
        if self.replacement:
            yield from numpy.random.randint(0, total, left).tolist()
        while left > 0 and not self.replacement:
            yield from numpy.random.permutation(total)[:left].tolist()
            left -= total


class ShuffledIndices:
    """These indices in an order that is drawn anew at every pass."""

    def __init__(self, indices):
        self.indices = indices

    def __len__(self):
        return len(self.indices)

    def __iter__(self):
        import numpy

        for place in numpy.random.permutation(len(self.indices)).tolist():
            yield self.indices[place]


class WeightedIndices:
    """Indices drawn by weight."""

    def __init__(self, weights, num_samples, replacement=True):
        self.weights = weights
        self.num_samples = num_samples
        self.replacement = replacement

    def __len__(self):
        return self.num_samples

    def __iter__(self):
        import numpy

        weights = numpy.array([float(weight) for weight in self.weights])
        chances = weights / weights.sum()
        yield from numpy.random.choice(len(weights), self.num_samples, self.replacement, chances).tolist()


class DistributedIndices:
    """The indices of one process; the first ones come again at the end so that all processes have equally many."""

    def __init__(self, dataset, num_replicas=None, rank=None, shuffle=True, seed=0, drop_last=False):
        self.dataset = dataset
        self.num_replicas = mindspore.communication.get_group_size() if num_replicas is None else num_replicas
        self.rank = mindspore.communication.get_rank() if rank is None else rank
        self.shuffle, self.seed, self.drop_last, self.epoch = shuffle, seed, drop_last, 0

    def set_epoch(self, epoch):
        self.epoch = epoch

    def __len__(self):
        total = len(self.dataset)
        return total // self.num_replicas if self.drop_last else -(-total // self.num_replicas)

    def __iter__(self):
        import numpy

        total, wanted = len(self.dataset), len(self) * self.num_replicas
        order = list(range(total))
        if self.shuffle:
            order = numpy.random.default_rng(self.seed + self.epoch).permutation(total).tolist()
        order = (order * -(-wanted // total))[:wanted]
        yield from order[self.rank :: self.num_replicas]


class IndexBatches:
    """Lists of indices from a sampler."""

    def __init__(self, sampler, batch_size, drop_last):
        self.sampler = sampler
        self.batch_size = batch_size
        self.drop_last = drop_last

    def __len__(self):
        full, rest = divmod(len(self.sampler), self.batch_size)
        return full if self.drop_last or not rest else full + 1

    def __iter__(self):
        batch = []
        for index in self.sampler:
            batch.append(index)
            if len(batch) == self.batch_size:
                yield batch
                batch = []
        if batch and not self.drop_last:
            yield batch


def collate(batch):
    """Samples made one batch: numbers, arrays and tensors are stacked, tuples, lists and dicts part by part."""
    import numpy

    first = batch[0]
    if isinstance(first, mindspore.Tensor):
        return mindspore.ops.stack(batch)
    if isinstance(first, (numpy.ndarray, numpy.generic)):
        return mindspore.Tensor(numpy.stack(batch))
    if isinstance(first, (int, float)):
        return mindspore.Tensor(numpy.array(batch))
    if isinstance(first, dict):
        return {key: collate([sample[key] for sample in batch]) for key in first}
    if isinstance(first, (tuple, list)):
        return [collate(list(part)) for part in zip(*batch)]
    return batch


def as_tensors(data):
    """Arrays made tensors, also inside tuples, lists and dicts; everything else as it is."""
    import numpy

    if isinstance(data, (numpy.ndarray, numpy.generic)):
        return mindspore.Tensor(data)
    if isinstance(data, dict):
        return {key: as_tensors(value) for key, value in data.items()}
    if isinstance(data, (tuple, list)):
        return [as_tensors(value) for value in data]
    return data
