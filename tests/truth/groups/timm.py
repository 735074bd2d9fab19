"""timm: a small model of every family that has one, forward and backward; its optimizers, schedulers and losses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .torchvision import without_compiled_operators

INSTRUMENTED = ("timm.models", "timm.layers", "timm.optim", "timm.scheduler", "timm.loss", "timm.data.mixup")
LEFT = ("timm.models._registry", "timm.models._hub", "timm.models.layers")
_MODELS = """
mobileone_s1 32
cait_xxs24_224 32*
coat_tiny 32*
convit_tiny 32*
convnext_atto_rms 32
cpubone_nano 32
crossvit_tiny_240 240
csatv2 64
cs3darknet_focus_s 32
cspnext_tiny 32
davit_tiny 32
deit3_small_patch16_224 32*
densenet121 32
dla46x_c 32
dpn48b 32
edgenext_xx_small 32
efficientformer_l1 224
efficientformerv2_s0 32*
efficientnet_b0 32
efficientvim_m1 32
efficientvit_b0 32
efficientvit_m0 32*
eva02_tiny_patch14_224 32*
fasternet_t0 64
fastvit_mci0 64
gcvit_xxtiny 64*
ghostnet_050 64
hgnetv2_b0 64
hiera_tiny_224 64*
sam2_hiera_tiny 64
hrnet_w18_small 64
iformer_l 64
inception_next_atto 64
lcnetv2_small 64
levit_128s 64*
lowformer_b0 64
mambaout_femto 64
coatnet_0_224 64*
gmlp_ti16_224 64*
mobilenetv3_small_050 64
mobilevit_xxs 64
nest_tiny 64*
nf_regnet_b0 64
pit_ti_224 64*
pvt_v2_b0 64
regnetx_002 64
repghostnet_050 64
repvit_m0_9 64
res2net50_14w_8s 64
resnest14d 64
resnet10t 64
resnetv2_50 64
rexnetr_100 64
selecsls42 64
seresnet18 64
skresnet18 64
shvit_s1 64
starnet_s050 64
swiftformer_xs 64
swin_tiny_patch4_window7_224 64*
tiny_vit_5m_224 64
tnt_s_legacy_patch16_224 64*
visformer_tiny 64*
test_vit 64*
vit_relpos_small_patch16_224 64*
vovnet39a 64
xcit_nano_12_p16_224 64*
"""
"""Name and image size; with a star, the model is told the size."""


def parts() -> Iterator[tuple[str, Callable[[], object]]]:
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    without_compiled_operators()
    for line in _MODELS.strip().splitlines():
        name, _, size = line.partition(" ")
        yield name, lambda name=name, size=size: _model(name, int(size.rstrip("*")), size.endswith("*"))
    yield from _optimizers()
    yield from _schedulers()
    yield "losses", _losses


def _model(name: str, size: int, told: bool) -> None:
    import timm
    import torch

    net: Any = timm.create_model(name, num_classes=5, **({"img_size": size} if told else {}))
    net.train()
    out = net(torch.rand(2, 3, size, size))
    (out if isinstance(out, torch.Tensor) else out[0]).sum().backward()
    net.eval()
    with torch.no_grad():
        net.forward_features(torch.rand(1, 3, size, size))
    if hasattr(net, "get_classifier"):
        net.get_classifier()
        net.reset_classifier(3)


def _optimizers() -> Iterator[tuple[str, Callable[[], object]]]:
    for name in ("adabelief", "adafactor", "adahessian", "adamp", "adan", "adopt", "lamb", "laprop", "lars", "lion",
        "madgrad", "mars", "nadamw", "novograd", "radam", "sgdp", "sgdw", "adafactorbv", "lookahead_sgd",
        "rmsproptf", "kron"):  # fmt: skip
        yield name, lambda name=name: _optimize(name)


def _optimize(name: str) -> None:
    import torch
    from timm.optim import create_optimizer_v2

    net = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.LayerNorm(4), torch.nn.Linear(4, 2))
    optimizer = create_optimizer_v2(net, opt=name, lr=0.01, weight_decay=0.1)
    for _ in range(3):
        optimizer.zero_grad()
        net(torch.rand(4, 3)).square().sum().backward(create_graph=name == "adahessian")
        optimizer.step()


def _schedulers() -> Iterator[tuple[str, Callable[[], object]]]:
    for name in ("cosine", "tanh", "step", "multistep", "plateau", "poly"):
        yield name, lambda name=name: _schedule(name)


def _schedule(name: str) -> None:
    import torch
    from timm.scheduler import create_scheduler_v2

    net = torch.nn.Linear(2, 2)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    scheduler, epochs = create_scheduler_v2(
        optimizer, name, num_epochs=6, decay_epochs=2, decay_milestones=[2, 4], warmup_epochs=2, noise=[0.5, 1.0]
    )
    for epoch in range(epochs):
        scheduler.step(epoch, metric=1.0)
        scheduler.step_update(epoch, metric=1.0)
    scheduler.load_state_dict(scheduler.state_dict())


def _losses() -> None:
    import torch
    from timm import loss
    from timm.data.mixup import Mixup

    x, soft, hard = torch.rand(4, 3), torch.rand(4, 3).softmax(1), torch.tensor([0, 1, 2, 0])
    loss.LabelSmoothingCrossEntropy()(x, hard)
    loss.SoftTargetCrossEntropy()(x, soft)
    loss.BinaryCrossEntropy()(x, hard)
    loss.AsymmetricLossMultiLabel()(x, soft.round())
    loss.AsymmetricLossSingleLabel()(x, hard)
    loss.JsdCrossEntropy()(torch.rand(6, 3), hard[:2])
    for mode in ("batch", "pair", "elem"):
        Mixup(cutmix_alpha=1.0, num_classes=3, mode=mode)(torch.rand(4, 3, 8, 8), hard)
