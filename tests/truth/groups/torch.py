"""torch's own Python files: layers, functions, initialisers and utilities of ``torch.nn``, optimizers and schedulers,
distributions, data loading; driven by torch's test inputs where it has some."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable, Iterator
from typing import Any

INSTRUMENTED = (
    "torch.nn.modules",
    "torch.nn.functional",
    "torch.nn.init",
    "torch.nn.parameter",
    "torch.nn.utils",
    "torch.optim",
    "torch.distributions",
    "torch.utils.data",
    "torch.utils.checkpoint",
)
LEFT = (
    "torch.utils.data.datapipes",
    "torch.nn.utils._expanded_weights",
    "torch.nn.modules.linear_cross_entropy_options",
)
_FEW = 6


def parts() -> Iterator[tuple[str, Callable[[], object]]]:
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    random.seed(0)
    yield from _layers()
    yield from _functions()
    yield "init", _initialisers
    yield "lazy", _lazy
    yield "containers", _containers
    yield "module", _module
    yield from _utilities()
    yield from _optimizers()
    yield from _schedulers()
    yield "swa", _averaging
    yield from _distributions()
    yield "data", _data


def _spread(items: list[Any], most: int = _FEW) -> list[Any]:
    if len(items) <= most:
        return items
    return [items[place * (len(items) - 1) // (most - 1)] for place in range(most)]


def _sum(value: Any) -> Any:
    """Of everything that can have a gradient; None if there is nothing."""
    import torch

    if isinstance(value, torch.Tensor):
        return value.sum() if value.requires_grad and not value.is_complex() else None
    if isinstance(value, (tuple, list)):
        sums = [one for one in map(_sum, value) if one is not None]
        return sum(sums[1:], sums[0]) if sums else None
    return None


def _layers() -> Iterator[tuple[str, Callable[[], object]]]:
    import torch
    from torch.testing._internal.common_modules import module_db

    for info in module_db:
        for training in (True, False) if info.train_and_eval_differ else (True,):
            made = info.module_inputs_func(
                info, device="cpu", dtype=torch.float32, requires_grad=True, training=training
            )
            yield info.name, lambda info=info, made=made, training=training: _layer(info, list(made), training)


def _layer(info: Any, made: list[Any], training: bool) -> None:
    for one in _spread(made):
        layer = info.module_cls(*one.constructor_input.args, **one.constructor_input.kwargs)
        layer.train(training)
        repr(layer)
        layer.load_state_dict(layer.state_dict())
        if one.forward_input is None:
            continue
        total = _sum(layer(*one.forward_input.args, **one.forward_input.kwargs))
        if total is not None:
            total.backward()


def _functions() -> Iterator[tuple[str, Callable[[], object]]]:
    import torch
    from torch.testing._internal.common_methods_invocations import op_db

    for info in op_db:
        if info.name.startswith("nn.functional.") and torch.float32 in info.dtypes:
            yield info.name, lambda info=info: _function(info)


def _function(info: Any) -> None:
    import torch

    for one in _spread(list(info.sample_inputs("cpu", torch.float32, requires_grad=False)), 10):
        info.op(one.input, *one.args, **one.kwargs)


def _initialisers() -> None:
    import torch
    from torch.nn import init

    for fill in (
        init.uniform_, init.normal_, init.trunc_normal_, init.ones_, init.zeros_, init.eye_, init.xavier_uniform_,
        init.xavier_normal_, init.kaiming_uniform_, init.kaiming_normal_, init.orthogonal_,
    ):  # fmt: skip
        fill(torch.empty(4, 3))
    init.kaiming_normal_(torch.empty(4, 3), mode="fan_out", nonlinearity="relu")
    init.constant_(torch.empty(3), 0.5)
    init.dirac_(torch.empty(4, 4, 3, 3))
    init.dirac_(torch.empty(4, 4, 3), groups=2)
    init.sparse_(torch.empty(4, 3), 0.5)
    for name in ("linear", "relu", "tanh", "selu", "leaky_relu"):
        init.calculate_gain(name)


def _lazy() -> None:
    import torch
    from torch import nn

    for layer, shape in (
        (nn.LazyLinear(3), (2, 4)), (nn.LazyConv1d(3, 2), (2, 4, 8)), (nn.LazyConv2d(3, 2), (2, 4, 8, 8)),
        (nn.LazyConv3d(3, 2), (2, 4, 8, 8, 8)), (nn.LazyConvTranspose2d(3, 2), (2, 4, 8, 8)),
        (nn.LazyBatchNorm2d(), (2, 4, 8, 8)), (nn.LazyInstanceNorm2d(affine=True), (2, 4, 8, 8)),
    ):  # fmt: skip
        repr(layer)
        layer(torch.rand(shape))
        layer.state_dict()


def _containers() -> None:
    import torch
    from torch import nn

    net = nn.Sequential(nn.Linear(2, 3), nn.ReLU())
    net.append(nn.Linear(3, 2)).insert(0, nn.Identity())
    net.extend([nn.Tanh()])
    net(torch.rand(2, 2))
    net[1:3], net[0], len(net), list(net), net + nn.Sequential(nn.Tanh()), net * 2
    net.pop(0)
    net[0] = nn.Linear(2, 3)
    del net[2]
    parts = nn.ModuleList([nn.Linear(2, 2)])
    parts += [nn.ReLU()]
    parts.insert(0, nn.Identity())
    parts.extend(nn.ModuleList([nn.Tanh()]))
    parts[0], parts[-1], parts[1:], repr(parts), parts + parts
    parts.pop(0)
    named = nn.ModuleDict({"a": nn.ReLU()})
    named.update({"b": nn.Tanh()})
    named.update([("c", nn.Tanh())])
    named["d"] = nn.Tanh()
    list(named.keys()), list(named.items()), list(named.values()), "a" in named, named.pop("a"), repr(named)
    values = nn.ParameterList([torch.rand(2), nn.Parameter(torch.rand(2))])
    values.append(torch.rand(1))
    values.extend([torch.rand(1)])
    values[0], values[1:], repr(values), len(values), list(values)
    tables = nn.ParameterDict({"a": torch.rand(2)})
    tables.update({"b": nn.Parameter(torch.rand(1))})
    tables["c"] = torch.rand(1)
    tables.copy(), tables.setdefault("a"), list(tables.items()), tables.pop("b"), repr(tables), tables.get("a")
    tables | nn.ParameterDict({"z": torch.rand(1)})


def _module() -> None:
    import copy

    import torch
    from torch import nn

    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3))
            self.register_buffer("mask", torch.ones(3))
            self.register_parameter("scale", nn.Parameter(torch.ones(3)))
            self.register_module("act", nn.ReLU())

        def forward(self, x: Any) -> Any:
            return self.act(self.body(x) * self.mask * self.scale)

    net = Block()
    handles = [
        net.register_forward_hook(lambda module, args, out: out),
        net.register_forward_pre_hook(lambda module, args: args),
        net.register_full_backward_hook(lambda module, grads, outs: None),
        net.register_full_backward_pre_hook(lambda module, grads: None),
        net.register_state_dict_post_hook(lambda *args: None),
        net.register_state_dict_pre_hook(lambda *args: None),
        net.register_load_state_dict_post_hook(lambda *args: None),
        net.register_load_state_dict_pre_hook(lambda *args: None),
    ]
    net(torch.rand(4, 2, requires_grad=True)).sum().backward()
    net.load_state_dict(net.state_dict())
    net.load_state_dict(net.state_dict(), assign=True)
    for handle in handles:
        handle.remove()
    with contextlib.suppress(RuntimeError):
        net.load_state_dict({"wrong": torch.rand(1)})
    list(net.named_parameters()), list(net.named_buffers()), list(net.named_modules()), list(net.children())
    list(net.parameters()), list(net.buffers()), list(net.modules()), list(net.named_children())
    net.apply(lambda module: None), net.eval(), net.train(), net.requires_grad_(True), net.zero_grad()
    net.get_submodule("body.0"), net.get_parameter("body.0.weight"), net.get_buffer("mask"), dir(net)
    net.set_submodule("act", nn.Tanh())
    net.double(), net.float(), net.half(), net.bfloat16(), net.to(torch.float32), net.to("cpu"), net.cpu()
    net.to_empty(device="cpu"), net.share_memory(), net.type(torch.float32), net.extra_repr(), net.add_module("x", None)
    copy.deepcopy(net)
    del net.act
    net.get_extra_state  # noqa: B018  reading is what is tested


def _utilities() -> Iterator[tuple[str, Callable[[], object]]]:
    import torch
    from torch import nn
    from torch.nn import utils
    from torch.nn.utils import fusion, parametrizations, parametrize, prune, rnn, stateless
    from torch.utils import checkpoint

    def net() -> Any:
        made = nn.Linear(4, 3)
        made(torch.rand(2, 4)).sum().backward()
        return made

    yield (
        "clip",
        lambda: (
            utils.clip_grad_norm_(net().parameters(), 1.0, foreach=False),
            utils.clip_grad_norm_(net().parameters(), 1.0, norm_type=float("inf")),
            utils.clip_grad_value_(net().parameters(), 0.5),
            utils.clip_grad_value_(net().parameters(), 0.5, foreach=False),
            utils.get_total_norm([torch.rand(2), torch.rand(3)]),
        ),
    )
    yield (
        "vectors",
        lambda: utils.vector_to_parameters(utils.parameters_to_vector(net().parameters()), net().parameters()),
    )
    yield (
        "fusion",
        lambda: (
            fusion.fuse_conv_bn_eval(nn.Conv2d(1, 2, 3).eval(), nn.BatchNorm2d(2).eval()),
            fusion.fuse_linear_bn_eval(nn.Linear(1, 2).eval(), nn.BatchNorm1d(2).eval()),
        ),
    )
    for make in (parametrizations.weight_norm, parametrizations.spectral_norm, parametrizations.orthogonal):
        yield (
            "parametrizations",
            lambda make=make: (
                layer := make(nn.Linear(4, 3)),
                layer(torch.rand(2, 4)).sum().backward(),
                parametrize.is_parametrized(layer),
                parametrize.remove_parametrizations(layer, "weight"),
            ),
        )
    yield (
        "old norms",
        lambda: (
            utils.remove_weight_norm(utils.weight_norm(net())),
            utils.spectral_norm(net())(torch.rand(2, 4)),
            utils.remove_spectral_norm(utils.spectral_norm(net())),
        ),
    )
    for cut in (prune.l1_unstructured, prune.random_unstructured):
        yield "prune", lambda cut=cut: (layer := cut(net(), "weight", 0.5), prune.remove(layer, "weight"))
    yield (
        "prune structured",
        lambda: (
            prune.ln_structured(net(), "weight", 0.5, n=2, dim=0),
            prune.random_structured(net(), "weight", 1, dim=1),
            prune.identity(net(), "weight"),
            prune.custom_from_mask(net(), "bias", torch.tensor([0, 1, 1])),
            prune.global_unstructured([(net(), "weight"), (net(), "weight")], prune.L1Unstructured, amount=3),
            prune.is_pruned(net()),
        ),
    )
    yield (
        "packed",
        lambda: (
            packed := rnn.pack_padded_sequence(torch.rand(4, 2, 3), torch.tensor([4, 2])),
            rnn.pad_packed_sequence(packed),
            rnn.pack_sequence([torch.rand(3, 2), torch.rand(2, 2)]),
            rnn.unpack_sequence(packed),
            rnn.pad_sequence([torch.rand(3, 2), torch.rand(2, 2)], batch_first=True),
            packed.to(torch.float64).cpu().double().float(),
            packed.is_cuda,
            nn.LSTM(3, 2)(packed),
            nn.GRU(3, 2)(packed),
            nn.RNN(3, 2)(packed),
        ),
    )
    yield "stateless", lambda: stateless.functional_call(net(), {"weight": torch.rand(3, 4)}, torch.rand(2, 4))
    yield "checkpoint", lambda: (
        checkpoint.checkpoint(net(), torch.rand(2, 4), use_reentrant=False).sum().backward(),
        checkpoint.checkpoint(net(), torch.rand(2, 4, requires_grad=True), use_reentrant=True).sum().backward(),
        checkpoint.checkpoint_sequential(nn.Sequential(net()), 1, torch.rand(2, 4), use_reentrant=False),
    )  # fmt: skip


def _optimizers() -> Iterator[tuple[str, Callable[[], object]]]:
    from torch.testing._internal.common_optimizers import optim_db

    for info in optim_db:
        for one in info.optim_inputs_func(device="cpu"):
            yield info.optim_cls.__name__, lambda info=info, one=one: _optimize(info, one.kwargs)


def _optimize(info: Any, kwargs: dict[str, Any]) -> None:
    import torch

    for foreach in (False, True):
        more = dict(kwargs)
        if foreach and ("foreach" in info.supported_impls) and not more.get("fused"):
            more["foreach"] = True
        net = torch.nn.Linear(3, 3, bias=info.optim_cls.__name__ != "Muon")
        optimizer = info.optim_cls(net.parameters(), **more)

        def closure(net: Any = net, optimizer: Any = optimizer) -> Any:
            optimizer.zero_grad()
            loss = net(torch.rand(4, 3)).square().sum()
            loss.backward()
            return loss

        for _ in range(3):
            if info.step_requires_closure:
                optimizer.step(closure)
            elif info.optim_cls.__name__ == "SparseAdam":
                for one in net.parameters():
                    one.grad = torch.rand_like(one).to_sparse()
                optimizer.step()
            else:
                closure()
                optimizer.step()
        optimizer.load_state_dict(optimizer.state_dict())
        repr(optimizer)
        if len(optimizer.param_groups) == 1 and info.optim_cls.__name__ not in ("LBFGS", "Muon"):
            optimizer.add_param_group({"params": [torch.nn.Parameter(torch.rand(2))]})


def _schedulers() -> Iterator[tuple[str, Callable[[], object]]]:
    import torch

    from lsp_server.verify.optimizers import SCHEDULERS

    for name, samples in SCHEDULERS.items():
        for arguments in samples:
            yield name, lambda name=name, arguments=arguments: _schedule(torch, name, arguments)


def _schedule(torch: Any, name: str, arguments: str) -> None:
    net = torch.nn.Linear(2, 2)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    scheduler = eval(f"torch.optim.lr_scheduler.{name}({arguments})")
    for _ in range(12):
        net(torch.rand(1, 2)).sum().backward()
        optimizer.step()
        scheduler.step(*([1.0] if name == "ReduceLROnPlateau" else []))
        scheduler.get_last_lr()
    scheduler.load_state_dict(scheduler.state_dict())


def _averaging() -> None:
    import torch
    from torch.optim import swa_utils

    net = torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.BatchNorm1d(3))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    for average in (swa_utils.get_ema_multi_avg_fn(), swa_utils.get_swa_multi_avg_fn()):
        model = swa_utils.AveragedModel(net, multi_avg_fn=average)
        scheduler = swa_utils.SWALR(optimizer, swa_lr=0.05, anneal_epochs=2)
        for _ in range(3):
            net(torch.rand(4, 3)).sum().backward()
            optimizer.step()
            model.update_parameters(net)
            scheduler.step()
        swa_utils.update_bn([torch.rand(4, 3)], model)
    model = swa_utils.AveragedModel(net, avg_fn=swa_utils.get_ema_avg_fn())
    model.update_parameters(net)
    model.update_parameters(net)


def _distributions() -> Iterator[tuple[str, Callable[[], object]]]:
    import torch
    from torch import distributions

    one, half, three = torch.tensor([1.0, 2.0]), torch.tensor([0.5, 0.3]), torch.tensor([0.2, 0.3, 0.5])
    made: list[Callable[[], Any]] = [
        lambda: distributions.Normal(one, half), lambda: distributions.Bernoulli(half),
        lambda: distributions.Beta(one, one),
        lambda: distributions.Binomial(4, half), lambda: distributions.Categorical(three),
        lambda: distributions.Cauchy(one, half), lambda: distributions.Chi2(one),
        lambda: distributions.Dirichlet(three),
        lambda: distributions.Exponential(one), lambda: distributions.Gamma(one, half),
        lambda: distributions.Geometric(half), lambda: distributions.Gumbel(one, half),
        lambda: distributions.HalfNormal(one), lambda: distributions.HalfCauchy(one),
        lambda: distributions.Independent(distributions.Normal(one, half), 1), lambda: distributions.Laplace(one, half),
        lambda: distributions.LogNormal(one, half), lambda: distributions.Multinomial(5, three),
        lambda: distributions.MultivariateNormal(one, torch.eye(2)), lambda: distributions.OneHotCategorical(three),
        lambda: distributions.Poisson(one), lambda: distributions.StudentT(one + 3),
        lambda: distributions.Uniform(one, one + 1),
        lambda: distributions.VonMises(one, half), lambda: distributions.Weibull(one, half),
        lambda: distributions.Pareto(one, one + 2), lambda: distributions.NegativeBinomial(4, half),
        lambda: distributions.Kumaraswamy(one, one), lambda: distributions.RelaxedBernoulli(half, half),
        lambda: distributions.LowRankMultivariateNormal(one, torch.rand(2, 1), half),
        lambda: distributions.LKJCholesky(3, 0.5),
        lambda: distributions.Wishart(torch.tensor([3.0]), torch.eye(2)),
        lambda: distributions.InverseGamma(one + 3, half),
        lambda: distributions.FisherSnedecor(one + 3, one + 5), lambda: distributions.ContinuousBernoulli(half),
        lambda: distributions.MixtureSameFamily(
            distributions.Categorical(three), distributions.Normal(torch.rand(3), torch.rand(3))
        ),
        lambda: distributions.TransformedDistribution(
            distributions.Normal(one, half), [distributions.AffineTransform(1.0, 2.0), distributions.SigmoidTransform()]
        ),
    ]  # fmt: skip
    for make in made:
        for name in ("sample", "log_prob", "moments", "entropy", "cdf", "expand"):
            yield f"distribution {name}", lambda make=make, name=name: _distribution(make(), name)
    yield (
        "kl",
        lambda: [
            distributions.kl_divergence(a, b)
            for a, b in (
                (distributions.Normal(one, half), distributions.Normal(half, one)),
                (distributions.Bernoulli(half), distributions.Bernoulli(half)),
                (distributions.Categorical(three), distributions.Categorical(three)),
                (distributions.Gamma(one, half), distributions.Gamma(half, one)),
                (distributions.Beta(one, half), distributions.Beta(half, one)),
                (distributions.Dirichlet(three), distributions.Dirichlet(three)),
                (distributions.Exponential(one), distributions.Exponential(half)),
                (distributions.Laplace(one, half), distributions.Laplace(one, half)),
                (distributions.Uniform(one, one + 1), distributions.Uniform(one, one + 2)),
            )
        ],
    )
    for transform in (
        distributions.ExpTransform(), distributions.TanhTransform(), distributions.SoftplusTransform(),
        distributions.PowerTransform(torch.tensor(2.0)), distributions.AbsTransform(),
        distributions.StickBreakingTransform(), distributions.SoftmaxTransform(), distributions.CorrCholeskyTransform(),
        distributions.ComposeTransform([distributions.ExpTransform(), distributions.AffineTransform(0.0, 2.0)]),
    ):  # fmt: skip
        yield (
            "transform",
            lambda transform=transform: (
                y := transform(torch.tensor([0.1, 0.2, 0.3])),
                transform.inv(y),
                repr(transform),
                transform.log_abs_det_jacobian(torch.tensor([0.1, 0.2, 0.3]), y),
            ),
        )


def _distribution(one: Any, name: str) -> None:
    if name == "sample":
        one.sample((2,))
        one.rsample((2,)) if one.has_rsample else None
        repr(one)
    elif name == "log_prob":
        one.log_prob(one.sample())
    elif name == "moments":
        for part in (lambda: one.mean, lambda: one.variance, lambda: one.stddev, lambda: one.mode, lambda: one.support):
            try:
                part()
            except NotImplementedError:
                continue
    elif name == "entropy":
        with contextlib.suppress(NotImplementedError):
            one.entropy()
    elif name == "cdf":
        with contextlib.suppress(NotImplementedError):
            one.icdf(one.cdf(one.sample()))
    else:
        one.expand((3, *one.batch_shape)).sample()


def _data() -> None:
    import torch
    from torch.utils import data

    class Squares(data.Dataset[Any]):
        def __len__(self) -> int:
            return 10

        def __getitem__(self, index: int) -> Any:
            return torch.tensor([float(index)]), {"y": index, "z": [index, "a", 1.5]}

    class Stream(data.IterableDataset[Any]):
        def __iter__(self) -> Any:
            return iter(range(5))

    for loader in (
        data.DataLoader(Squares(), batch_size=3, shuffle=True, drop_last=True), data.DataLoader(Stream(), batch_size=2),
        data.DataLoader(Squares(), sampler=data.SubsetRandomSampler([1, 2, 3])),
        data.DataLoader(Squares(), batch_sampler=data.BatchSampler(data.SequentialSampler(Squares()), 4, False)),
        data.DataLoader(Squares(), sampler=data.WeightedRandomSampler([0.1] * 10, 5)),
        data.DataLoader(Squares(), batch_size=None),
        data.DataLoader(Squares(), num_workers=0, generator=torch.Generator()),
    ):  # fmt: skip
        list(loader), repr(loader)
        try:
            len(loader)
        except TypeError:
            continue
    whole = data.TensorDataset(torch.rand(10, 2), torch.rand(10))
    whole[3], len(whole)
    first, _ = data.random_split(whole, [7, 3])
    data.random_split(whole, [0.5, 0.5])
    data.ConcatDataset([first, whole])[12], data.Subset(whole, [1, 2])[1], data.StackDataset(whole, whole)[1]
    data.ChainDataset([Stream(), Stream()])
    data.get_worker_info(), data.default_collate([torch.rand(2)] * 3), data.default_convert([1.0])
