"""Checkpoints that hold more than the state of one network."""

import mindspore


def save_entries(obj, f):
    """Write dictionaries of tensors, with numbers and text beside them, into one checkpoint."""
    tensors, others = {}, {}

    def put(prefix, content):
        for key, value in content.items():
            if isinstance(value, dict):
                put(f"{prefix}{key}/", value)
            elif isinstance(value, mindspore.Tensor):
                tensors[f"{prefix}{key}"] = value
            else:
                others[f"{prefix}{key}"] = value

    put("", obj)
    mindspore.save_checkpoint(tensors, str(f), append_dict=others)


def load_entries(f):
    """Read what save_entries wrote; a float comes back in single precision."""
    entries = {}
    for name, value in mindspore.load_checkpoint(str(f)).items():
        *parents, key = name.split("/")
        place = entries
        for parent in parents:
            place = place.setdefault(parent, {})
        is_number = not parents and isinstance(value, mindspore.Tensor) and value.ndim == 0
        place[key] = value.item() if is_number else value
    return entries
