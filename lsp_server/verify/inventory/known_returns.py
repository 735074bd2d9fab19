"""Returns that neither an annotation nor a docstring states in a way that a program can read.

Read from the documentation by hand; ``tests/verify/test_inventory.py`` runs the framework to check them.
An empty word takes back what an annotation says wrongly (``torch.unique`` is annotated with three tensors and gives
one by default; ``Module.forward`` is a placeholder).
"""

from __future__ import annotations

_TENSOR = "torch.Tensor"
_MS = "mindspore.Tensor"

_OPERATORS = "abs add and eq floordiv ge getitem gt invert le lt matmul mod mul ne neg or pow sub truediv xor"

_WORDS = {
    "bool": """
        torch.Tensor.is_xla torch.autograd.Function.materialize_grads torch.backends.cuda.cudnn_sdp_enabled
        torch.backends.cuda.flash_sdp_enabled torch.backends.cuda.fp16_bf16_reduction_math_sdp_allowed
        torch.backends.cuda.is_built torch.backends.cuda.math_sdp_enabled torch.backends.cuda.mem_efficient_sdp_enabled
        torch.backends.cudnn.is_available torch.cuda.is_bf16_supported torch.cuda.is_initialized torch.jit.is_tracing
        mindspore.Parameter.cache_enable mindspore.Parameter.layerwise_parallel mindspore.Parameter.parallel_optimizer
        mindspore.Parameter.parallel_optimizer_comm_recompute mindspore.Parameter.sliced mindspore.Parameter.unique
        mindspore.Tensor.init_finished mindspore.nn.Cell.bprop_debug mindspore.nn.Optimizer.unique
    """,
    "int": """
        torch.cuda.current_blas_handle mindspore.Parameter.comm_fusion
        mindspore.Parameter.key
    """,
    "str": """
        mindspore.Tensor.device mindspore.nn.Cell.cls_name mindspore.nn.Cell.param_prefix mindspore.nn.Cell.phase
        mindspore.nn.Optimizer.target
    """,
    "dict": """
        mindspore.nn.Cell.get_flags mindspore.nn.Cell.jit_config_dict mindspore.nn.Cell.parameter_layout_dict
    """,
    "None": """
        mindspore.Tensor.__setitem__ mindspore.Tensor.requires_grad_
        mindspore.experimental.optim.lr_scheduler.LRScheduler.step
        mindspore.nn.Cell.recompute mindspore.nn.CellDict.clear mindspore.save_checkpoint
        mindspore.set_auto_parallel_context mindspore.set_context mindspore.set_deterministic mindspore.set_device
        mindspore.set_dump mindspore.set_ps_context
    """,
    "Self": """
        torch.distributions.Distribution.expand mindspore.nn.Cell.add_flags mindspore.nn.Cell.add_flags_recursive
        mindspore.nn.Cell.set_broadcast_flag mindspore.nn.Cell.set_comm_fusion mindspore.nn.CellList.extend
    """,
    _TENSOR: "torch.sparse.mm",
    _MS: """
        mindspore.Parameter.value mindspore.Tensor.approximate_equal mindspore.Tensor.cholesky_inverse
        mindspore.Tensor.det mindspore.Tensor.fill mindspore.Tensor.fills mindspore.Tensor.fmin
        mindspore.Tensor.from_dlpack mindspore.Tensor.lgamma mindspore.Tensor.lstsq
        mindspore.Tensor.matrix_determinant mindspore.Tensor.matrix_power mindspore.Tensor.nanquantile
        mindspore.Tensor.quantile mindspore.Tensor.soft_shrink
        mindspore.mint.addr_ mindspore.mint.batch_norm_elemt mindspore.mint.conv_tbc mindspore.mint.multinomial
        mindspore.mint.nn.functional.grid_sample mindspore.mint.nn.functional.sigmoid_ mindspore.mint.npu_gelu
        mindspore.mint.vdot mindspore.ops.clip_by_value mindspore.ops.conv3d_transpose mindspore.ops.expand
        mindspore.ops.fills mindspore.ops.grid_sample mindspore.ops.matrix_determinant
        mindspore.ops.multi_margin_loss mindspore.ops.multilabel_margin_loss mindspore.ops.pinv mindspore.ops.put_
        mindspore.ops.sequence_mask mindspore.ops.soft_shrink mindspore.ops.tanh_ mindspore.ops.zero_
    """,
    f"tuple[{_MS}, {_MS}]": """
        mindspore.Tensor.log_matrix_determinant mindspore.Tensor.qr mindspore.Tensor.top_k
        mindspore.Tensor.unique_with_pad mindspore.mint.batch_norm_gather_stats_with_counts
        mindspore.mint.batch_norm_stats mindspore.ops.choice_with_mask mindspore.ops.log_matrix_determinant
        mindspore.ops.top_k
    """,
    "iterator[str]": "torch.nn.ModuleDict.keys torch.nn.ParameterDict.keys mindspore.nn.CellDict.keys",
    "torch.nn.Parameter": "torch.nn.ParameterDict.get torch.nn.ParameterDict.pop torch.nn.ParameterDict.setdefault",
    "iterator[torch.nn.Parameter]": "torch.nn.ParameterDict.values",
    "iterator[tuple[str, torch.nn.Parameter]]": "torch.nn.ParameterDict.items",
    "iterator[torch.nn.Module]": "torch.nn.ModuleDict.values",
    "torch.utils.hooks.RemovableHandle": """
        torch.Tensor.register_hook torch.Tensor.register_post_accumulate_grad_hook
        torch.nn.Module.register_load_state_dict_post_hook torch.nn.Module.register_load_state_dict_pre_hook
        torch.nn.Module.register_state_dict_post_hook torch.nn.Module.register_state_dict_pre_hook
    """,
    "mindspore.nn.Cell": "mindspore.nn.CellDict.pop mindspore.nn.get_activation",
    "iterator[mindspore.nn.Cell]": "mindspore.nn.CellDict.values",
    "iterator[tuple[str, mindspore.nn.Cell]]": "mindspore.nn.CellDict.items",
    "mindspore.runtime.Stream": """
        mindspore.runtime.communication_stream mindspore.runtime.current_stream mindspore.runtime.default_stream
    """,
}  # fmt: skip

