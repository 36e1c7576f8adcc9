"""Trains random networks with PyTorch in float64, for RandomGraphsTest and RandomGraphs.

    python3 src/test/python/random_graphs.py FOLDER                   what RandomGraphs wrote
    python3 src/test/python/random_graphs.py FOLDER --sample TARGET   and replaces a small part of it

Every folder in FOLDER has a network, its options and its numbers (RecordedGraph says how). This adds

    expected.npz   all that PyTorch computes: outputs, loss, gradients and parameters of each step,
                   and outputs of the trained network in evaluation
    extended.npz   the same in numbers of 80 bits, by NumPy alone (extended_precision.py)
    single.npz     what PyTorch computes of the first step in float32

and prints what is left out, with the reason:

    lion      PyTorch has no class for it
    dropout   PyTorch draws other numbers
    tie       an argument within 1e-9 of where the derivative of a function jumps, or a second value of
              a window that near to the largest. Exact ties are kept: both libraries define them
    one value PyTorch refuses to normalize a group of one value in a batch of one sample
    loss      PyTorch's loss is not finite: no sample of a batch counts

A sample holds small networks of every type of layer, option, loss and optimizer, of which PyTorch's
float64 is close to 80 bits in every array. Unknown types and options are errors. Needs NumPy and PyTorch.
"""
import argparse
import collections
import json
import multiprocessing
import pathlib
import shutil
import sys

import numpy as np
import torch
import torch.nn as nn

import extended_precision
from torch_reference import Add, Concat, Graph, PaddedConv2d, Scale, build_loss, write_npz

CONDITIONED = 1e-12
SAMPLE = 40
LARGEST_SAMPLE = 1_400_000


class Fields:
    """Fields of an object, all of which must be read."""

    def __init__(self, what, fields):
        self.what, self.fields = what, dict(fields)

    def __call__(self, name, *default):
        return self.fields.pop(name, *default)

    def all(self):
        return {name: self(name) for name in list(self.fields)}

    def close(self):
        if self.fields:
            raise ValueError(f"{self.what}: unknown {', '.join(self.fields)}")


def conv2d(f, x):
    padding = f("padding")
    four = len(padding) == 4
    module = (PaddedConv2d if four else nn.Conv2d)(
        x.shape[1], f("out_channels"), f("kernel_size"), f("stride"), 0 if four else padding,
        f("dilation"), f("groups"), f("bias"))
    module.sides = padding
    return module


def avg_pool2d(f, x):
    # Written for all windows; PyTorch has none here, and no other value.
    if f("dilation") != [1, 1]:
        raise ValueError(f"{f.what}: dilation")
    return nn.AvgPool2d(**f.all())


def batch_norm(f, x):
    kind = nn.BatchNorm2d if x.dim() == 4 else nn.BatchNorm1d
    module = kind(x.shape[1], f("eps"), f("momentum"))
    for name in "weight", "bias":
        if not f(name):
            module.register_parameter(name, None)
    return module


LAYERS = {
    "conv2d": conv2d,
    "linear": lambda f, x: nn.Linear(x.shape[1], f("out_features"), f("bias")),
    "max_pool2d": lambda f, x: nn.MaxPool2d(**f.all()),
    "avg_pool2d": avg_pool2d,
    "global_avg_pool2d": lambda f, x: nn.AdaptiveAvgPool2d(1),
    "global_max_pool2d": lambda f, x: nn.AdaptiveMaxPool2d(1),
    "batch_norm": batch_norm,
    "group_norm": lambda f, x: nn.GroupNorm(f("num_groups"), x.shape[1], **f.all()),
    "layer_norm": lambda f, x: nn.LayerNorm(x.shape[1:], **f.all()),
    "relu": lambda f, x: nn.ReLU(),
    "relu6": lambda f, x: nn.ReLU6(),
    "leaky_relu": lambda f, x: nn.LeakyReLU(**f.all()),
    "elu": lambda f, x: nn.ELU(**f.all()),
    "gelu": lambda f, x: nn.GELU(**f.all()),
    "silu": lambda f, x: nn.SiLU(),
    "hardswish": lambda f, x: nn.Hardswish(),
    "softplus": lambda f, x: nn.Softplus(),
    "sigmoid": lambda f, x: nn.Sigmoid(),
    "tanh": lambda f, x: nn.Tanh(),
    "scale": lambda f, x: Scale(f("factor")),
    "flatten": lambda f, x: nn.Flatten(),
    "add": lambda f, x: Add(),
    "concat": lambda f, x: Concat(),
}


