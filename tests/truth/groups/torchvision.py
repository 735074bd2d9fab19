"""torchvision's models, operations and transforms on tiny inputs."""

from __future__ import annotations

import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

INSTRUMENTED = ("torchvision.models", "torchvision.ops", "torchvision.transforms")
LEFT = ("torchvision.models.quantization", "torchvision.models._meta", "torchvision.ops._register_onnx_ops")
_CLASSIFIERS = {
    "alexnet": 64, "convnext_tiny": 32, "densenet121": 32, "efficientnet_b0": 32, "efficientnet_v2_s": 32,
    "googlenet": 64, "inception_v3": 128, "maxvit_t": 224, "mnasnet0_5": 32, "mobilenet_v2": 32,
    "mobilenet_v3_small": 32, "regnet_y_400mf": 32, "resnet18": 32, "resnext50_32x4d": 32,
    "shufflenet_v2_x0_5": 32, "squeezenet1_0": 64, "squeezenet1_1": 64, "swin_t": 32, "swin_v2_t": 32, "vgg11_bn": 32,
    "vit_b_16": 224,
}  # fmt: skip
_SEGMENTATION = ("fcn_resnet50", "deeplabv3_resnet50", "lraspp_mobilenet_v3_large")
_VIDEO = {"r3d_18": (8, 32), "r2plus1d_18": (8, 32), "mc3_18": (8, 32), "s3d": (16, 224), "mvit_v1_b": (16, 224),
    "swin3d_t": (8, 32)}  # fmt: skip
_DETECTION = ("fasterrcnn_mobilenet_v3_large_320_fpn", "maskrcnn_resnet50_fpn", "keypointrcnn_resnet50_fpn",
    "retinanet_resnet50_fpn", "fcos_resnet50_fpn", "ssdlite320_mobilenet_v3_large", "ssd300_vgg16")  # fmt: skip


def without_compiled_operators() -> None:
    """torchvision's compiled operators do not load beside the CPU build of torch: those in Python do."""
    import torch

    extension = types.ModuleType("torchvision.extension")
    vars(extension).update(
        _has_ops=lambda: False,
        _assert_has_ops=lambda: None,
        _check_cuda_version=lambda: -1,
        _load_library=lambda name: None,
    )
    sys.modules["torchvision.extension"] = extension
    sys.modules["torchvision._meta_registrations"] = types.ModuleType("torchvision._meta_registrations")
    library = torch.library.Library("torchvision", "DEF")
    library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    library.impl("nms", _nms, "CPU")
    _kept.append(library)


_kept: list[Any] = []


def _nms(boxes: Any, scores: Any, threshold: float) -> Any:
    import torch

    left = scores.argsort(descending=True).tolist()
    kept: list[int] = []
    areas = (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])
    while left and len(kept) < 50:
        first = left.pop(0)
        kept.append(first)
        if not left:
            break
        others = boxes[left]
        low = torch.maximum(others[:, :2], boxes[first, :2])
        high = torch.minimum(others[:, 2:], boxes[first, 2:])
        shared = (high - low).clamp(min=0).prod(1)
        overlap = shared / (areas[left] + areas[first] - shared)
        left = [one for one, much in zip(left, (overlap > threshold).tolist(), strict=True) if not much]
    return torch.tensor(kept, dtype=torch.int64)


def parts() -> Iterator[tuple[str, Callable[[], object]]]:
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)
    without_compiled_operators()
    for name, size in _CLASSIFIERS.items():
        yield name, lambda name=name, size=size: _classify(name, size)
    for name in _SEGMENTATION:
        yield name, lambda name=name: _segment(name)
    for name, (frames, size) in _VIDEO.items():
        yield name, lambda name=name, shape=(1, 3, frames, size, size): _forward(name, shape, train=False)
    for name in _DETECTION:
        yield name, lambda name=name: _detect(name)
    yield "raft_small", _flow
    yield "feature extraction", _extract
    yield from _operations()
    yield from _transforms()


def _model(name: str, **more: Any) -> Any:
    from torchvision import models

    more = {"weights": None, **more}
    builder = models.get_model_builder(name)
    if "weights_backbone" in builder.__wrapped__.__annotations__:
        more["weights_backbone"] = None
    return builder(**more)


