"""Spectral analysis: what MindSpore lacks of PyTorch."""

import mindspore


def istft(spectrum, n_fft, hop_length, win_length, window, center, normalized, onesided, length):
    """The signal of a short-time Fourier transform: overlapping frames, added and divided by the window's weight."""
    hop_length = hop_length or (win_length or n_fft) // 4
    win_length = win_length or n_fft
    window = mindspore.ops.ones(win_length) if window is None else window
    before = (n_fft - win_length) // 2
    window = mindspore.ops.pad(window, (before, n_fft - win_length - before))
    half = n_fft // 2 + 1
    frames = spectrum[..., :half, :].swapaxes(-1, -2)
    frames = mindspore.ops.irfft(frames, n_fft) * window * (n_fft**0.5 if normalized else 1.0)
    count = frames.shape[-2]
    total = n_fft + hop_length * (count - 1)
    index = mindspore.ops.arange(count).reshape(-1, 1) * hop_length + mindspore.ops.arange(n_fft)
    index = index.reshape(-1, 1)
    flat = frames.reshape(-1, count * n_fft).swapaxes(0, 1)
    signal = mindspore.ops.tensor_scatter_add(mindspore.ops.zeros((total, flat.shape[1])), index, flat)
    weight = mindspore.ops.tensor_scatter_add(mindspore.ops.zeros(total), index, (window * window).tile((count,)))
    start = n_fft // 2 if center else 0
    end = total - start if center and length is None else total
    end = end if length is None else start + length
    signal = (signal[start:end] / weight[start:end].reshape(-1, 1)).swapaxes(0, 1)
    signal = signal.reshape(spectrum.shape[:-2] + signal.shape[-1:])
    return signal if length is None else mindspore.ops.pad(signal, (0, length - signal.shape[-1]))
