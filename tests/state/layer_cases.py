"""Constructor calls of every layer that has a state specification: what `test_layers` makes in the frameworks."""

from __future__ import annotations


def calls(name: str, *arguments: str) -> list[str]:
    return [f"{name}({text})" for text in arguments]


def _torch() -> list[str]:
    nn = "torch.nn"
    found = calls(
        f"{nn}.Linear", "3, 4", "3, 4, bias=False", "3, 4, False", "out_features=5, in_features=2", "1, 1, True",
        "3, 4, dtype=torch.float64", "3, 4, bias=False, dtype=torch.half",
    )  # fmt: skip
    found += calls(f"{nn}.Bilinear", "2, 3, 4", "2, 3, 4, False", "in1_features=1, in2_features=2, out_features=3")
    found += calls(f"{nn}.LazyLinear", "4", "4, bias=False", "out_features=2")
    for rank in (1, 2, 3):
        found += _convolutions(f"{nn}.Conv{rank}d", rank, "groups=2", "bias=False", "padding='same'")
        found += _convolutions(f"{nn}.ConvTranspose{rank}d", rank, "groups=2", "bias=False", "output_padding=0")
        found += calls(f"{nn}.LazyConv{rank}d", "4, 3", "4, 3, bias=False", "out_channels=4, kernel_size=1")
        found += calls(f"{nn}.LazyConvTranspose{rank}d", "4, 3", "4, 3, bias=False")
        for kind in ("BatchNorm", "InstanceNorm"):
            found += _norms(f"{nn}.{kind}{rank}d", "4")
            found += _norms(f"{nn}.Lazy{kind}{rank}d", "")
    found += _norms(f"{nn}.SyncBatchNorm", "4")
    found += calls(
        f"{nn}.GroupNorm", "2, 4", "2, 4, affine=False", "2, 4, bias=False", "num_channels=6, num_groups=3",
        "1, 1", "4, 4, 1e-3, True",
    )  # fmt: skip
    found += calls(
        f"{nn}.LayerNorm", "4", "(3, 4)", "[2, 3, 4]", "4, elementwise_affine=False", "4, bias=False",
        "(3, 4), 1e-6, True, False", "normalized_shape=7, dtype=torch.float64",
    )  # fmt: skip
    found += calls(f"{nn}.RMSNorm", "4", "(3, 4)", "[4]", "4, elementwise_affine=False", "4, 1e-6, True")
    found += calls(
        f"{nn}.Embedding", "5, 6", "5, 6, padding_idx=0", "5, 6, max_norm=1.0", "5, 6, _freeze=True",
        "num_embeddings=2, embedding_dim=3", "5, 6, sparse=True, dtype=torch.float64",
    )  # fmt: skip
    found += calls(f"{nn}.EmbeddingBag", "5, 6", "5, 6, mode='sum'", "5, 6, padding_idx=0", "5, embedding_dim=2")
    found += calls(f"{nn}.PReLU", "", "3", "num_parameters=2", "1, 0.1", "4, dtype=torch.float64")
    for kind in ("RNN", "LSTM", "GRU"):
        found += calls(
            f"{nn}.{kind}", "3, 4", "3, 4, 2", "3, 4, bidirectional=True", "3, 4, 3, bias=False",
            "3, 4, num_layers=2, bidirectional=True, batch_first=True", "input_size=2, hidden_size=5, dropout=0.0",
        )  # fmt: skip
    found += calls(f"{nn}.RNN", "3, 4, nonlinearity='relu'", "3, 4, 1, 'relu', False")
    found += calls(f"{nn}.LSTM", "3, 4, proj_size=2", "3, 4, 2, proj_size=2, bidirectional=True, bias=False")
    found += calls(f"{nn}.RNNBase", "'LSTM', 3, 4", "'GRU', 3, 4, 2", "'RNN_TANH', 3, 4, bidirectional=True")
    found += calls(f"{nn}.RNNCellBase", "3, 4, True, 2", "3, 4, False, 3")
    for kind in ("RNNCell", "LSTMCell", "GRUCell"):
        found += calls(f"{nn}.{kind}", "3, 4", "3, 4, bias=False", "3, 4, False", "hidden_size=2, input_size=1")
    found += calls(f"{nn}.RNNCell", "3, 4, nonlinearity='relu'")
    found += calls(
        f"{nn}.MultiheadAttention", "8, 2", "8, 2, bias=False", "8, 2, add_bias_kv=True", "8, 2, kdim=4, vdim=6",
        "8, 2, kdim=8", "8, 2, vdim=6, bias=False", "embed_dim=4, num_heads=1, add_zero_attn=True, dropout=0.1",
        "8, 2, 0.1, False, True", "8, 2, dtype=torch.float64",
    )  # fmt: skip
    return found + _transformers(nn, "bias=False") + _torch_losses()