def build(network):
    """The network, and the shape of every layer's output."""
    network = Fields("network", network)
    outputs = {"input": torch.zeros(2, *network("input"), dtype=torch.float64)}
    names, inputs, modules = [], [], []
    for layer in network("layers"):
        f = Fields(layer, layer)
        name, read = f("name", str(len(names))), f("inputs", names[-1:] or ["input"])
        kind = f("type")
        if kind not in LAYERS:
            raise ValueError(f"no layer of type {kind!r} is known here: {layer}")
        module = LAYERS[kind](f, outputs[read[0]]).double()
        f.close()
        for list_, value in (names, name), (inputs, read), (modules, module):
            list_.append(value)
        x = [outputs[one] for one in read]
        # Of two samples: PyTorch refuses to normalize a single value, and shapes are all that is needed.
        outputs[name] = module(*([x] if kind in ("add", "concat") else x))
    network("loss"), network("reduction", None)
    network.close()
    return Graph(names, inputs, modules), {name: tuple(x.shape) for name, x in outputs.items()}


def optimizer(parameters, options):
    f = Fields("optimizer", options)
    kind, rate, decay = f("type"), f("learningRate"), f("weightDecay")
    match kind:
        case "sgd":
            made = torch.optim.SGD(parameters, rate, f("momentum"), f("dampening"), decay,
                                   f("nesterov"), foreach=False)
        case "adam" | "adamw":
            rule = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[kind]
            made = rule(parameters, rate, (f("beta1"), f("beta2")), f("epsilon"), decay,
                        foreach=False)
        case "nadam":
            made = torch.optim.NAdam(parameters, rate, (f("beta1"), f("beta2")), f("epsilon"),
                                     decay, f("momentumDecay"), foreach=False)
        case "rmsprop":
            made = torch.optim.RMSprop(parameters, rate, f("alpha"), f("epsilon"), decay,
                                       f("momentum"), f("centered"), foreach=False)
        case _:
            raise ValueError(f"no optimizer {kind!r} is known here")
    f.close()
    return made


def batches(data):
    step = 1
    while f"step{step}.inputs" in data:
        labels = data.get(f"step{step}.labels")
        yield (f"step{step}.", data[f"step{step}.inputs"],
               data[f"step{step}.targets"] if labels is None else labels.astype(np.int64))
        step += 1


def initial(data):
    return {name.removeprefix("initial."): values for name, values in data.items()
            if name.startswith("initial.")}


def by_torch(graph, data, dtype=torch.float64):
    """All arrays of a training, and the shapes of one sample's outputs."""
    network, arrays = graph["network"], {}
    net, shapes = build(network)
    net.to(dtype)
    # The pass for the shapes has moved running statistics; all are overwritten here.
    net.load_state_dict({name: torch.from_numpy(values) for name, values in initial(data).items()})
    update = optimizer(net.parameters(), graph["optimizer"])
    loss_of = build_loss(network["loss"], network.get("reduction", "mean")).to(dtype)
    net.train()
    for prefix, inputs, target in batches(data):
        x = torch.from_numpy(inputs).to(dtype).requires_grad_()
        target = torch.from_numpy(target)
        target = target.to(dtype) if target.is_floating_point() else target
        update.zero_grad()
        y = net(x).flatten(1)
        loss = loss_of(y, target)
        loss.backward()
        arrays[prefix + "outputs"] = y.detach().numpy().copy()
        arrays[prefix + "loss"] = loss.detach().numpy().copy()
        for name, parameter in net.named_parameters():
            arrays[prefix + name + " gradient"] = parameter.grad.numpy().copy()
        arrays[prefix + "input gradient"] = x.grad.numpy().copy()
        if graph["gradient_norm"] is not None:
            norm = nn.utils.clip_grad_norm_(net.parameters(), graph["gradient_norm"],
                                            foreach=False)
            arrays[prefix + "gradient norm"] = norm.numpy().copy()
        update.step()
        for name, values in net.state_dict().items():
            arrays[prefix + name] = values.numpy().copy()
    net.eval()
    with torch.no_grad():
        arrays["model.outputs"] = net(torch.from_numpy(inputs).to(dtype)).flatten(1).numpy()
    return arrays, shapes