def _forward(name: str, shape: tuple[int, ...], train: bool = True, **more: Any) -> None:
    import torch

    net = _model(name, **more)
    x = torch.rand(shape)
    net.eval()
    with torch.no_grad():
        net(x)
    if train:
        net.train()
        out = net(torch.rand(2, *shape[1:]))
        _loss(out).backward()


def _classify(name: str, size: int) -> None:
    more = {"aux_logits": True, "init_weights": True} if name in ("googlenet", "inception_v3") else {}
    big = size > 96
    _forward(name, (1, 3, size, size), train=not big, num_classes=10, **more)


def _loss(out: Any) -> Any:
    import torch

    if isinstance(out, torch.Tensor):
        return out.sum()
    values = out.values() if isinstance(out, dict) else out
    return sum(_loss(one) for one in values if one is not None)


def _segment(name: str) -> None:
    more = {} if name.startswith("lraspp") else {"aux_loss": True}
    _forward(name, (1, 3, 64, 64), num_classes=3, **more)


def _detect(name: str) -> None:
    import torch

    more: dict[str, Any] = {} if name.startswith("ssd") else {"min_size": 64, "max_size": 64}
    if "rcnn" in name:
        few = (
            "rpn_pre_nms_top_n_train",
            "rpn_pre_nms_top_n_test",
            "rpn_post_nms_top_n_train",
            "rpn_post_nms_top_n_test",
        )
        more |= dict.fromkeys(few, 8)
    elif not name.startswith("ssd"):
        more["topk_candidates"] = 20
    net = _model(name, num_classes=3, **more)
    images = [torch.rand(3, 64, 64), torch.rand(3, 64, 48)]
    boxes = torch.tensor([[4.0, 4.0, 30.0, 30.0], [20.0, 10.0, 40.0, 50.0]])
    target = {"boxes": boxes, "labels": torch.tensor([1, 2])}
    if name.startswith("mask"):
        target["masks"] = torch.ones(2, 64, 64, dtype=torch.uint8)
    if name.startswith("keypoint"):
        target["labels"] = torch.tensor([1, 1])
        target["keypoints"] = torch.tensor([[[10.0, 10.0, 1.0]] * 17] * 2)
    targets = [dict(target), dict(target)]
    if name.startswith("mask"):
        targets[1]["masks"] = torch.ones(2, 64, 48, dtype=torch.uint8)
    net.train()
    sum(net(images, targets).values()).backward()
    net.eval()
    with torch.no_grad():
        net(images)


def _flow() -> None:
    import torch

    net = _model("raft_small").eval()
    with torch.no_grad():
        net(torch.rand(1, 3, 128, 128), torch.rand(1, 3, 128, 128), num_flow_updates=2)


def _extract() -> None:
    import torch
    from torchvision.models import feature_extraction, resnet18

    net = resnet18(weights=None)
    feature_extraction.get_graph_node_names(net)
    feature_extraction.create_feature_extractor(net, {"layer1": "a"})(torch.rand(1, 3, 32, 32))


