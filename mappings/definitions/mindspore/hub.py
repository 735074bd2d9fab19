"""Files from the network: what MindSpore lacks of PyTorch."""

import mindspore


def cache_home():
    import os

    cache = os.getenv("XDG_CACHE_HOME", os.path.join("~", ".cache"))
    return os.path.expanduser(os.getenv("TORCH_HOME", os.path.join(cache, "torch")))


def load_state_dict_from_url(
    url, model_dir=None, map_location=None, progress=True, check_hash=False, file_name=None, weights_only=False
):
    """Reads weights for MindSpore (.ckpt, .safetensors), which are fetched unless they are there."""
    import os
    import urllib.parse
    import urllib.request

    folder = model_dir or os.path.join(cache_home(), "hub", "checkpoints")
    path = os.path.join(folder, file_name or os.path.basename(urllib.parse.urlparse(url).path))
    if not os.path.exists(path):
        os.makedirs(folder, exist_ok=True)
        urllib.request.urlretrieve(url, path + ".part")
        os.replace(path + ".part", path)
    return mindspore.load_checkpoint(path)
