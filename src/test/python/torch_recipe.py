"""Records a small training by the rules of cifar-94 with PyTorch in float64, for RecipeReferenceTest.

    python3 src/test/python/torch_recipe.py src/test/resources/org/lanewise/cli/command/recipe

Blocks, optimizer groups, schedule and slow weights are those of jmh/peers/torch_cifar.py, with narrow blocks, batches of 4 and
rates to match. Three steps an epoch (13 samples, the last left out), 2.5 epochs, which are 8 steps, a peak at the second, slow weights every second step,
and a bias that is frozen from the third epoch on. Writes recipe.json, init.npz, data.npz, expected.json (the loss of each step) and
final.npz. Augmentation and first weights are random, and are compared elsewhere. Needs NumPy and PyTorch.
"""
import copy
import json
import pathlib
import sys

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "jmh/peers"))
import cifar_recipe
from torch_reference import LARGEST_CHANGE, PERTURBATION, arrays, largest_change, write_json, write_npz

cifar_recipe.BATCH, cifar_recipe.LEARNING_RATE, cifar_recipe.DECAY, cifar_recipe.BIAS = 4, 160.0, 2.0, 8.0
cifar_recipe.SHARE_UP, cifar_recipe.AVERAGE_EVERY = 0.3, 2
import torch_cifar

EPOCHS, SAMPLES, FROZEN_FROM, INPUT = 2.5, 13, 2, [3, 13, 12]
MEAN, STD = [0.1, -0.2, 0.3], [0.9, 1.1, 1.2]
WIDTHS = [5, 6]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.white = nn.Conv2d(3, 24, 2)
        self.white.weight.requires_grad = False
        self.b1, self.b2 = torch_cifar.Block(24, WIDTHS[0]), torch_cifar.Block(*WIDTHS)
        self.head = nn.Linear(WIDTHS[1], 4, bias=False)

    def forward(self, x):
        x = self.b2(self.b1(F.gelu(self.white(x))))
        return self.head(F.max_pool2d(x, 2).flatten(1)) / 9


def layers():
    def conv(name, out, kernel, **more):
        return {"name": name, "type": "conv2d", "out_channels": out, "kernel_size": kernel, **more}

    def block(name, width):
        norm = {"type": "batch_norm", "eps": 1e-12, "momentum": 0.4, "weight": False}
        return [conv(name + ".c1", width, 3, padding="same", bias=False), {"type": "max_pool2d", "kernel_size": 2},
                {"name": name + ".n1", **norm}, {"type": "gelu"},
                conv(name + ".c2", width, 3, padding="same", bias=False), {"name": name + ".n2", **norm}, {"type": "gelu"}]

    return [conv("white", 24, 2), {"type": "gelu"}, *block("b1", WIDTHS[0]), *block("b2", WIDTHS[1]),
            {"type": "max_pool2d", "kernel_size": 2}, {"type": "flatten"},
            {"name": "head", "type": "linear", "out_features": 4, "bias": False}, {"type": "scale", "factor": 1 / 9}]


def recipe(total):
    (bias_rate, bias_decay), (rate, decay) = (cifar_recipe.rates()[which] for which in ("biases", "others"))
    assert bias_rate == rate * cifar_recipe.BIAS
    return {
        "network": {"input": INPUT, "layers": layers()},
        "loss": {"type": "softmax_cross_entropy", "label_smoothing": cifar_recipe.SMOOTHING}, "reduction": "sum",
        "data": {"normalize": {"mean": MEAN, "std": STD}, "drop_last": True},
        "initialize": [{"pattern": "*", "type": "pytorch"}, {"pattern": "b?.c?.weight", "type": "dirac"},
                       {"pattern": "white.weight", "type": "whitening"}, {"pattern": "white.bias", "type": "zeros"}],
        "optimizer": {"type": "sgd", "learning_rate": rate, "momentum": cifar_recipe.MOMENTUM, "nesterov": True, "weight_decay": decay, "groups": [
            {"pattern": "b?.n?.bias", "learning_rate_factor": cifar_recipe.BIAS, "weight_decay": bias_decay},
            {"pattern": "white.weight", "frozen_from_epoch": 0}, {"pattern": "white.bias", "frozen_from_epoch": FROZEN_FROM}]},
        "schedule": {"type": "piecewise_linear", "points": [
            [0, cifar_recipe.FIRST_FACTOR], [cifar_recipe.peak(total), 1], [total, cifar_recipe.LAST_FACTOR]]},
        "average": {"type": "lookahead", "every": cifar_recipe.AVERAGE_EVERY, "decay": cifar_recipe.AVERAGE_DECAY,
                    "power": cifar_recipe.AVERAGE_POWER},
        "epochs": EPOCHS, "batch_size": cifar_recipe.BATCH, "seed": 1, "precision": "double"}


def train(net, x, y, total):
    """The loop of torch_cifar.py on samples in their order; returns the loss of each step."""
    sgd, schedule = torch_cifar.optimizer(net, total)
    slow = {name: v.clone() for name, v in net.state_dict().items()}
    losses, batch = [], cifar_recipe.BATCH
    for step in range(1, total + 1):
        epoch, i = divmod(step - 1, len(x) // batch)
        net.white.bias.requires_grad = epoch < FROZEN_FROM
        pick = slice(i * batch, (i + 1) * batch)
        loss = F.cross_entropy(net(x[pick]), y[pick], label_smoothing=cifar_recipe.SMOOTHING, reduction="sum")
        sgd.zero_grad(set_to_none=True)
        loss.backward()
        sgd.step()
        schedule.step()
        losses.append(loss.item())
        if step % cifar_recipe.AVERAGE_EVERY == 0:
            torch_cifar.look_ahead(slow, net, cifar_recipe.kept(step, total))
    torch_cifar.look_ahead(slow, net, 1.0)
    return losses


def recorded(net):
    """Lanewise keeps no weights of norms that learn none."""
    return {name: array for name, array in arrays(net).items() if not (".n" in name and name.endswith(".weight"))}


def main():
    torch.set_num_threads(1)
    torch.manual_seed(1)
    torch.set_default_dtype(torch.float64)
    random = np.random.RandomState(1)
    x, y = random.randn(SAMPLES, *INPUT), random.randint(4, size=SAMPLES)
    mean, std = (np.array(numbers).reshape(1, 3, 1, 1) for numbers in (MEAN, STD))
    seen = torch.from_numpy((x - mean) / std)
    net = Net()
    with torch.no_grad():
        net.white.weight[:] = torch_cifar.whitening(seen)
        net.white.bias[:] = torch.from_numpy(0.1 * random.randn(24))
    total = cifar_recipe.total_steps(SAMPLES, EPOCHS)
    twin, first = copy.deepcopy(net), recorded(net)
    with torch.no_grad():
        for parameter in twin.parameters():
            parameter.mul_(torch.from_numpy(1 + random.choice([-PERTURBATION, PERTURBATION], parameter.shape)))
    losses = train(net, seen, torch.from_numpy(y), total)
    last = recorded(net)
    train(twin, seen, torch.from_numpy(y), total)
    change = largest_change(last, recorded(twin))
    print(f"{total} steps, losses {losses}, a change of {PERTURBATION} becomes {change:.1e}")
    if not change < LARGEST_CHANGE:
        sys.exit("ill conditioned: choose another seed or lower rates")
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "recipe.json", recipe(total))
    write_json(folder / "expected.json", {"steps": losses})
    write_npz(folder / "init.npz", first)
    write_npz(folder / "data.npz", {"x_train": x, "y_train": y})
    write_npz(folder / "final.npz", last)


if __name__ == "__main__":
    main()
