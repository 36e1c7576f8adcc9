"""Records what PyTorch's own form of the included networks is and computes, for IncludedNetworksTest.

    python3 src/test/python/torch_networks.py src/test/resources/org/lanewise/cli/format/torch-networks.json

The modules below follow torchvision's resnet18 (the stem for 32x32 images: a 3x3 convolution of stride 1, no pooling) and
mobilenet_v2, He et al.'s network for CIFAR-10 with 1x1 convolutions as shortcuts (option B), and torch_cifar.py of jmh/peers.
For each network: the names and shapes of its state dict, how many parameters it learns, and in float64 the outputs for two
samples. All numbers are draws of NumPy's RandomState(1), arrays in the order of their names: weights uniform within
1 / sqrt(fan-in), arrays of one axis uniform from 0.5 to 1.5, then inputs uniform from -1 to 1. Needs NumPy and PyTorch.
"""
import json
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class BasicBlock(nn.Module):
    def __init__(self, before, width, stride):
        super().__init__()
        self.conv1 = nn.Conv2d(before, width, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = nn.Sequential() if stride == 1 else nn.Sequential(
            nn.Conv2d(before, width, 1, stride, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.downsample(x))


class ResNet(nn.Module):
    def __init__(self, widths, blocks):
        super().__init__()
        self.conv1 = nn.Conv2d(3, widths[0], 3, 1, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(widths[0])
        before, self.stages = widths[0], []
        for number, width in enumerate(widths, 1):
            stage = []
            for position in range(blocks):
                stage.append(BasicBlock(before, width, 2 if number > 1 and position == 0 else 1))
                before = width
            self.stages.append(f"layer{number}")
            self.add_module(self.stages[-1], nn.Sequential(*stage))
        self.fc = nn.Linear(before, 10)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        for stage in self.stages:
            x = self.get_submodule(stage)(x)
        return self.fc(x.mean((2, 3)))


def conv_norm(before, width, kernel=3, stride=1, groups=1):
    return nn.Sequential(nn.Conv2d(before, width, kernel, stride, kernel // 2, groups=groups, bias=False),
                         nn.BatchNorm2d(width), nn.ReLU6())


class InvertedResidual(nn.Module):
    def __init__(self, before, width, stride, expansion):
        super().__init__()
        inner = before * expansion
        self.conv = nn.Sequential(
            *([conv_norm(before, inner, 1)] if expansion > 1 else []),
            conv_norm(inner, inner, 3, stride, inner),
            nn.Conv2d(inner, width, 1, bias=False), nn.BatchNorm2d(width))
        self.shortcut = stride == 1 and before == width

    def forward(self, x):
        return x + self.conv(x) if self.shortcut else self.conv(x)


class MobileNet(nn.Module):
    SETTINGS = [(1, 8, 1, 1), (6, 16, 2, 1), (6, 24, 3, 2), (6, 32, 4, 2), (6, 48, 3, 1), (6, 80, 3, 2), (6, 160, 1, 1)]

    def __init__(self):
        super().__init__()
        features, before = [conv_norm(3, 16)], 16
        for expansion, width, count, stride in self.SETTINGS:
            for position in range(count):
                features.append(InvertedResidual(before, width, stride if position == 0 else 1, expansion))
                before = width
        features.append(conv_norm(before, 640, 1))
        self.features = nn.Sequential(*features)
        # torchvision has a dropout at position 0.
        self.classifier = nn.Sequential(nn.Identity(), nn.Linear(640, 10))

    def forward(self, x):
        return self.classifier(self.features(x).mean((2, 3)))


class Block(nn.Module):
    def __init__(self, before, width):
        super().__init__()
        self.c1 = nn.Conv2d(before, width, 3, padding="same", bias=False)
        self.c2 = nn.Conv2d(width, width, 3, padding="same", bias=False)
        self.n1, self.n2 = (nn.BatchNorm2d(width, eps=1e-12, momentum=0.4) for _ in range(2))
        for norm in self.n1, self.n2:
            norm.weight.requires_grad = False

    def forward(self, x):
        return F.gelu(self.n2(self.c2(F.gelu(self.n1(F.max_pool2d(self.c1(x), 2))))))


class Cifar94(nn.Module):
    def __init__(self):
        super().__init__()
        self.white = nn.Conv2d(3, 24, 2)
        self.b1, self.b2, self.b3 = Block(24, 64), Block(64, 256), Block(256, 256)
        self.head = nn.Linear(256, 10, bias=False)

    def forward(self, x):
        x = self.b3(self.b2(self.b1(F.gelu(self.white(x)))))
        return self.head(F.max_pool2d(x, 3).flatten(1)) / 9


class Fashion94(nn.Module):
    WIDTHS = {"conv1": (1, 32), "conv2": (32, 64), "conv3": (64, 64), "conv4": (64, 128), "conv5": (128, 128)}
    POOLED = "conv2", "conv4"

    def __init__(self):
        super().__init__()
        for name, (before, width) in self.WIDTHS.items():
            self.add_module(name, nn.Conv2d(before, width, 3, padding=1, bias=False))
            self.get_submodule(name).add_module("norm", nn.BatchNorm2d(width))
        self.fc = nn.Linear(128, 10, bias=False)

    def forward(self, x):
        for name in self.WIDTHS:
            conv = self.get_submodule(name)
            x = conv(x)
            x = F.relu(conv.norm(F.max_pool2d(x, 2) if name in self.POOLED else x))
        return self.fc(x.amax((2, 3))) / 8


NETWORKS = {
    "resnet-20": (ResNet([16, 32, 64], 3), [3, 32, 32]),
    "resnet-18": (ResNet([64, 128, 256, 512], 2), [3, 32, 32]),
    "mobilenet-v2-small": (MobileNet(), [3, 32, 32]),
    "cifar-94": (Cifar94(), [3, 32, 32]),
    "fashion-94": (Fashion94(), [1, 28, 28]),
}


def record(net, shape):
    random = np.random.RandomState(1)
    net.double().eval()
    learned = [p for p in net.parameters() if p.requires_grad]
    # Lanewise keeps no weights of norms that do not learn any; PyTorch's are 1.
    fixed = {name for name, p in net.named_parameters() if not p.requires_grad}
    state = {name: array for name, array in net.state_dict().items() if name not in fixed}
    with torch.no_grad():
        for name in sorted(state):
            array = state[name]
            if array.dim() > 1:
                bound = np.sqrt(1.0 / array[0].numel())
                array.copy_(torch.from_numpy(random.uniform(-bound, bound, tuple(array.shape))))
            elif array.dim() == 1:
                array.copy_(torch.from_numpy(random.uniform(0.5, 1.5, tuple(array.shape))))
        outputs = net(torch.from_numpy(random.uniform(-1.0, 1.0, (2, *shape))))
    return {"learned": sum(p.numel() for p in learned), "outputs": outputs.flatten().tolist(),
            "arrays": {name: list(array.shape) for name, array in state.items()}}


def main():
    torch.set_num_threads(1)
    recorded = {name: record(*network) for name, network in NETWORKS.items()}
    lines = [f'"{name}": {json.dumps(value)}' for name, value in recorded.items()]
    pathlib.Path(sys.argv[1]).write_text("{\n" + ",\n".join(lines) + "\n}\n")
    for name, value in recorded.items():
        print(name, value["learned"], value["outputs"][:2])
    print("PyTorch", torch.__version__, "NumPy", np.__version__)


if __name__ == "__main__":
    main()
