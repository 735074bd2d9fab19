"""Files from the network: what MindSpore lacks of PyTorch."""

import mindspore


def cache_home():
    import os
    from pathlib import Path

    cache = Path(os.getenv("XDG_CACHE_HOME", "~/.cache"))
    return str(Path(os.getenv("TORCH_HOME", cache / "torch")).expanduser())


def load_state_dict_from_url(
    url, model_dir=None, map_location=None, progress=True, check_hash=False, file_name=None, weights_only=False
):
    """Reads weights for MindSpore (.ckpt, .safetensors), which are fetched unless they are there.

    What PyTorch saved (.pth) is read as it was converted, from a .ckpt beside it.
    """
    import urllib.parse
    import urllib.request
    from pathlib import Path

    folder = Path(model_dir or Path(cache_home()) / "hub" / "checkpoints")
    path = folder / (file_name or Path(urllib.parse.urlparse(url).path).name)
    if path.suffix in (".pth", ".pt"):
        saved, path = path, path.with_suffix(".ckpt")
        if not path.exists():
            raise FileNotFoundError(f"{path}: fetch {url} and convert {saved.name} with `torchspore weights`")
    elif not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_name(path.name + ".part")
        urllib.request.urlretrieve(url, part)
        part.replace(path)
    return mindspore.load_checkpoint(str(path))