def in_extended_precision(graph, data, shapes):
    """The same arrays, and their smallest distance from a tie."""
    network, arrays = graph["network"], {}
    net = extended_precision.Network(network, initial(data), shapes)
    update = extended_precision.Optimizer(graph["optimizer"])
    for prefix, inputs, target in batches(data):
        y = net.forward(inputs)
        rows = y.reshape(len(y), -1)
        loss, slopes = extended_precision.loss(network["loss"], network.get("reduction", "mean"),
                                               rows, target, net)
        gradients, arrays[prefix + "input gradient"] = net.backward(slopes.reshape(y.shape))
        arrays[prefix + "outputs"], arrays[prefix + "loss"] = rows, loss
        for name, gradient in gradients.items():
            arrays[prefix + name + " gradient"] = gradient
        if graph["gradient_norm"] is not None:
            arrays[prefix + "gradient norm"], gradients = extended_precision.clip(
                gradients, graph["gradient_norm"])
        update.step(net.parameters, gradients)
        for name, values in net.parameters.items():
            arrays[prefix + name] = values
    net.training = False
    y = net.forward(inputs)
    arrays["model.outputs"] = y.reshape(len(y), -1)
    return arrays, net.tie


def error(expected, found):
    norm = np.sqrt((expected * expected).sum())
    difference = np.sqrt(((found - expected) ** 2).sum())
    return float(difference / norm) if difference != 0 else 0.0


def write_graph(folder):
    """Adds a folder's results; returns why there are none, or how far PyTorch's may be off."""
    graph = json.loads((folder / "graph.json").read_text())
    if graph["optimizer"]["type"] == "lion":
        return "lion"
    if any(layer["type"] == "dropout" for layer in graph["network"]["layers"]):
        return "dropout"
    with np.load(folder / "data.npz") as file:
        data = dict(file)
    try:
        expected, shapes = by_torch(graph, data)
    except ValueError as e:
        if "Expected more than 1 value per channel" in str(e):
            return "one value"
        raise
    if not all(np.isfinite(values) for name, values in expected.items() if name.endswith(".loss")):
        return "loss"
    extended, tie = in_extended_precision(graph, data, shapes)
    if tie < extended_precision.NEAR:
        return "tie"
    if expected.keys() != extended.keys():
        raise ValueError(f"{folder}: other arrays: {expected.keys() ^ extended.keys()}")
    for name, values in expected.items():
        if values.shape != np.shape(extended[name]):
            raise ValueError(f"{folder}: {name}: {values.shape}, {np.shape(extended[name])}")
    write_npz(folder / "expected.npz", expected)
    write_npz(folder / "extended.npz",
              {name: np.asarray(values, np.float64) for name, values in extended.items()})
    first = {name: values for name, values in data.items()
             if name.startswith(("initial.", "step1."))}
    single, _ = by_torch(graph, first, torch.float32)
    write_npz(folder / "single.npz", {name: np.asarray(values, np.float64)
                                      for name, values in single.items()
                                      if name.startswith("step1.")})
    return max(max(error(np.asarray(extended[name]), values) for name, values in expected.items()),
               lost_digits(expected))