def _operations() -> Iterator[tuple[str, Callable[[], object]]]:
    import torch
    from torchvision import ops

    def some_boxes(count: int) -> Any:
        corner = torch.rand(count, 2) * 20
        return torch.cat([corner, corner + 1 + torch.rand(count, 2) * 20], 1).requires_grad_()

    x = torch.rand(2, 4, 16, 16, requires_grad=True)
    one, two = some_boxes(5), some_boxes(5)
    rois = torch.cat([torch.zeros(5, 1), one.detach()], 1)
    for name in ("box_iou", "generalized_box_iou", "distance_box_iou", "complete_box_iou"):
        yield name, lambda name=name: getattr(ops, name)(one, two)
    for name in ("ciou_loss", "diou_loss", "giou_loss"):
        full = {"ciou_loss": "complete_box_iou_loss", "diou_loss": "distance_box_iou_loss"}.get(
            name, "generalized_box_iou_loss"
        )
        for reduction in ("none", "mean", "sum"):
            yield full, lambda full=full, reduction=reduction: getattr(ops, full)(one, two, reduction)
    for kinds in (("xyxy", "xywh"), ("xywh", "xyxy"), ("xyxy", "cxcywh"), ("cxcywh", "xyxy")):
        yield "box_convert", lambda kinds=kinds: ops.box_convert(one, *kinds)
    yield "nms", lambda: (ops.nms(one, torch.rand(5), 0.5), ops.batched_nms(one, torch.rand(5), torch.zeros(5), 0.5))
    yield (
        "boxes",
        lambda: (
            ops.remove_small_boxes(one, 2.0),
            ops.clip_boxes_to_image(one, (10, 10)),
            ops.box_area(one),
            ops.masks_to_boxes(torch.ones(2, 8, 8)),
        ),
    )
    for reduction in ("none", "mean", "sum"):
        yield (
            "focal",
            lambda reduction=reduction: ops.sigmoid_focal_loss(torch.rand(3, 4), torch.ones(3, 4), reduction=reduction),
        )
    for mode in ("row", "batch"):
        yield (
            "depth",
            lambda mode=mode: (
                ops.stochastic_depth(x, 0.5, mode),
                ops.StochasticDepth(0.5, mode).train()(x),
            ),
        )
    yield (
        "drop",
        lambda: (
            ops.drop_block2d(x, 0.5, 3),
            ops.drop_block3d(torch.rand(1, 2, 8, 8, 8), 0.5, 3),
            ops.DropBlock2d(0.5, 3)(x),
            repr(ops.DropBlock3d(0.5, 3)),
        ),
    )
    yield "pyramid", lambda: ops.FeaturePyramidNetwork([4, 4], 8)({"a": x, "b": x[:, :, ::2, ::2]})
    yield (
        "roi",
        lambda: (
            ops.roi_align(x, rois, 3, sampling_ratio=2),
            ops.RoIAlign(3, 1.0, 2)(x, [one.detach(), two.detach()]),
            ops.MultiScaleRoIAlign(["a"], 3, 2)({"a": x}, [one.detach(), two.detach()], [(32, 32), (32, 32)]),
        ),
    )
    yield (
        "frozen",
        lambda: (
            repr(ops.FrozenBatchNorm2d(4)),
            ops.FrozenBatchNorm2d(4)(x),
            ops.FrozenBatchNorm2d(4).load_state_dict(torch.nn.BatchNorm2d(4).state_dict()),
        ),
    )
    yield (
        "misc",
        lambda: (
            ops.SqueezeExcitation(4, 2)(x),
            ops.MLP(4, [8, 4], torch.nn.LayerNorm)(torch.rand(2, 4)),
            ops.Permute([0, 2, 3, 1])(x),
            ops.Conv2dNormActivation(4, 4)(x),
            ops.Conv3dNormActivation(4, 4)(torch.rand(1, 4, 4, 4, 4)),
        ),
    )


