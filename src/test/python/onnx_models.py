"""Exports small networks with PyTorch as ONNX, with inputs and outputs, for OnnxImportTest.

    python3 src/test/python/onnx_models.py src/test/resources/org/lanewise/onnx

Each network is written by both of PyTorch's exporters, at several versions of ONNX's operators, as

    NAME-EXPORTER-VERSION.onnx  the model, float32, without the notes that exporters keep for people
    NAME.npz                    x, a batch of inputs, and y, the outputs that PyTorch computes of
                                them in float64

Weights are float32, so that float64 holds them exactly. Needs PyTorch, NumPy, onnx and onnxscript.
"""
import io
import pathlib
import sys
import zipfile

import numpy as np
import onnx
import torch
import torch.nn as nn
import torch.nn.functional as F


def fill(norm):
    """Running values as of a training; equal initial ones would hide an exchange."""
    for values in (norm.running_mean, norm.running_var, norm.weight, norm.bias):
        if values is not None:
            with torch.no_grad():
                values.copy_(torch.rand_like(values) + 0.5)


class Maps(nn.Module):
    """Each function of elements within a residual, poolings, joins and a classifier."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, (3, 2), padding=1)
        self.norm = nn.BatchNorm2d(4, eps=1e-3)
        self.layer1 = nn.Sequential(nn.Conv2d(4, 6, 3, stride=2, padding=1, bias=False), nn.ReLU())
        self.shortcut = nn.Conv2d(4, 6, 1, stride=2, groups=2)
        self.pool = nn.AvgPool2d(3, 2, 1, count_include_pad=False)
        self.drop = nn.Dropout(0.3)
        self.functions = nn.ModuleList([
            nn.ReLU6(), nn.LeakyReLU(0.2), nn.ELU(0.7), nn.GELU(), nn.GELU("tanh"), nn.SiLU(),
            nn.Hardswish(), nn.Softplus(), nn.Sigmoid(), nn.Tanh()])
        self.plain = nn.BatchNorm2d(10, affine=False)
        self.max = nn.MaxPool2d(3, 2, 1, ceil_mode=True)
        self.fc = nn.Linear(10, 5)
        fill(self.norm)
        fill(self.plain)

    def forward(self, x):
        x = self.norm(torch.relu(self.conv(x)))
        x = torch.cat([self.layer1(x) + self.shortcut(x), self.pool(x)], 1)
        x = self.drop(x)
        for function in self.functions:
            x = x + function(x)
        x = self.plain(x + F.hardsigmoid(x) * x)
        x = self.max(x) * 0.5
        x = F.adaptive_avg_pool2d(x, 1) + F.adaptive_max_pool2d(x, 1)
        return self.fc(torch.flatten(x, 1))


class Rows(nn.Module):
    """Dense layers, one without a bias, behind a view whose size is computed."""

    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(12, 7, bias=False)
        self.norm = nn.BatchNorm1d(7)
        self.fc2 = nn.Linear(7, 4)
        fill(self.norm)

    def forward(self, x):
        return self.fc2(torch.tanh(self.norm(self.fc1(x.view(x.size(0), -1)) * 2)))


class Matrix(nn.Module):
    """A product of matrices to which a row is added."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(6, 3))
        self.bias = nn.Parameter(torch.randn(3))

    def forward(self, x):
        return torch.relu(self.bias + x @ self.weight)


def strip(model):
    """Leaves out stack traces, which hold paths of this machine."""
    for proto in (model, model.graph, *model.graph.node, *model.graph.initializer,
                  *model.graph.value_info, *model.graph.input, *model.graph.output):
        proto.ClearField("doc_string")
        if any(field.name == "metadata_props" for field in proto.DESCRIPTOR.fields):
            proto.ClearField("metadata_props")
    model.graph.ClearField("value_info")
    return model


def save_arrays(path, **arrays):
    with zipfile.ZipFile(path, "w") as archive:
        for name, array in arrays.items():
            entry = io.BytesIO()
            np.save(entry, array)
            archive.writestr(zipfile.ZipInfo(name + ".npy"), entry.getvalue())


def write(folder, name, make, shape):
    for dynamo, version in ((False, 11), (False, 13), (False, 17), (True, 18), (True, 20)):
        torch.manual_seed(7)
        network = make().eval()
        x = torch.randn(3, *shape)
        free = ({"dynamic_shapes": ({0: torch.export.Dim("batch")},)} if dynamo else
                {"input_names": ["x"], "dynamic_axes": {"x": {0: "batch"}}})
        path = folder / f"{name}-{'dynamo' if dynamo else 'script'}-{version}.onnx"
        torch.onnx.export(network, (x,), str(path), dynamo=dynamo, opset_version=version,
                          **({"external_data": False} if dynamo else {}), **free)
        onnx.save(strip(onnx.load(path)), path)
        with torch.no_grad():
            y = network.double()(x.double())
        save_arrays(folder / (name + ".npz"), x=x.double().numpy(), y=y.numpy())


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    write(folder, "maps", Maps, (3, 13, 12))
    write(folder, "rows", Rows, (3, 2, 2))
    write(folder, "matrix", Matrix, (6,))


if __name__ == "__main__":
    main()