def lost_digits(arrays):
    """
    The rounding of all gradients of a step, as a part of the smallest of its arrays. An array of
    zeros has no digits either, if it is that of a bias whose weights have others: a sum that cancels.
    """
    worst = 0.0
    for step in {name.partition(".")[0] for name in arrays}:
        norms = {name: np.linalg.norm(values) for name, values in arrays.items()
                 if name.startswith(step + ".") and name.endswith(" gradient")}
        rounding = 1e-16 * np.linalg.norm(list(norms.values()))
        for name, norm in norms.items():
            if norm or norms.get(name.replace("bias gradient", "weight gradient")):
                worst = max(worst, rounding / norm)
    return worst


def features(graph):
    """What a sample should have one of."""
    network, found = graph["network"], set()
    loss = network["loss"] if isinstance(network["loss"], dict) else {"type": network["loss"]}
    options = graph["optimizer"]
    found.update(("loss", loss["type"], name) for name in loss)
    found.add(("reduction", network.get("reduction", "mean"), loss["type"]))
    found.add(("clipped", graph["gradient_norm"] is not None))
    found.add(("input", len(network["input"])))
    found.update(("optimizer", options["type"], name) for name, value in options.items() if value)
    for layer in network["layers"]:
        rows = layer["type"]
        found.add((rows, ))
        for name, value in layer.items():
            if isinstance(value, (bool, type(None), str)) and name not in ("name", "type"):
                found.add((rows, name, value))
        found.add((rows, "padding", len(layer.get("padding", []))))
        found.add((rows, "inputs", len(layer.get("inputs", [0]))))
        for name in "dilation", "stride":
            found.add((rows, name, max(layer.get(name, [1])) > 1))
        found.add((rows, "groups", layer.get("groups", 1) > 1))
    return found


def write_sample(folders, target):
    """The smallest networks that together have every feature, then others as the limit allows."""
    graphs = {folder: json.loads((folder / "graph.json").read_text()) for folder in folders}
    size = {folder: sum((folder / name).stat().st_size for name in ("expected.npz", "data.npz"))
            for folder in folders}
    missing = set().union(*(features(graph) for graph in graphs.values()))
    chosen, left = [], sorted(folders, key=size.get)
    while len(chosen) < SAMPLE and left:
        best = max(left, key=lambda one: (len(features(graphs[one]) & missing) + 0.1)
                   / (size[one] + 8000))
        if sum(size[one] for one in chosen) + size[best] <= LARGEST_SAMPLE:
            chosen.append(best)
            missing -= features(graphs[best])
        left.remove(best)
    shutil.rmtree(target, ignore_errors=True)
    for folder in sorted(chosen):
        (target / folder.name).mkdir(parents=True)
        shutil.copy(folder / "graph.json", target / folder.name)
        shutil.copy(folder / "expected.npz", target / folder.name)
        with np.load(folder / "data.npz") as file:
            write_npz(target / folder.name / "data.npz", dict(file))
    print(f"{len(chosen)} networks in {target}, without {sorted(map(str, missing)) or 'any gap'}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--sample", type=pathlib.Path)
    arguments = parser.parse_args()
    extended_precision.require_extended()
    torch.set_num_threads(1)
    # NAdam keeps the product of its momentums in the default type.
    torch.set_default_dtype(torch.float64)
    # Zero by zero is what a loss without samples is; it is reported below.
    np.seterr(all="ignore")
    folders = sorted(one for one in arguments.folder.iterdir() if one.is_dir())
    with multiprocessing.get_context("fork").Pool() as pool:
        results = dict(zip(folders, pool.map(write_graph, folders, chunksize=4)))
    for folder, result in results.items():
        if isinstance(result, str):
            print(f"{folder.name} is left out: {result}")
    counts = collections.Counter(one if isinstance(one, str) else "computed"
                                 for one in results.values())
    print(", ".join(f"{kind}: {count}" for kind, count in sorted(counts.items())))
    print("PyTorch", torch.__version__, "NumPy", np.__version__)
    if arguments.sample:
        write_sample([folder for folder, one in results.items()
                      if not isinstance(one, str) and one <= CONDITIONED], arguments.sample)


if __name__ == "__main__":
    sys.exit(main())