def _transforms() -> Iterator[tuple[str, Callable[[], object]]]:
    import torch
    from PIL import Image
    from torchvision import transforms
    from torchvision.transforms import functional

    picture = Image.effect_noise((40, 30), 50).convert("RGB")
    tensor = torch.randint(0, 255, (3, 30, 40), dtype=torch.uint8)
    both = (picture, tensor)
    made: list[Callable[[], Any]] = [
        lambda: transforms.Resize(20), lambda: transforms.CenterCrop(16), lambda: transforms.Pad(3, 1, "reflect"),
        lambda: transforms.RandomCrop(16, padding=2), lambda: transforms.RandomHorizontalFlip(1.0),
        lambda: transforms.RandomVerticalFlip(1.0), lambda: transforms.RandomResizedCrop(16),
        lambda: transforms.FiveCrop(10), lambda: transforms.TenCrop(10),
        lambda: transforms.ColorJitter(0.5, 0.5, 0.5, 0.2),
        lambda: transforms.RandomRotation(20), lambda: transforms.RandomAffine(20, (0.1, 0.1), (0.8, 1.2), 10),
        lambda: transforms.Grayscale(3), lambda: transforms.RandomGrayscale(1.0),
        lambda: transforms.RandomPerspective(0.5, 1.0), lambda: transforms.GaussianBlur(3),
        lambda: transforms.RandomInvert(1.0), lambda: transforms.RandomPosterize(3, 1.0),
        lambda: transforms.RandomSolarize(100, 1.0), lambda: transforms.RandomAdjustSharpness(2, 1.0),
        lambda: transforms.RandomAutocontrast(1.0), lambda: transforms.RandomEqualize(1.0),
        lambda: transforms.AutoAugment(), lambda: transforms.RandAugment(), lambda: transforms.TrivialAugmentWide(),
        lambda: transforms.AugMix(),
    ]  # fmt: skip
    for make in made:
        for image in both:
            yield "transform", lambda make=make, image=image: (repr(make()), [make()(image) for _ in range(4)])
    yield "ElasticTransform", lambda: transforms.ElasticTransform()(tensor)
    yield (
        "to tensor",
        lambda: (
            transforms.Compose(
                [transforms.ToTensor(), transforms.Normalize([0.5] * 3, [0.5] * 3), transforms.RandomErasing(1.0)]
            )(picture),
            transforms.PILToTensor()(picture),
            transforms.ToPILImage()(tensor),
            transforms.ConvertImageDtype(torch.float32)(tensor),
            transforms.LinearTransformation(torch.eye(12), torch.zeros(12))(torch.rand(3, 2, 2)),
            transforms.RandomApply([transforms.Lambda(lambda one: one)], 1.0)(tensor),
            transforms.RandomChoice([transforms.Grayscale()])(tensor),
            transforms.RandomOrder([transforms.Grayscale()])(tensor),
        ),
    )
    for image in both:
        yield (
            "functional",
            lambda image=image: (
                functional.adjust_gamma(image, 2.0),
                functional.adjust_hue(image, 0.2),
                functional.crop(image, 1, 1, 50, 50),
                functional.resize(image, [10, 12]),
                functional.get_dimensions(image),
                functional.get_image_num_channels(image),
                functional.erase(tensor, 1, 1, 4, 4, torch.zeros(3, 4, 4)),
                functional.rgb_to_grayscale(image),
                functional.rotate(image, 30, expand=True),
            ),
        )
    yield "v2", _second_version


def _second_version() -> None:
    import torch
    from torchvision import tv_tensors
    from torchvision.transforms import v2

    image = tv_tensors.Image(torch.randint(0, 255, (3, 30, 40), dtype=torch.uint8))
    boxes = tv_tensors.BoundingBoxes([[2, 2, 20, 20], [5, 4, 30, 25]], format="XYXY", canvas_size=(30, 40))
    mask = tv_tensors.Mask(torch.zeros(1, 30, 40, dtype=torch.uint8))
    sample = {"image": image, "boxes": boxes, "mask": mask, "labels": torch.tensor([1, 2])}
    for one in (
        v2.Resize(20), v2.RandomResizedCrop(16), v2.RandomHorizontalFlip(1.0), v2.RandomVerticalFlip(1.0),
        v2.RandomRotation(20), v2.RandomAffine(20), v2.RandomPerspective(p=1.0), v2.ColorJitter(0.5, 0.5, 0.5, 0.2),
        v2.RandomPhotometricDistort(p=1.0), v2.GaussianBlur(3), v2.GaussianNoise(), v2.RandomZoomOut(p=1.0),
        v2.RandomIoUCrop(), v2.ElasticTransform(), v2.ScaleJitter((20, 20)), v2.RandomShortestSize(12),
        v2.Pad(2), v2.CenterCrop(12), v2.Grayscale(), v2.RandomInvert(1.0), v2.RandomEqualize(1.0),
        v2.ToDtype(torch.float32, scale=True), v2.SanitizeBoundingBoxes(), v2.ClampBoundingBoxes(),
        v2.ConvertBoundingBoxFormat("CXCYWH"), v2.RandomErasing(1.0), v2.RandomCrop(12), v2.RandomGrayscale(1.0),
        v2.RandomSolarize(100, 1.0), v2.RandomPosterize(3, 1.0), v2.RandomAdjustSharpness(2, 1.0),
        v2.RandomAutocontrast(1.0),
    ):  # fmt: skip
        try:
            one(sample if not isinstance(one, (v2.GaussianNoise,)) else image.float())
        except (ValueError, TypeError, RuntimeError, NotImplementedError):
            continue
    for one in (v2.AutoAugment(), v2.RandAugment(), v2.TrivialAugmentWide(), v2.AugMix()):
        one(image)
    batch, labels = torch.rand(4, 3, 8, 8), torch.tensor([0, 1, 2, 3])
    v2.CutMix(num_classes=4)(batch, labels)
    v2.MixUp(num_classes=4)(batch, labels)
