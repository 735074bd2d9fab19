"""Which networks are converted, with which arguments and inputs."""

from __future__ import annotations

import msgspec


class Network(msgspec.Struct, frozen=True):
    """A builder of torchvision, without weights from the network."""

    name: str
    module: str
    """Where it is defined, below ``torchvision.models``."""
    arguments: str = ""
    """How it is called, as source."""
    shape: tuple[int, ...] = (2, 3, 64, 64)
    """Of the input; small, but with more than one pixel left for the last batch norm."""
    detects: bool = False
    """Whether it takes a list of images, with the boxes in them when it is trained, and gives what it finds."""

    @property
    def call(self) -> str:
        return f"{self.name}({self.arguments})"

    @property
    def file(self) -> str:
        """Below the folder of the package."""
        return f"models/{self.module.replace('.', '/')}.py"


_BACKBONE = "weights_backbone=None, num_classes=5"
_NETWORKS = (
    Network("alexnet", "alexnet", "num_classes=10"),
    Network("vgg11", "vgg", "num_classes=10"),
    Network("resnet18", "resnet"),
    Network("resnet50", "resnet"),
    Network("resnext50_32x4d", "resnet"),
    Network("densenet121", "densenet"),
    Network("googlenet", "googlenet", "init_weights=False, aux_logits=True"),
    Network("inception_v3", "inception", "init_weights=False, aux_logits=False", (2, 3, 96, 96)),
    Network("squeezenet1_0", "squeezenet"),
    Network("squeezenet1_1", "squeezenet"),
    Network("mobilenet_v2", "mobilenetv2"),
    Network("mobilenet_v3_small", "mobilenetv3"),
    Network("mobilenet_v3_large", "mobilenetv3"),
    Network("shufflenet_v2_x0_5", "shufflenetv2"),
    Network("shufflenet_v2_x1_0", "shufflenetv2"),
    Network("mnasnet0_5", "mnasnet"),
    Network("mnasnet1_0", "mnasnet"),
    Network("efficientnet_b0", "efficientnet"),
    Network("efficientnet_v2_s", "efficientnet"),
    Network("regnet_x_400mf", "regnet"),
    Network("regnet_y_400mf", "regnet"),
    Network("convnext_tiny", "convnext"),
    Network("vit_b_16", "vision_transformer", "image_size=64"),
    Network("swin_t", "swin_transformer"),
    Network("swin_v2_t", "swin_transformer"),
    Network("maxvit_t", "maxvit", "input_size=(224, 224), num_classes=10", (1, 3, 224, 224)),
    Network("fcn_resnet50", "segmentation.fcn", f"{_BACKBONE}, aux_loss=True"),
    Network("deeplabv3_resnet50", "segmentation.deeplabv3", f"{_BACKBONE}, aux_loss=True"),
    Network("lraspp_mobilenet_v3_large", "segmentation.lraspp", _BACKBONE),
    Network("r3d_18", "video.resnet", "num_classes=10", (2, 3, 2, 32, 32)),
    Network("mc3_18", "video.resnet", "num_classes=10", (2, 3, 2, 32, 32)),
    Network("r2plus1d_18", "video.resnet", "num_classes=10", (2, 3, 2, 32, 32)),
)
NETWORKS = {one.name: one for one in _NETWORKS}
_SMALL = f"weights=None, {_BACKBONE}, min_size=64"
_EVERYTHING = f"{_SMALL}, rpn_batch_size_per_image=5000, box_batch_size_per_image=5000"
"""No samples are drawn: two frameworks never draw the same ones."""
_FEW = f"{_EVERYTHING}, box_detections_per_img=5"
_PAIR = (2, 3, 48, 32)
_DETECTORS = (
    Network("fasterrcnn_mobilenet_v3_large_320_fpn", "detection.faster_rcnn", _EVERYTHING, _PAIR, True),
    Network("ssdlite320_mobilenet_v3_large", "detection.ssdlite", f"weights=None, {_BACKBONE}", (2, 3, 160, 160), True),
    Network("fasterrcnn_resnet50_fpn", "detection.faster_rcnn", _EVERYTHING, _PAIR, True),
    Network("retinanet_resnet50_fpn", "detection.retinanet", _SMALL, _PAIR, True),
    Network("fcos_resnet50_fpn", "detection.fcos", _SMALL, _PAIR, True),
    Network("maskrcnn_resnet50_fpn", "detection.mask_rcnn", _FEW, _PAIR, True),
    Network("keypointrcnn_resnet50_fpn", "detection.keypoint_rcnn", _FEW, _PAIR, True),
    Network("ssd300_vgg16", "detection.ssd", f"weights=None, {_BACKBONE}", (1, 3, 150, 150), True),
)
DETECTORS = {one.name: one for one in _DETECTORS}
"""MindSpore's CPU takes minutes for the convolutions of the last one."""
CHEAP = _DETECTORS[:1]
"""Those that every run of the tests can afford."""
