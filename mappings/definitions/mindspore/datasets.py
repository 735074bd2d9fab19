"""Data sets of images on disk, as torchvision keeps them: MindSpore's are pipelines, and read other files of CIFAR."""

import mindspore


class MNIST:
    """Reads the files that torchvision reads; it downloads nothing."""

    def __init__(self, root, train=True, transform=None, target_transform=None, download=False):
        from pathlib import Path

        import numpy

        self.transform, self.target_transform, self.train = transform, target_transform, train
        part = Path(root).expanduser() / type(self).__name__ / "raw" / ("train" if train else "t10k")
        images = Path(f"{part}-images-idx3-ubyte")
        if not images.exists():
            raise FileNotFoundError(f"{images}: put the unpacked files of {type(self).__name__} there")
        content = images.read_bytes()
        sizes = numpy.frombuffer(content, ">i4", 4)[1:]
        self.images = numpy.frombuffer(content, numpy.uint8, offset=16).reshape(sizes)
        labels = Path(f"{part}-labels-idx1-ubyte").read_bytes()
        self.labels = numpy.frombuffer(labels, numpy.uint8, offset=8).astype(numpy.int64)

    @property
    def data(self):
        return mindspore.Tensor(self.images)

    @property
    def targets(self):
        return mindspore.Tensor(self.labels)

    def __len__(self):
        return len(self.images)

    def __getitem__(self, index):
        from PIL import Image

        image, target = Image.fromarray(self.images[index]), int(self.labels[index])
        image = image if self.transform is None else self.transform(image)
        return image, target if self.target_transform is None else self.target_transform(target)


class FashionMNIST(MNIST):
    pass


class KMNIST(MNIST):
    pass


class CIFAR10:
    """Reads the files for Python that torchvision reads; it downloads nothing."""

    folder, names, labels = "cifar-10-batches-py", ("batches.meta", "label_names"), "labels"
    parts = (["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"], ["test_batch"])

    def __init__(self, root, train=True, transform=None, target_transform=None, download=False):
        import numpy

        self.transform, self.target_transform, self.train = transform, target_transform, train
        parts = [self._read(root, name) for name in self.parts[0 if train else 1]]
        self.data = numpy.concatenate([part["data"] for part in parts]).reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
        self.targets = [label for part in parts for label in part[self.labels]]
        self.classes = self._read(root, self.names[0])[self.names[1]]
        self.class_to_idx = {name: index for index, name in enumerate(self.classes)}

    def _read(self, root, name):
        import pickle
        from pathlib import Path

        path = Path(root).expanduser() / self.folder / name
        if not path.exists():
            raise FileNotFoundError(f"{path}: put the unpacked files for Python of {type(self).__name__} there")
        with path.open("rb") as file:
            return pickle.load(file, encoding="latin1")

    def __len__(self):
        return len(self.data)

    def __getitem__(self, index):
        from PIL import Image

        image, target = Image.fromarray(self.data[index]), self.targets[index]
        image = image if self.transform is None else self.transform(image)
        return image, target if self.target_transform is None else self.target_transform(target)


class CIFAR100(CIFAR10):
    folder, names, labels = "cifar-100-python", ("meta", "fine_label_names"), "fine_labels"
    parts = (["train"], ["test"])


class ImageFolder:
    """Images in a folder for each class, the classes numbered in the order of their names."""

    def __init__(self, root, transform=None, target_transform=None, loader=None, is_valid_file=None, allow_empty=False):
        import os
        from pathlib import Path

        top = Path(root).expanduser()
        self.root, self.transform, self.target_transform = root, transform, target_transform
        self.loader = self.opened if loader is None else loader
        endings = (".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp")
        is_wanted = is_valid_file or (lambda path: path.lower().endswith(endings))
        self.classes = sorted(entry.name for entry in top.iterdir() if entry.is_dir())
        if not self.classes:
            raise FileNotFoundError(f"{root}: there is no folder for a class")
        self.class_to_idx = {name: index for index, name in enumerate(self.classes)}
        self.samples = []
        for index, name in enumerate(self.classes):
            found = sorted(os.walk(top / name, followlinks=True))
            paths = [str(Path(folder) / file) for folder, _, files in found for file in sorted(files)]
            wanted = [path for path in paths if is_wanted(path)]
            if not wanted and not allow_empty:
                raise FileNotFoundError(f"{root}: no image of the class {name}")
            self.samples += [(path, index) for path in wanted]
        self.imgs, self.targets = self.samples, [index for _, index in self.samples]

    @staticmethod
    def opened(path):
        from PIL import Image

        with Image.open(path) as image:
            return image.convert("RGB")

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, index):
        path, target = self.samples[index]
        image = self.loader(path)
        image = image if self.transform is None else self.transform(image)
        return image, target if self.target_transform is None else self.target_transform(target)