KNOWN: dict[str, str] = {
    **{name: word for word, names in _WORDS.items() for name in names.split()},
    "torch.Tensor.backward": "None",
    "torch.Tensor.is_shared": "bool",
    "torch.Tensor.norm": _TENSOR,
    "torch.Tensor.numpy": "numpy.ndarray",
    "torch.Tensor.share_memory_": _TENSOR,
    "torch.Tensor.stft": _TENSOR,
    "torch.Tensor.to_sparse_coo": _TENSOR,
    "torch.Tensor.unique": "",
    "torch.Tensor.unique_consecutive": "",
    "torch.autograd.Function.needs_input_grad": "tuple[bool, ...]",
    "torch.autograd.Function.saved_tensors": "tuple[torch.Tensor, ...]",
    "torch.autograd.grad": "tuple[torch.Tensor, ...]",
    "torch.__version__": "str",
    "torch.cdist": _TENSOR,
    "torch.histogramdd": f"tuple[{_TENSOR}, tuple[{_TENSOR}, ...]]",
    "torch.is_storage": "bool",
    "torch.is_tensor": "bool",
    "torch.linalg.lu_factor": "tuple[torch.Tensor, torch.Tensor]",
    "torch.linalg.multi_dot": _TENSOR,
    "torch.nn.GRU.forward": "tuple[torch.Tensor, torch.Tensor]",
    "torch.nn.LSTM.forward": "tuple[torch.Tensor, tuple[torch.Tensor, torch.Tensor]]",
    "torch.nn.Module.forward": "",
    "torch.nn.Module.load_state_dict": "tuple[list[str], list[str]]",
    "torch.nn.Module.named_modules": "iterator[tuple[str, torch.nn.Module]]",
    "torch.nn.Module.state_dict": "dict[str, torch.Tensor]",
    "torch.nn.RNN.forward": "tuple[torch.Tensor, torch.Tensor]",
    "torch.nn.Sequential.forward": "",
    "torch.norm": _TENSOR,
    "torch.set_printoptions": "None",
    "torch.special.logsumexp": _TENSOR,
    "torch.split_copy": f"tuple[{_TENSOR}, ...]",
    "torch.split_with_sizes_copy": f"tuple[{_TENSOR}, ...]",
    "torch.sym_float": "float",
    "torch.sym_int": "int",
    "torch.sym_not": "bool",
    "torch.unbind_copy": f"tuple[{_TENSOR}, ...]",
    "torch.tensordot": _TENSOR,
    "torch.unique": "",
    "torch.unique_consecutive": "",
    "mindspore.Parameter.data": "mindspore.Parameter",
    "mindspore.Parameter.name": "str",
    "mindspore.Parameter.requires_grad": "bool",
    **{f"mindspore.Tensor.__{name}__": _MS for name in _OPERATORS.split()},
    "mindspore.Tensor.__bool__": "bool",
    "mindspore.Tensor.__contains__": "bool",
    "mindspore.Tensor.__float__": "float",
    "mindspore.Tensor.__int__": "int",
    "mindspore.Tensor.__len__": "int",
    "mindspore.Tensor.data_ptr": "int",
    "mindspore.Tensor.nelement": "int",
    "mindspore.Tensor.ndimension": "int",
    "mindspore.Tensor.numel": "int",
    "mindspore.Tensor.value": _MS,
    "mindspore.Tensor.H": _MS,
    "mindspore.Tensor.T": _MS,
    "mindspore.Tensor.mT": _MS,
    "mindspore.Tensor.mH": _MS,
    "mindspore.Tensor.asnumpy": "numpy.ndarray",
    "mindspore.Tensor.dtype": "mindspore.dtype",
    "mindspore.Tensor.has_init": "bool",
    "mindspore.Tensor.is_contiguous": "bool",
    "mindspore.Tensor.itemsize": "int",
    "mindspore.Tensor.nbytes": "int",
    "mindspore.Tensor.ndim": "int",
    "mindspore.Tensor.shape": "tuple[int, ...]",
    "mindspore.Tensor.size": "int",
    "mindspore.Tensor.strides": "tuple[int, ...]",
    "mindspore.load_checkpoint": "dict[str, mindspore.Parameter]",
    "mindspore.mint.arange": _MS,
    "mindspore.mint.kthvalue": "tuple[mindspore.Tensor, mindspore.Tensor]",
    "mindspore.mint.nn.functional.linear": _MS,
    "mindspore.mint.nn.functional.max_pool2d": _MS,
    "mindspore.mint.normal": _MS,
    "mindspore.mint.topk": "tuple[mindspore.Tensor, mindspore.Tensor]",
    "mindspore.nn.Cell.buffers": "iterator[mindspore.Tensor]",
    "mindspore.nn.Cell.cells": "iterator[mindspore.nn.Cell]",
    "mindspore.nn.Cell.cells_and_names": "iterator[tuple[str, mindspore.nn.Cell]]",
    "mindspore.nn.Cell.construct": "",
    "mindspore.nn.Cell.get_parameters": "iterator[mindspore.Parameter]",
    "mindspore.nn.Cell.load_state_dict": "tuple[list[str], list[str]]",
    "mindspore.nn.Cell.name_cells": "dict[str, mindspore.nn.Cell]",
    "mindspore.nn.Cell.named_buffers": "iterator[tuple[str, mindspore.Tensor]]",
    "mindspore.nn.Cell.parameters_and_names": "iterator[tuple[str, mindspore.Parameter]]",
    "mindspore.nn.Cell.parameters_dict": "dict[str, mindspore.Parameter]",
    "mindspore.nn.Cell.state_dict": "dict[str, mindspore.Parameter]",
    "mindspore.nn.Cell.trainable_params": "list[mindspore.Parameter]",
    "mindspore.nn.Cell.untrainable_params": "list[mindspore.Parameter]",
    "mindspore.nn.ForwardValueAndGrad.construct": "tuple",
    "mindspore.nn.GRU.construct": "tuple[mindspore.Tensor, mindspore.Tensor]",
    "mindspore.nn.Jvp.construct": "tuple",
    "mindspore.nn.LSTMCell.construct": f"tuple[{_MS}, {_MS}]",
    "mindspore.nn.LossBase.get_axis": "tuple[int, ...]",
    "mindspore.nn.LossBase.get_loss": _MS,
    "mindspore.nn.Moments.construct": f"tuple[{_MS}, {_MS}]",
    "mindspore.nn.MultiheadAttention.construct": f"tuple[{_MS}, {_MS}]",
    "mindspore.nn.Optimizer.get_lr": _MS,
    "mindspore.nn.Vjp.construct": "tuple",
    "mindspore.nn.LSTM.construct": "tuple[mindspore.Tensor, tuple[mindspore.Tensor, mindspore.Tensor]]",
    "mindspore.nn.RNN.construct": "tuple[mindspore.Tensor, mindspore.Tensor]",
    "mindspore.nn.SequentialCell.construct": "",
    "mindspore.ops.ctc_greedy_decoder": f"tuple[{_MS}, {_MS}, {_MS}, {_MS}]",
    "mindspore.ops.ctc_loss": f"tuple[{_MS}, {_MS}]",
    "mindspore.ops.dense": _MS,
    "mindspore.ops.eig": f"tuple[{_MS}, {_MS}]",
    "mindspore.ops.qr": f"tuple[{_MS}, {_MS}]",
    "mindspore.ops.rank": "int",
    "mindspore.ops.reverse": _MS,
    "mindspore.ops.uniform_candidate_sampler": f"tuple[{_MS}, {_MS}, {_MS}]",
    "mindspore.mint.linalg.qr": f"tuple[{_MS}, {_MS}]",
    "mindspore.mint.triangular_solve": f"tuple[{_MS}, {_MS}]",
    "mindspore.Tensor.triangular_solve": f"tuple[{_MS}, {_MS}]",
    "mindspore.Tensor.nanmedian": f"tuple[{_MS}, {_MS}]",
    "mindspore.Tensor.get_bytes": "bytes",
    "mindspore.Tensor.tolist": "list",
    "mindspore.ParameterTuple.clone": "mindspore.ParameterTuple",
    "mindspore.load_param_into_net": "tuple[list[str], list[str]]",
    "mindspore.ops.max_pool2d": _MS,
    "mindspore.ops.nanmedian": "tuple[mindspore.Tensor, mindspore.Tensor]",
    "mindspore.ops.numel": "int",
    "mindspore.tensor": _MS,
}

_PARAMETERS = (
    "probs logits loc scale rate concentration concentration0 concentration1 covariance_matrix precision_matrix"
)
_DISTRIBUTIONS = {
    **dict.fromkeys(
        f"{_PARAMETERS} scale_tril log_abs_det_jacobian check log_cdf log_survival_function".split(), _TENSOR
    ),
    **dict.fromkeys(("domain", "codomain", "support"), "torch.distributions.constraints.Constraint"),
    **dict.fromkeys(("forward_shape", "inverse_shape"), "torch.Size"),
    "bijective": "bool",
}
_PROBABILITY = {
    **dict.fromkeys(f"{_PARAMETERS} high low shift sharpness".split(), _MS),
    **dict.fromkeys(("batch_shape", "broadcast_shape"), "tuple[int, ...]"),
    **dict.fromkeys(("is_constant_jacobian", "is_injective", "is_scalar_batch", "is_linear_transformation"), "bool"),
    "name": "str",
}
LEAVES: dict[str, dict[str, str]] = {
    "torch.distributions.": _DISTRIBUTIONS,
    "mindspore.nn.probability.": _PROBABILITY,
}
"""Of members of one name that mean the same in all classes of a namespace."""
