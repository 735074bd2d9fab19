"""Data pipelines: what PyTorch lacks of MindSpore."""

import torch


class Pipeline:
    """Rows of a source in steps: each step gives a new pipeline. A row holds one array for each column.

    Everything is read in this process: numbers of workers mean nothing."""

    def __init__(
        self,
        source,
        column_names,
        column_types=None,
        schema=None,
        num_samples=None,
        num_parallel_workers=1,
        shuffle=None,
        sampler=None,
        **settings,
    ):
        self.source, self.sampler, self.num_samples = source, sampler, num_samples
        self.shuffled = shuffle is not False and sampler is None
        self.columns = [column_names] if isinstance(column_names, str) else list(column_names)
        self.batch_size = self.times = 1
        self.rows, self.count = self.read, self.counted

    def read(self):
        source = self.source() if callable(self.source) else self.source
        rows = source
        if hasattr(source, "__getitem__"):
            order = range(len(source)) if self.sampler is None else self.sampler
            order = torch.randperm(len(source)).tolist() if self.shuffled else order
            rows = (source[int(index)] for index in order)
        for place, row in enumerate(rows):
            if place == self.num_samples:
                return
            yield [self.array(value) for value in (row if isinstance(row, (tuple, list)) else (row,))]

    def counted(self):
        rows = self.source if self.sampler is None else self.sampler
        count = len(rows) if hasattr(rows, "__len__") else sum(1 for _ in self.read())
        return count if self.num_samples is None else min(count, self.num_samples)

    @staticmethod
    def array(value):
        import numpy

        return value.numpy() if isinstance(value, torch.Tensor) else numpy.asarray(value)

    def step(self, rows, count, **changed):
        made = Pipeline(self.source, self.columns)
        vars(made).update(vars(self), rows=rows, count=count, **changed)
        return made

    def map(self, operations, input_columns=None, output_columns=None, num_parallel_workers=None, **settings):
        def names(given):
            return [given] if isinstance(given, str) else list(given)

        taken = names(input_columns) if input_columns else self.columns[:1]
        given = names(output_columns) if output_columns else taken
        places = [self.columns.index(name) for name in taken]
        rest = [place for place in range(len(self.columns)) if place not in places]
        kept = len(given) == len(taken)
        columns = self.columns if kept else [*given, *(self.columns[place] for place in rest)]
        columns = [given[taken.index(name)] if name in taken else name for name in columns] if kept else columns

        def rows():
            for row in self.rows():
                values = tuple(row[place] for place in places)
                for operation in operations if isinstance(operations, (list, tuple)) else [operations]:
                    values = operation(*values)
                    values = values if isinstance(values, tuple) else (values,)
                arrays = [self.array(value) for value in values]
                changed = dict(zip(places, arrays))
                whole = [changed.get(place, value) for place, value in enumerate(row)]
                yield whole if kept else [*arrays, *(row[place] for place in rest)]

        return self.step(rows, self.count, columns=columns)

    def batch(self, batch_size, drop_remainder=False, num_parallel_workers=None):
        import numpy

        def rows():
            batch = []
            for row in self.rows():
                batch.append(row)
                if len(batch) == batch_size:
                    yield [numpy.stack(column) for column in zip(*batch)]
                    batch = []
            if batch and not drop_remainder:
                yield [numpy.stack(column) for column in zip(*batch)]

        def count():
            return self.count() // batch_size if drop_remainder else -(-self.count() // batch_size)

        return self.step(rows, count, batch_size=batch_size)

    def shuffle(self, buffer_size):
        def rows():
            waiting = []
            for row in self.rows():
                waiting.append(row)
                if len(waiting) >= buffer_size:
                    yield waiting.pop(int(torch.randint(len(waiting), ())))
            while waiting:
                yield waiting.pop(int(torch.randint(len(waiting), ())))

        return self.step(rows, self.count)

    def repeat(self, count=None):
        def rows():
            done = 0
            while count in (None, -1) or done < count:
                yield from self.rows()
                done += 1

        times = -1 if count is None else count
        return self.step(rows, lambda: self.count() * times, times=self.times * times)

    def take(self, count=-1):
        def rows():
            for place, row in enumerate(self.rows()):
                if place == count:
                    return
                yield row

        return self.step(rows, lambda: min(self.count(), count) if count >= 0 else self.count())

    def skip(self, count):
        def rows():
            for place, row in enumerate(self.rows()):
                if place >= count:
                    yield row

        return self.step(rows, lambda: max(self.count() - count, 0))

    def filter(self, predicate, input_columns=None, num_parallel_workers=None):
        names = [input_columns] if isinstance(input_columns, str) else input_columns or self.columns
        places = [self.columns.index(name) for name in names]

        def rows():
            return (row for row in self.rows() if predicate(*(row[place] for place in places)))

        return self.step(rows, lambda: sum(1 for _ in rows()))

    def project(self, columns):
        names = [columns] if isinstance(columns, str) else list(columns)
        places = [self.columns.index(name) for name in names]
        return self.step(lambda: ([row[place] for place in places] for row in self.rows()), self.count, columns=names)

    def rename(self, input_columns, output_columns):
        old = [input_columns] if isinstance(input_columns, str) else list(input_columns)
        new = [output_columns] if isinstance(output_columns, str) else list(output_columns)
        columns = [new[old.index(name)] if name in old else name for name in self.columns]
        return self.step(self.rows, self.count, columns=columns)

    def create_tuple_iterator(self, columns=None, num_epochs=-1, output_numpy=False, do_copy=False):
        return PipelineIterator(self if columns is None else self.project(columns), output_numpy, False)

    def create_dict_iterator(self, num_epochs=-1, output_numpy=False, do_copy=False):
        return PipelineIterator(self, output_numpy, True)

    def get_dataset_size(self):
        return self.count()

    def get_batch_size(self):
        return self.batch_size

    def get_repeat_count(self):
        return self.times

    def get_col_names(self):
        return list(self.columns)

    def __iter__(self):
        return self.create_tuple_iterator()

    def __len__(self):
        return self.count()


class PipelineIterator:
    """The rows of a pipeline as tensors: lists, or dictionaries by the names of the columns. It starts anew behind
    the last one."""

    def __init__(self, pipeline, output_numpy, named):
        self.pipeline, self.output_numpy, self.named = pipeline, output_numpy, named
        self.rows = pipeline.rows()

    def __iter__(self):
        return self

    def __next__(self):
        try:
            row = next(self.rows)
        except StopIteration:
            self.rows = self.pipeline.rows()
            raise
        if not self.output_numpy:
            row = [value if value.dtype.kind in "USO" else torch.from_numpy(value.copy()) for value in row]
        return dict(zip(self.pipeline.columns, row)) if self.named else list(row)


def rows_of_columns(data):
    """The rows of arrays of equal length, given in a tuple, as a dictionary, or as one array."""
    import numpy

    if isinstance(data, dict):
        return list(zip(*(numpy.array(column) for column in data.values())))
    if isinstance(data, tuple):
        return list(zip(*(numpy.array(column) for column in data)))
    return [(row,) for row in numpy.array(data)]