def _torch_losses() -> list[str]:
    nn = "torch.nn"
    found = calls(
        f"{nn}.AdaptiveLogSoftmaxWithLoss", "8, 20, [5, 10]", "8, 20, [5]", "16, 30, (4, 9, 20), div_value=2.0",
        "8, 20, [5, 10], head_bias=True",
    )  # fmt: skip
    found += calls(
        f"{nn}.LinearCrossEntropyLoss", "3, 4", "3, 4, bias=True", "3, 4, out_features=(2, 3)",
        "3, 4, weight=torch.ones(4)",
    )  # fmt: skip
    for kind in ("BCELoss", "CrossEntropyLoss", "MultiLabelSoftMarginLoss", "NLLLoss", "NLLLoss2d"):
        found += calls(f"{nn}.{kind}", "", "weight=torch.ones(3)", "torch.tensor([1.0, 2.0])", "reduction='sum'")
    found += calls(f"{nn}.MultiMarginLoss", "", "weight=torch.ones(3)", "1, 1.0, torch.rand(4)")
    found += calls(f"{nn}.BCEWithLogitsLoss", "", "pos_weight=torch.ones(3)", "torch.ones(2), pos_weight=torch.ones(3)")
    for rank in (2, 3):
        samples = ", ".join(["1", "2", str(rank)])
        found += calls(
            f"{nn}.FractionalMaxPool{rank}d", "2, output_size=1", f"2, output_ratio=0.5, "
            f"_random_samples=torch.rand({samples})",
        )  # fmt: skip
    return [*found, *calls(f"{nn}.DataParallel", "torch.nn.Linear(3, 4)", "module=torch.nn.BatchNorm1d(2)")]


def _convolutions(name: str, rank: int, *extra: str) -> list[str]:
    kernel = "(" + ", ".join(str(size) for size in (3, 2, 1)[:rank]) + ",)"
    return calls(
        name, "4, 8, 3", f"4, 8, {kernel}", "4, 8, kernel_size=5, stride=1",
        "in_channels=2, out_channels=2, kernel_size=1", *(f"4, 8, 3, {text}" for text in extra),
    )  # fmt: skip


def _norms(name: str, first: str) -> list[str]:
    start = f"{first}, " if first else ""
    return calls(
        name, first, f"{start}affine=False", f"{start}affine=True", f"{start}track_running_stats=False",
        f"{start}affine=True, track_running_stats=True", f"{start}affine=True, bias=False",
        f"{start}momentum=None, eps=1e-3", f"{start}dtype=torch.float64",
    )  # fmt: skip


def _transformers(nn: str, *extra: str) -> list[str]:
    found: list[str] = []
    for side in ("Encoder", "Decoder"):
        layer = f"{nn}.Transformer{side}Layer"
        norm = f"{nn}.LayerNorm(8)" if nn.startswith("torch") else f"{nn}.LayerNorm((8,))"
        found += calls(layer, "8, 2", "8, 2, 16", "8, 2, dim_feedforward=12, dropout=0.0", "8, 2, 16, norm_first=True")
        found += calls(layer, *(f"8, 2, 16, {text}" for text in extra))
        found += calls(
            f"{nn}.Transformer{side}", f"{layer}(8, 2, 16), 2", f"{layer}(8, 2, 16), num_layers=1, norm={norm}",
            f"{layer}(8, 2, 12), 3",
        )  # fmt: skip
    return found + calls(
        f"{nn}.Transformer", "8, 2, 1, 1, 16", "8, 2, 2, 1, 12", "d_model=4, nhead=1, num_encoder_layers=1, "
        "num_decoder_layers=2, dim_feedforward=6", f"8, 2, 1, 1, 16, custom_encoder={nn}.{_PLAIN[nn]}(2, 3)",
        *(f"8, 2, 1, 1, 16, {text}" for text in extra),
    )  # fmt: skip


_PLAIN = {"torch.nn": "Linear", "mindspore.nn": "Dense"}


def _mindspore() -> list[str]:
    nn = "mindspore.nn"
    found = calls(
        f"{nn}.Dense", "3, 4", "3, 4, has_bias=False", "3, 4, activation='relu'", "in_channels=2, out_channels=5",
        "3, 4, activation=mindspore.nn.PReLU()", "3, 4, 'normal', 'zeros', False", "3, 4, dtype=mindspore.float16",
    )  # fmt: skip
    found += calls(f"{nn}.Linear", "3, 4", "3, 4, bias=False", "in_features=2, out_features=2")
    found += calls(
        f"{nn}.BiDense", "2, 3, 4", "2, 3, 4, has_bias=False", "in1_channels=1, in2_channels=1, out_channels=2"
    )
    for rank in (1, 2, 3):
        found += _cell_convolutions(f"{nn}.Conv{rank}d", rank)
        found += _cell_convolutions(f"{nn}.Conv{rank}dTranspose", rank)
        found += _cell_norms(f"{nn}.BatchNorm{rank}d") + _cell_norms(f"{nn}.InstanceNorm{rank}d")
    found += _cell_norms(f"{nn}.SyncBatchNorm")
    found += calls(f"{nn}.GroupNorm", "2, 4", "2, 4, affine=False", "2, 4, 1e-3, True", "num_groups=1, num_channels=3")
    found += calls(
        f"{nn}.LayerNorm",
        "(4,)",
        "[3, 4]",
        "(3, 4), begin_norm_axis=-1",
        "(2, 3), 0, 0",
        "(4,), dtype=mindspore.float16",
    )
    found += calls(f"{nn}.LayerNormExt", "4", "(3, 4)", "4, bias=False", "4, elementwise_affine=False", "[2, 3], 1e-3")
    found += calls(f"{nn}.Embedding", "5, 6", "5, 6, True", "5, 6, padding_idx=0", "vocab_size=2, embedding_size=3")
    found += calls(f"{nn}.EmbeddingExt", "5, 6", "5, 6, padding_idx=0", "5, 6, _freeze=True", "2, embedding_dim=3")
    found += calls(f"{nn}.EmbeddingLookup", "5, 6", "5, 6, max_norm=1.0", "vocab_size=2, embedding_size=3")
    found += calls(f"{nn}.MultiFieldEmbeddingLookup", "5, 6, 3", "5, 6, 3, operator='MAX'")
    found += calls(f"{nn}.PReLU", "", "3", "channel=2", "1, 0.1")
    found += calls(f"{nn}.PReLUExt", "", "3", "num_parameters=2")
    for kind in ("RNN", "LSTM", "GRU"):
        found += calls(
            f"{nn}.{kind}", "3, 4", "3, 4, 2", "3, 4, bidirectional=True", "3, 4, 3, has_bias=False",
            "3, 4, num_layers=2, bidirectional=True, batch_first=True", "input_size=2, hidden_size=5, dropout=0.0",
        )  # fmt: skip
    found += calls(f"{nn}.RNN", "3, 4, nonlinearity='relu'")
    for kind in ("RNNCell", "LSTMCell", "GRUCell"):
        found += calls(f"{nn}.{kind}", "3, 4", "3, 4, has_bias=False", "3, 4, False", "hidden_size=2, input_size=1")
    found += calls(
        f"{nn}.MultiheadAttention", "8, 2", "8, 2, has_bias=False", "8, 2, add_bias_kv=True", "8, 2, kdim=4, vdim=6",
        "8, 2, kdim=8", "8, 2, vdim=6, has_bias=False", "embed_dim=4, num_heads=1, dropout=0.1",
    )  # fmt: skip
    found += calls(
        f"{nn}.Conv2dBnAct", "3, 4, 3", "3, 4, 3, has_bn=True", "3, 4, 3, has_bias=True, activation='relu'",
        "3, 4, (3, 2), has_bn=True, activation=mindspore.nn.PReLU()",
    )  # fmt: skip
    found += calls(
        f"{nn}.DenseBnAct", "3, 4", "3, 4, has_bn=True", "3, 4, has_bias=False", "3, 4, activation='relu', has_bn=True"
    )
    found += calls(f"{nn}.TimeDistributed", "mindspore.nn.Dense(3, 4), 1", "mindspore.nn.BatchNorm1d(2), 1")
    net, loss = f"{nn}.Dense(3, 4)", f"{nn}.MSELoss()"
    found += calls(f"{nn}.WithLossCell", f"{net}, {loss}", f"backbone={nn}.BatchNorm2d(2), loss_fn={nn}.PReLU()")
    found += calls(f"{nn}.WithEvalCell", f"{net}, {loss}", f"network={nn}.BatchNorm2d(2), loss_fn={loss}")
    found += calls(f"{nn}.VirtualDatasetCellTriple", net, f"backbone={nn}.PReLU()")
    found += calls(f"{nn}.ForwardValueAndGrad", net, f"network={nn}.PReLU(), get_all=True")
    for kind in ("GradAccumulationCell", "MicroBatchInterleaved", "PipelineCell"):
        found += calls(f"{nn}.{kind}", f"{net}, 2", f"network={nn}.Dense(3, 4, has_bias=False), " + (
            "interleave_num=2" if kind == "MicroBatchInterleaved" else "micro_size=2"
        ))  # fmt: skip
    found += calls(f"{nn}.SSIM", "", "1.0, 7", "filter_size=5")
    found += calls(f"{nn}.MSSSIM", "", "1.0, (0.2, 0.3)", "filter_size=7")
    return found + _transformers(nn) + _mint()


def _cell_convolutions(name: str, rank: int) -> list[str]:
    kernel = "(" + ", ".join(str(size) for size in (3, 2, 1)[:rank]) + ("," if rank == 1 else "") + ")"
    if rank == 1:
        kernel = "2"
    return calls(
        name, "4, 8, 3", f"4, 8, {kernel}", "4, 8, 3, has_bias=True", "4, 8, 3, 2", "4, 8, 3, pad_mode='valid'",
        "in_channels=2, out_channels=2, kernel_size=1, has_bias=True",
        "4, 8, 3, has_bias=True, dtype=mindspore.float16",
        *(() if name.endswith("3dTranspose") else ("4, 8, 3, group=2, has_bias=True",)),
    )  # fmt: skip


def _cell_norms(name: str) -> list[str]:
    return calls(name, "4", "4, affine=False", "num_features=2", "4, 1e-3, 0.8", "4, affine=True, eps=1e-3")


def _mint() -> list[str]:
    nn = "mindspore.mint.nn"
    found = calls(f"{nn}.Linear", "3, 4", "3, 4, bias=False", "3, 4, False", "in_features=2, out_features=2")
    for rank in (1, 2, 3):
        kernel = "(" + ", ".join(str(size) for size in (3, 2, 1)[:rank]) + ",)"
        found += calls(
            f"{nn}.Conv{rank}d", "4, 8, 3", f"4, 8, {kernel}", "4, 8, 3, groups=2", "4, 8, 3, bias=False",
            "in_channels=2, out_channels=2, kernel_size=1", "4, 8, 3, dtype=mindspore.float16",
        )  # fmt: skip
        found += _mint_norms(f"{nn}.BatchNorm{rank}d")
    found += _mint_norms(f"{nn}.SyncBatchNorm")
    found += calls(f"{nn}.ConvTranspose2d", "4, 8, 3", "4, 8, (3, 2), groups=2", "4, 8, 3, bias=False", "4, 8, 1, 1, 0")
    found += calls(f"{nn}.GroupNorm", "2, 4", "2, 4, affine=False", "num_groups=1, num_channels=3")
    found += calls(
        f"{nn}.LayerNorm",
        "4",
        "(3, 4)",
        "[2, 3]",
        "4, bias=False",
        "4, elementwise_affine=False",
        "4, 1e-3, True, True",
    )
    found += calls(f"{nn}.Embedding", "5, 6", "5, 6, padding_idx=0", "5, 6, _freeze=True", "2, embedding_dim=3")
    return found + calls(f"{nn}.PReLU", "", "3", "num_parameters=2", "1, 0.1")


def _mint_norms(name: str) -> list[str]:
    return calls(
        name, "4", "4, affine=False", "4, track_running_stats=False", "4, affine=False, track_running_stats=False",
        "num_features=2", "4, eps=1e-3, momentum=0.2",
    )  # fmt: skip


TORCH = _torch()
MINDSPORE = _mindspore()
