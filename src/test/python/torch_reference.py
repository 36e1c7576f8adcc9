"""Trains small networks with PyTorch in float64 and writes them down for TorchReferenceTest.

    python3 src/test/python/torch_reference.py src/test/resources/org/lanewise/torch

One folder a case:

    network.json   the network, as `lanewise train --network` reads it
    init.npz       first parameters, named as PyTorch names them, float64
    data.npz       x_train (N, C, H, W) float64; y_train labels int64, or targets (N, outputs) float64
    options.json   optimizer, batch size and epochs, by the names of the command's options
    expected.json  {"steps": [loss of each step]}, in full precision
    final.npz      the parameters after the last step

Samples are taken in file order, and the last batch of an epoch is smaller where the count does not
divide. A case is only written if it is well conditioned: trained once more from first parameters
that are off by 1e-15 (relative), it must end within 1e-13 (relative to the largest of the array),
or a comparison to 1e-12 would test luck. Needs NumPy and PyTorch; the same versions write the same
files again.
"""
import copy
import fnmatch
import io
import json
import math
import pathlib
import sys
import zipfile

import numpy as np
import torch
import torch.nn as nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

PERTURBATION = 1e-15
LARGEST_CHANGE = 1e-13


def conv(out, kernel, stride=1, padding=0, dilation=1, groups=1, bias=True):
    return {"type": "conv2d", "out_channels": out, "kernel_size": kernel, "stride": stride,
            "padding": padding, "dilation": dilation, "groups": groups, "bias": bias}


def linear(out, bias=True):
    return {"type": "linear", "out_features": out, "bias": bias}


def max_pool(kernel, stride, padding=0, dilation=1, **more):
    return {"type": "max_pool2d", "kernel_size": kernel, "stride": stride, "padding": padding,
            "dilation": dilation, **more}


def avg_pool(kernel, stride, padding=0, count_include_pad=True, **more):
    return {"type": "avg_pool2d", "kernel_size": kernel, "stride": stride, "padding": padding,
            "count_include_pad": count_include_pad, **more}


def batch_norm(eps=1e-5, momentum=0.1, affine=True):
    return {"type": "batch_norm", "eps": eps, "momentum": momentum, "affine": affine}


GLOBAL_AVG_POOL, GLOBAL_MAX_POOL = ({"type": t} for t in ("global_avg_pool2d", "global_max_pool2d"))
RELU, SIGMOID, TANH, FLATTEN = ({"type": t} for t in ("relu", "sigmoid", "tanh", "flatten"))
RELU6, SILU, HARDSWISH, SOFTPLUS = ({"type": t} for t in ("relu6", "silu", "hardswish", "softplus"))
ADD, CONCAT = ({"type": t} for t in ("add", "concat"))


def leaky_relu(negative_slope):
    return {"type": "leaky_relu", "negative_slope": negative_slope}


def elu(alpha):
    return {"type": "elu", "alpha": alpha}


def gelu(approximate):
    return {"type": "gelu", "approximate": approximate}


def scale(factor):
    return {"type": "scale", "factor": factor}


def named(name, layer, *inputs):
    return {**layer, "name": name, **({"inputs": list(inputs)} if inputs else {})}


def reading(layer, *inputs):
    return {**layer, "inputs": list(inputs)}


CROSS_ENTROPY, SQUARED_ERROR = "softmax_cross_entropy", "mean_squared_error"
BINARY, SMOOTH_L1, HUBER = "binary_cross_entropy_with_logits", "smooth_l1", "huber"


def loss_type(loss):
    return loss["type"] if isinstance(loss, dict) else loss


def sgd(learning_rate, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
    return {"optimizer": "sgd", "learning-rate": learning_rate, "momentum": momentum,
            "dampening": dampening, "weight-decay": weight_decay, "nesterov": nesterov}


def group_norm(num_groups, eps=1e-5, affine=True):
    return {"type": "group_norm", "num_groups": num_groups, "eps": eps, "affine": affine}


def layer_norm(eps=1e-5, elementwise_affine=True, bias=True):
    return {"type": "layer_norm", "eps": eps, "elementwise_affine": elementwise_affine,
            "bias": bias}


def adam(learning_rate, weight_decay=0.0, beta1=0.9, beta2=0.999, epsilon=1e-8, name="adam"):
    return {"optimizer": name, "learning-rate": learning_rate, "beta1": beta1, "beta2": beta2,
            "epsilon": epsilon, "weight-decay": weight_decay}


def nadam(learning_rate, weight_decay=0.0, beta1=0.9, beta2=0.999, epsilon=1e-8,
          momentum_decay=0.004):
    return {**adam(learning_rate, weight_decay, beta1, beta2, epsilon, "nadam"),
            "momentum-decay": momentum_decay}


def rmsprop(learning_rate, alpha=0.99, epsilon=1e-8, weight_decay=0.0, momentum=0.0,
            centered=False):
    return {"optimizer": "rmsprop", "learning-rate": learning_rate, "alpha": alpha,
            "epsilon": epsilon, "weight-decay": weight_decay, "momentum": momentum,
            "centered": centered}


def lion(learning_rate, beta1=0.9, beta2=0.99, weight_decay=0.0):
    return {"optimizer": "lion", "learning-rate": learning_rate, "beta1": beta1, "beta2": beta2,
            "weight-decay": weight_decay}


def case(input, layers, loss, options, samples, batch_size, epochs, reduction="mean", seed=None):
    """A case; without a seed of its own it has its position among the cases."""
    return {"seed": seed, "samples": samples,
            "network": {"input": input, "layers": layers, "loss": loss},
            "options": {**options, "batch-size": batch_size, "epochs": epochs,
                        "loss-reduction": reduction}}


CASES = {
    # Everything plain, so that a failure here is a failure of the basics.
    "plain-sgd": case(
        [1, 8, 8], [conv(4, 3), RELU, FLATTEN, linear(5)],
        CROSS_ENTROPY, sgd(0.1), samples=24, batch_size=8, epochs=3),
    "lenet-like": case(
        [1, 14, 14], [conv(3, 5, padding=2), TANH, avg_pool(2, 2), conv(5, 3), TANH,
                      avg_pool(2, 2), FLATTEN, linear(12), TANH, linear(7)],
        CROSS_ENTROPY, sgd(0.05, momentum=0.9), samples=20, batch_size=8, epochs=3),
    "two-conv": case(
        [3, 8, 7], [conv(6, 3, padding=1), RELU, conv(9, 3, padding=1), RELU, max_pool(2, 2),
                    FLATTEN, linear(10), RELU, linear(4)],
        CROSS_ENTROPY, adam(0.002), samples=19, batch_size=6, epochs=3),
    "unequal-geometry": case(
        [2, 11, 8], [conv(5, [3, 2], stride=[2, 1], padding=[0, 1]), SIGMOID,
                     conv(3, [2, 3], stride=[1, 2], padding=[2, 0]), RELU, FLATTEN, linear(6)],
        CROSS_ENTROPY, sgd(0.02, momentum=0.8, dampening=0.3), samples=13, batch_size=5, epochs=4,
        reduction="sum"),
    "dilation-and-groups": case(
        [4, 10, 9], [conv(6, 3, padding=[2, 1], dilation=[2, 1], groups=2, bias=False), RELU,
                     conv(6, [2, 3], dilation=[1, 3], groups=6), TANH, FLATTEN,
                     linear(3, bias=False)],
        SQUARED_ERROR, sgd(0.01, momentum=0.9, weight_decay=0.01, nesterov=True),
        samples=14, batch_size=4, epochs=3),
    "overlapping-max-pool": case(
        [2, 10, 9], [conv(5, 3, bias=False), max_pool(3, 2, padding=1), TANH,
                     max_pool([2, 3], [1, 2], padding=[0, 1]), FLATTEN, linear(4)],
        CROSS_ENTROPY, adam(0.005, weight_decay=0.02), samples=17, batch_size=7, epochs=3),
    "dilated-max-pool": case(
        [3, 9, 9], [max_pool(2, 1, padding=1, dilation=[2, 3]), conv(4, 3, stride=2), SIGMOID,
                    FLATTEN, linear(2)],
        SQUARED_ERROR, adam(0.01, beta1=0.8, beta2=0.95, epsilon=1e-6), samples=10, batch_size=3,
        epochs=4),
    "avg-pool-with-padding": case(
        [2, 9, 11], [avg_pool([3, 2], [2, 1], padding=[1, 0]), conv(4, 2), RELU,
                     avg_pool(3, 2, padding=1), FLATTEN, linear(5)],
        SQUARED_ERROR, sgd(0.005), samples=15, batch_size=5, epochs=3, reduction="sum"),
    "avg-pool-without-padding": case(
        [2, 9, 11], [conv(4, 3, padding=1), SIGMOID,
                     avg_pool([3, 4], [2, 3], padding=[1, 2], count_include_pad=False), TANH,
                     FLATTEN, linear(5)],
        CROSS_ENTROPY, adam(0.003, weight_decay=0.05, name="adamw"), samples=15, batch_size=4,
        epochs=3),
    "dense-only": case(
        [1, 3, 5], [FLATTEN, linear(13, bias=False), SIGMOID, linear(7), RELU, linear(1)],
        SQUARED_ERROR, adam(0.01, weight_decay=0.1, name="adamw"), samples=23, batch_size=10,
        epochs=5),
    "pointwise-and-whole-image": case(
        [5, 4, 6], [conv(7, 1), RELU, conv(9, [4, 6]), RELU, FLATTEN, linear(3)],
        CROSS_ENTROPY, sgd(0.03, momentum=0.5, weight_decay=0.001), samples=11, batch_size=11,
        epochs=6),
    # Two blocks as in ResNet, the second with a shortcut of its own that halves the maps.
    "residual": case(
        [3, 9, 8], [named("stem", conv(6, 3, padding=1)), named("relu", RELU),
                    named("layer1.0.conv1", conv(6, 3, padding=1)), RELU,
                    named("layer1.0.conv2", conv(6, 3, padding=1, bias=False)),
                    named("layer1.0.add", ADD, "layer1.0.conv2", "relu"),
                    named("layer1.0.relu", RELU),
                    named("layer2.0.conv1", conv(8, 3, stride=2, padding=1)), TANH,
                    named("layer2.0.conv2", conv(8, 3, padding=1)),
                    named("layer2.0.shortcut", conv(8, 1, stride=2), "layer1.0.relu"),
                    reading(ADD, "layer2.0.conv2", "layer2.0.shortcut"), RELU,
                    avg_pool([5, 4], 1), FLATTEN, named("fc", linear(5))],
        CROSS_ENTROPY, sgd(0.03, momentum=0.9), samples=17, batch_size=6, epochs=3),
    # Branches as in Inception; outputs with three readers, one read twice, rows joined at the end.
    "concat": case(
        [2, 8, 9], [named("a", conv(4, 3, padding=1)), named("b", SIGMOID),
                    named("one", conv(3, 1), "b"), named("three", conv(5, 3, padding=1), "b"),
                    named("pool", max_pool(3, 1, padding=1), "b"),
                    reading(CONCAT, "one", "three", "pool", "input"), named("mixed", RELU),
                    reading(ADD, "mixed", "mixed"), avg_pool(2, 2), named("rows", FLATTEN),
                    named("narrow", linear(6)), TANH,
                    reading(CONCAT, "11", "rows", "narrow"), linear(4)],
        SQUARED_ERROR, adam(0.004, weight_decay=0.02), samples=14, batch_size=5, epochs=3),
    # Of maps and of rows; running values that follow fast, are means of all batches, or stay as they began.
    "batch-norm": case(
        [2, 9, 8], [conv(9, 3, bias=False), batch_norm(), RELU, conv(6, 3), batch_norm(1e-3, None),
                    TANH, avg_pool(2, 2), batch_norm(momentum=0.4, affine=False), FLATTEN,
                    linear(8), batch_norm(0.01, 0.0), SIGMOID, linear(4)],
        CROSS_ENTROPY, sgd(0.05, momentum=0.9, weight_decay=0.01), samples=21, batch_size=8,
        epochs=3),
    # Every other function, with its parameters and with their defaults.
    "functions-of-maps": case(
        [2, 9, 8], [conv(4, 3, padding=1), scale(3.0), RELU6, conv(5, 3), gelu("none"),
                    conv(4, 2), SILU, conv(3, 1), scale(4.0), HARDSWISH, FLATTEN, linear(4)],
        CROSS_ENTROPY, sgd(0.02, momentum=0.9), samples=17, batch_size=6, epochs=3),
    "functions-of-rows": case(
        [1, 4, 5], [FLATTEN, linear(11), leaky_relu(0.2), linear(9), elu(0.7), linear(8),
                    gelu("tanh"), linear(7), SOFTPLUS, linear(6), {"type": "leaky_relu"}, {"type": "elu"},
                    {"type": "gelu"}, linear(3)],
        SQUARED_ERROR, adam(0.01), samples=19, batch_size=6, epochs=3),
    "rmsprop": case(
        [2, 7, 6], [conv(5, 3, bias=False), TANH, FLATTEN, linear(4)],
        CROSS_ENTROPY, rmsprop(0.002, weight_decay=0.01), samples=17, batch_size=6, epochs=4, seed=14),
    "rmsprop-centered": case(
        [2, 7, 6], [conv(5, 3), TANH, FLATTEN, linear(4)],
        SQUARED_ERROR, rmsprop(0.001, alpha=0.9, epsilon=1e-2, momentum=0.6, centered=True),
        samples=16, batch_size=5, epochs=3, seed=15),
    "nadam": case(
        [2, 7, 6], [conv(5, 3), SIGMOID, FLATTEN, linear(4)],
        CROSS_ENTROPY, nadam(0.003, weight_decay=0.02), samples=19, batch_size=6, epochs=5, seed=16),
    "nadam-decay": case(
        [1, 3, 5], [FLATTEN, linear(9), TANH, linear(3)],
        SQUARED_ERROR, nadam(0.005, beta1=0.8, beta2=0.95, epsilon=1e-6, momentum_decay=0.3),
        samples=13, batch_size=4, epochs=6, seed=17),
    "lion": case(
        [2, 7, 6], [conv(5, 3), TANH, FLATTEN, linear(4)],
        CROSS_ENTROPY, lion(0.002, beta2=0.95, weight_decay=0.1), samples=19, batch_size=6,
        epochs=4, seed=18),
    # 25 updates each, the rate of every one of them another.
    "one-cycle": case(
        [2, 7, 6], [conv(5, 3), TANH, FLATTEN, linear(4)],
        CROSS_ENTROPY, {**sgd(0.1, momentum=0.9, weight_decay=0.01),
                        "schedule": "one_cycle:max_lr=0.05"},
        samples=18, batch_size=4, epochs=5, seed=19),
    "cosine-warm-up": case(
        [2, 7, 6], [conv(5, 3), TANH, FLATTEN, linear(4)],
        CROSS_ENTROPY, {**adam(0.004, weight_decay=0.5, name="adamw"),
                        "schedule": "cosine:eta_min=0.0001", "warm-up": 6, "warm-up-start": 0.1},
        samples=18, batch_size=4, epochs=5, seed=20),
    # Mean and largest value of each map, of the same maps.
    "global-pooling": case(
        [3, 9, 8], [named("stem", conv(9, 3, padding=1)), named("x", TANH),
                    named("mean", GLOBAL_AVG_POOL), conv(9, 1), SIGMOID, named("row", FLATTEN),
                    named("largest", GLOBAL_MAX_POOL, "x"), named("top", FLATTEN),
                    reading(CONCAT, "row", "top"), linear(4)],
        CROSS_ENTROPY, sgd(0.05, momentum=0.9), samples=16, batch_size=6, epochs=3, seed=101),
    # Last windows that reach beyond the maps, beyond padding that counts, and that are left out.
    "ceil-mode": case(
        [2, 14, 13], [conv(9, 3), max_pool(2, 2, ceil_mode=True), TANH,
                      avg_pool([3, 4], [2, 3], padding=1, ceil_mode=True),
                      max_pool(2, [3, 2], padding=1, ceil_mode=True), conv(5, 2), TANH,
                      FLATTEN, linear(4)],
        CROSS_ENTROPY, adam(0.004), samples=15, batch_size=6, epochs=3, seed=102),
    "divisor-override": case(
        [2, 11, 9], [avg_pool(3, 2, padding=1, count_include_pad=False, ceil_mode=True), conv(5, 2),
                     SIGMOID, avg_pool([2, 3], 1, padding=[1, 0], divisor_override=5), FLATTEN,
                     linear(3)],
        SQUARED_ERROR, sgd(0.02, momentum=0.9), samples=13, batch_size=5, epochs=3, seed=103),
    "padding-on-two-sides": case(
        [2, 9, 8], [conv(9, [4, 3], padding="same", dilation=[1, 2]), TANH,
                    conv(6, [3, 4], stride=[2, 1], padding=[0, 2, 3, 1]), TANH,
                    conv(7, 2, padding="same"), RELU, max_pool(2, 2), FLATTEN, linear(4)],
        CROSS_ENTROPY, sgd(0.05, momentum=0.9), samples=14, batch_size=5, epochs=3, seed=157),
    "label-smoothing": case(
        [2, 7, 6], [conv(4, 3), RELU, FLATTEN, linear(6)],
        {"type": CROSS_ENTROPY, "label_smoothing": 0.1}, sgd(0.05, momentum=0.9), samples=17,
        batch_size=5, epochs=3, seed=13),
    "weighted-classes": case(
        [2, 6, 7], [conv(4, 3), TANH, FLATTEN, linear(5)],
        {"type": CROSS_ENTROPY, "weight": [0.5, 2, 0, 1.25, 3], "ignore_index": -1,
         "label_smoothing": 0.2}, adam(0.005), samples=19, batch_size=6, epochs=3, seed=14),
    "sum-of-weighted-classes": case(
        [11], [linear(9), SIGMOID, linear(4)],
        {"type": CROSS_ENTROPY, "weight": [1.5, 0.25, 1, 2], "ignore_index": 2}, sgd(0.02),
        samples=14, batch_size=4, epochs=3, reduction="sum", seed=15),
    "binary-cross-entropy": case(
        [2, 6, 7], [conv(4, 3), RELU, FLATTEN, linear(5)],
        {"type": BINARY, "pos_weight": [1, 3, 0.25, 0, 2.5]}, sgd(0.1, momentum=0.9), samples=16,
        batch_size=6, epochs=3, seed=16),
    "smooth-l1": case(
        [2, 6, 7], [conv(4, 3), TANH, FLATTEN, linear(5)],
        {"type": SMOOTH_L1, "beta": 0.75}, adam(0.01), samples=16, batch_size=6, epochs=3, seed=17),
    "group-norm": case(
        [2, 9, 8], [conv(12, 3, bias=False), group_norm(4), RELU, conv(6, 3), group_norm(6, 1e-3),
                    TANH, avg_pool(2, 2), group_norm(1, affine=False), FLATTEN,
                    linear(8), group_norm(2, 0.01), SIGMOID, linear(4)],
        CROSS_ENTROPY, sgd(0.05, momentum=0.9), samples=16, batch_size=5, epochs=3, seed=18),
    "layer-norm": case(
        [2, 9, 8], [conv(9, 3), layer_norm(), RELU, conv(6, 3), layer_norm(1e-3, bias=False),
                    TANH, avg_pool(2, 2), layer_norm(elementwise_affine=False), FLATTEN,
                    linear(8), layer_norm(0.01), SIGMOID, linear(4)],
        CROSS_ENTROPY, sgd(0.05, momentum=0.9), samples=16, batch_size=5, epochs=3, seed=19),
    "huber": case(
        [2, 6, 7], [conv(4, 3), TANH, FLATTEN, linear(5)],
        {"type": HUBER, "delta": 0.75}, adam(0.01), samples=16, batch_size=6, epochs=3, seed=209),
    "class-probabilities": case(
        [2, 6, 7], [conv(4, 3), TANH, FLATTEN, linear(5)],
        {"type": CROSS_ENTROPY, "targets": "probabilities"}, sgd(0.1, momentum=0.9), samples=17, batch_size=6, epochs=3,
        seed=308),
    "weighted-class-probabilities": case(
        [2, 6, 7], [conv(4, 3), TANH, FLATTEN, linear(5)],
        {"type": CROSS_ENTROPY, "targets": "probabilities", "weight": [0.5, 2, 0, 1.25, 3], "label_smoothing": 0.2},
        {**adam(0.005), "accumulate": 2}, samples=19, batch_size=4, epochs=3, seed=213),
    "sum-of-class-probabilities": case(
        [11], [linear(9), SIGMOID, linear(4)],
        {"type": CROSS_ENTROPY, "targets": "probabilities", "label_smoothing": 0.1}, sgd(0.02), samples=14, batch_size=4,
        epochs=3, reduction="sum", seed=214),
    # Three groups, each with a rate and a decay of its own.
    "groups": case(
        [2, 7, 6], [named("stem", conv(5, 3)), batch_norm(), RELU, conv(4, 3), TANH, FLATTEN,
                    linear(4)],
        CROSS_ENTROPY, {**sgd(0.05, momentum=0.85, weight_decay=0.01, nesterov=True),
                        "group": ["stem.*:learning_rate_factor=0.5",
                                  "*.bias:learning_rate_factor=8,weight_decay=0.1"]},
        samples=18, batch_size=5, epochs=3, seed=201),
    # Learned for two epochs, then neither moved nor part of the norm of the gradients.
    "frozen-in-the-middle": case(
        [2, 7, 6], [conv(5, 3), batch_norm(), RELU, conv(4, 3), TANH, FLATTEN, linear(4)],
        CROSS_ENTROPY, {**adam(0.005, weight_decay=0.02), "clip-norm": 0.5,
                        "group": ["0.*:frozen_from_epoch=2", "?.bias:frozen_from_epoch=1",
                                  "6.*:weight_decay=0"]},
        samples=18, batch_size=5, epochs=4, seed=212),
    # Whole layers, a weight without its bias and a bias without its weight.
    "frozen-from-the-start": case(
        [2, 7, 6], [conv(5, 3), batch_norm(), RELU, conv(4, 3), batch_norm(), TANH, conv(3, 2),
                    FLATTEN, linear(6), linear(4)],
        CROSS_ENTROPY, {**sgd(0.05, momentum=0.9),
                        "freeze": ["0.*", "1.weight", "3.bias", "4.*", "8.weight"]},
        samples=18, batch_size=5, epochs=3, seed=203),
    # Slow weights, running statistics among them; the last epoch is cut.
    "lookahead": case(
        [2, 7, 6], [conv(5, 3), batch_norm(), RELU, conv(4, 3), TANH, FLATTEN, linear(4)],
        CROSS_ENTROPY, {**sgd(0.05, momentum=0.9, nesterov=True),
                        "average": "lookahead:every=2,decay=0.9,power=3"},
        samples=18, batch_size=4, epochs=3.5, seed=204),
    "constant-lookahead": case(
        [2, 7, 6], [conv(5, 3), TANH, FLATTEN, linear(4)],
        CROSS_ENTROPY, {**adam(0.01), "average": "lookahead:every=3,decay=0.8,power=0"},
        samples=18, batch_size=4, epochs=2, seed=205),
    "ema": case(
        [2, 7, 6], [conv(5, 3), batch_norm(), RELU, conv(4, 3), TANH, FLATTEN, linear(4)],
        CROSS_ENTROPY, {**sgd(0.05, momentum=0.9), "average": "ema:every=2,decay=0.7"},
        samples=18, batch_size=4, epochs=3, seed=206),
    # Updates of 15, 15 and 3 samples, of which some do not count.
    "accumulate": case(
        [2, 6, 7], [conv(4, 3), TANH, FLATTEN, linear(5)],
        {"type": CROSS_ENTROPY, "weight": [0.5, 2, 0.75, 1.25, 3], "ignore_index": -1},
        {**sgd(0.05, momentum=0.9, weight_decay=0.01), "accumulate": 3, "clip-norm": 0.4,
         "schedule": "one_cycle:max_lr=0.05"}, samples=33, batch_size=5, epochs=2.5, seed=207),
    # All that K. Jordan's CIFAR-10 training (arXiv:2404.00498) does, on a network of its kind.
    "fast-cifar": case(
        [3, 8, 9], [named("white", conv(6, 2)), gelu("none"),
                    named("c1", conv(7, 3, padding="same", bias=False)), max_pool(2, 2),
                    named("n1", batch_norm(eps=1e-12, momentum=0.6)), gelu("none"),
                    named("c2", conv(5, 3, padding="same", bias=False)),
                    named("n2", batch_norm(eps=1e-12, momentum=0.6)), gelu("none"), max_pool(2, 2),
                    FLATTEN, named("head", linear(4, bias=False)), scale(1 / 9)],
        {"type": CROSS_ENTROPY, "label_smoothing": 0.2},
        {**sgd(0.02, momentum=0.85, weight_decay=0.01, nesterov=True),
         "freeze": ["white.weight", "n?.weight"],
         "group": ["white.bias:frozen_from_epoch=2",
                   "n?.bias:learning_rate_factor=64,weight_decay=0.00015625"],
         "schedule": "piecewise_linear:0=0.2,4=1,18=0.07",
         "average": "lookahead:every=5,decay=0.95,power=3"},
        samples=30, batch_size=6, epochs=3.6, reduction="sum", seed=210),
    # Its rate is reduced several times, after epochs that were not better by a third.
    "plateau": case(
        [2, 7, 6], [conv(4, 3), TANH, FLATTEN, linear(4)],
        CROSS_ENTROPY, {**sgd(0.05, momentum=0.5), "schedule":
                        "reduce_on_plateau:factor=0.4,patience=1,threshold=0.35,cooldown=1,"
                        "min_lr=0.01"}, samples=18, batch_size=5, epochs=14, seed=208),
}


class PaddedConv2d(nn.Conv2d):
    """A convolution of maps that are padded before: top, left, bottom, right."""

    def forward(self, x):
        top, left, bottom, right = self.sides
        return super().forward(nn.functional.pad(x, (left, right, top, bottom)))


class Graph(nn.Module):
    """The layers of a network, named as it names them; each reads the layers it names."""

    def __init__(self, names, inputs, modules):
        super().__init__()
        self.wiring = list(zip(names, inputs, modules))
        for name, module in zip(names, modules):
            *path, last = name.split(".")
            parent = self
            for part in path:
                if part not in parent._modules:
                    parent.add_module(part, nn.Module())
                parent = parent._modules[part]
            parent.add_module(last, module)

    def forward(self, x):
        outputs = {"input": x}
        for name, inputs, module in self.wiring:
            read = [outputs[one] for one in inputs]
            outputs[name] = module(read) if isinstance(module, (Add, Concat)) else module(*read)
        return outputs[self.wiring[-1][0]]


class Scale(nn.Module):
    def __init__(self, factor):
        super().__init__()
        self.factor = factor

    def forward(self, x):
        return x * self.factor


class Add(nn.Module):
    def forward(self, inputs):
        return sum(inputs[1:], start=inputs[0])


class Concat(nn.Module):
    def forward(self, inputs):
        return torch.cat(inputs, dim=1)


def pair(value):
    if value == "same":
        return value
    return tuple(value) if isinstance(value, list) else (value, value)


def without_type(layer):
    return {key: value for key, value in layer.items() if key != "type"}


def build(network):
    """A network whose parameters are still to be filled, and how many outputs it has."""
    names, inputs, modules = [], [], []
    outputs = {"input": torch.zeros(1, *network["input"], dtype=torch.float64)}
    for layer in network["layers"]:
        name = layer.get("name", str(len(names)))
        read = layer.get("inputs", names[-1:] or ["input"])
        x = outputs[read[0]]
        window = [pair(layer[key]) for key in ("kernel_size", "stride", "padding") if key in layer]
        match layer["type"]:
            case "conv2d":
                four = isinstance(layer["padding"], list) and len(layer["padding"]) == 4
                window[2] = (0, 0) if four else window[2]
                module = (PaddedConv2d if four else nn.Conv2d)(
                    x.shape[1], layer["out_channels"], *window, pair(layer["dilation"]),
                    layer["groups"], layer["bias"])
                module.sides = layer["padding"]
            case "linear":
                module = nn.Linear(x.shape[1], layer["out_features"], layer["bias"])
            case "max_pool2d":
                module = nn.MaxPool2d(*window, pair(layer["dilation"]),
                                      ceil_mode=layer.get("ceil_mode", False))
            case "avg_pool2d":
                module = nn.AvgPool2d(*window, layer.get("ceil_mode", False),
                                      layer["count_include_pad"], layer.get("divisor_override"))
            case "global_avg_pool2d":
                module = nn.AdaptiveAvgPool2d(1)
            case "global_max_pool2d":
                module = nn.AdaptiveMaxPool2d(1)
            case "batch_norm":
                kind = nn.BatchNorm2d if x.dim() == 4 else nn.BatchNorm1d
                module = kind(x.shape[1], layer["eps"], layer["momentum"], layer["affine"])
            case "group_norm":
                module = nn.GroupNorm(layer["num_groups"], x.shape[1], layer["eps"],
                                      layer["affine"])
            case "layer_norm":
                module = nn.LayerNorm(x.shape[1:], layer["eps"], layer["elementwise_affine"],
                                      layer["bias"])
            case "relu":
                module = nn.ReLU()
            case "sigmoid":
                module = nn.Sigmoid()
            case "tanh":
                module = nn.Tanh()
            case "relu6":
                module = nn.ReLU6()
            case "leaky_relu":
                module = nn.LeakyReLU(**without_type(layer))
            case "elu":
                module = nn.ELU(**without_type(layer))
            case "gelu":
                module = nn.GELU(**without_type(layer))
            case "silu":
                module = nn.SiLU()
            case "hardswish":
                module = nn.Hardswish()
            case "softplus":
                module = nn.Softplus()
            case "scale":
                module = Scale(layer["factor"])
            case "flatten":
                module = nn.Flatten()
            case "add":
                module = Add()
            case "concat":
                module = Concat()
        module.double()
        for list_, value in (names, name), (inputs, read), (modules, module):
            list_.append(value)
        x = [outputs[one] for one in read] if layer["type"] in ("add", "concat") else x
        # In evaluation: one sample has no variance, and shapes are all that is wanted.
        outputs[name] = module.eval()(x)
    return Graph(names, inputs, modules), outputs[names[-1]].shape[1]


def fields(text):
    """Name and fields of a text of the form name:field=value,..."""
    name, _, rest = text.partition(":")
    return name, {key: float(value) for key, _, value in
                  (part.partition("=") for part in rest.split(",") if part)}


def groups(options):
    return [(pattern, {"frozen_from_epoch": 0}) for pattern in options.get("freeze", [])] + \
           [fields(text) for text in options.get("group", [])]


def group_of(name, options):
    """The fields of the first group whose pattern matches."""
    return next((found for pattern, found in groups(options)
                 if fnmatch.fnmatchcase(name, pattern)), {})


def optimizer(net, o):
    rate, decay, parameters = o["learning-rate"], o["weight-decay"], []
    for name, parameter in net.named_parameters():
        group = group_of(name, o)
        parameters.append({"params": [parameter],
                           "lr": rate * group.get("learning_rate_factor", 1),
                           "weight_decay": group.get("weight_decay", decay)})
    return rule(parameters, o)


def rule(parameters, o):
    if o["optimizer"] == "sgd":
        return torch.optim.SGD(parameters, o["learning-rate"], o["momentum"], o["dampening"],
                               o["weight-decay"], o["nesterov"], foreach=False)
    if o["optimizer"] == "rmsprop":
        return torch.optim.RMSprop(parameters, o["learning-rate"], o["alpha"], o["epsilon"],
                                   o["weight-decay"], o["momentum"], o["centered"], foreach=False)
    if o["optimizer"] == "nadam":
        return torch.optim.NAdam(parameters, o["learning-rate"], (o["beta1"], o["beta2"]),
                                 o["epsilon"], o["weight-decay"], o["momentum-decay"],
                                 foreach=False)
    if o["optimizer"] == "lion":
        return Lion(parameters, o["learning-rate"], o["beta1"], o["beta2"], o["weight-decay"])
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[o["optimizer"]]
    return kind(parameters, o["learning-rate"], (o["beta1"], o["beta2"]), o["epsilon"],
                o["weight-decay"], foreach=False)


class Lion(torch.optim.Optimizer):
    """Chen et al. 2023, algorithm 2, in NumPy: PyTorch has no class for it."""

    def __init__(self, parameters, learning_rate, beta1, beta2, weight_decay):
        super().__init__(parameters, {"lr": learning_rate})
        self.numbers = beta1, beta2, weight_decay
        self.averages = {}

    def step(self):
        beta1, beta2, weight_decay = self.numbers
        for group in self.param_groups:
            for parameter in group["params"]:
                p, g = parameter.detach().numpy(), parameter.grad.numpy()
                m = self.averages.get(parameter, np.zeros_like(p))
                update = np.sign(beta1 * m + (1 - beta1) * g)
                p -= group["lr"] * (update + weight_decay * p)
                self.averages[parameter] = beta2 * m + (1 - beta2) * g


def scheduler(update, options, steps):
    """The scheduler of a training of so many updates, called after each of them."""
    schedules = torch.optim.lr_scheduler
    kind, _, value = options.get("schedule", "constant").partition(":")
    warm_up = options.get("warm-up", 0)
    match kind:
        case "constant":
            then = schedules.LambdaLR(update, lambda step: 1.0)
        case "one_cycle":
            then = schedules.OneCycleLR(update, float(value.removeprefix("max_lr=")), steps,
                                        cycle_momentum=False)
        case "reduce_on_plateau":
            return None
        case "piecewise_linear":
            points = [(int(step), factor) for step, factor in fields(options["schedule"])[1].items()]
            then = schedules.LambdaLR(update, lambda step: np.interp(step, *zip(*points)))
        case "cosine":
            then = schedules.CosineAnnealingLR(update, steps - warm_up,
                                               float(value.removeprefix("eta_min=")))
    if not warm_up:
        return then
    linear_lr = schedules.LinearLR(update, options["warm-up-start"], total_iters=warm_up)
    return schedules.SequentialLR(update, [linear_lr, then], milestones=[warm_up])


def build_loss(loss, reduction):
    """A loss of PyTorch; network files call its options as PyTorch does."""
    options = dict(loss) if isinstance(loss, dict) else {}
    options.pop("type", None)
    options.pop("targets", None)
    for name in ("weight", "pos_weight"):
        if name in options:
            options[name] = torch.tensor(options[name], dtype=torch.float64)
    kind = {CROSS_ENTROPY: nn.CrossEntropyLoss, SQUARED_ERROR: nn.MSELoss,
            BINARY: nn.BCEWithLogitsLoss, SMOOTH_L1: nn.SmoothL1Loss,
            HUBER: nn.HuberLoss}[loss_type(loss)]
    return kind(reduction=reduction, **options)


class Average:
    """Slow weights, or an exponential moving average, of all that is not a count."""

    def __init__(self, net, text, total):
        self.net, self.total = net, total
        self.kind, self.o = fields(text)
        self.slow = {name: value.clone() for name, value in net.state_dict().items()}
        self.average = AveragedModel(net, multi_avg_fn=get_ema_multi_avg_fn(self.o["decay"]),
                                     use_buffers=True)

    def follow(self, update):
        if update % self.o["every"]:
            return
        if self.kind == "ema":
            self.average.update_parameters(self.net)
        else:
            self.pull(self.o["decay"] ** self.o["every"]
                      * (update / self.total) ** self.o["power"])

    def pull(self, decay):
        for slow, value in zip(self.slow.values(), self.net.state_dict().values()):
            if value.is_floating_point():
                slow.lerp_(value, 1 - decay)
                value.copy_(slow)

    def end(self):
        if self.kind == "lookahead":
            self.pull(1.0)
            return
        for name, value in self.net.state_dict().items():
            if value.is_floating_point():
                value.copy_(self.average.module.state_dict()[name])


def train(net, network, options, x, y):
    """Trains in place; returns the loss of each step."""
    net.train()
    loss_of = build_loss(network["loss"], options["loss-reduction"])
    update, size, steps = optimizer(net, options), options["batch-size"], []
    each, accumulate = -(-len(x) // size), options.get("accumulate", 1)
    total = math.ceil(options["epochs"] * each)
    updates = total // each * -(-each // accumulate) + -(-(total % each) // accumulate)
    schedule = scheduler(update, options, updates)
    plateau = None
    if schedule is None:
        plateau = torch.optim.lr_scheduler.ReduceLROnPlateau(
            update, **fields(options["schedule"])[1])
    average = Average(net, options["average"], updates) if "average" in options else None
    done = 0
    for epoch in range(math.ceil(options["epochs"])):
        for name, parameter in net.named_parameters():
            frozen = group_of(name, options).get("frozen_from_epoch", math.inf)
            parameter.requires_grad = epoch < frozen
        mean = 0.0
        for first in range(0, len(x), size * accumulate):
            starts = range(first, min(len(x), first + size * accumulate), size)
            starts = starts[:total - len(steps)]
            if not starts:
                break
            end = min(len(x), starts[-1] + size)
            update.zero_grad()
            loss = loss_of(net(x[first:end]), y[first:end])
            loss.backward()
            if accumulate == 1:
                steps.append(loss.item())
                mean += loss.item() * (end - first) / len(x)
            else:
                with torch.no_grad():
                    steps += [loss_of(net(x[i:i + size]), y[i:i + size]).item() for i in starts]
            if "clip-norm" in options:
                torch.nn.utils.clip_grad_norm_(net.parameters(), options["clip-norm"])
            update.step()
            done += 1
            if average:
                average.follow(done)
            if schedule and done < updates:
                schedule.step()
        if plateau:
            plateau.step(mean)
    if average:
        average.end()
    return steps


def arrays(net):
    return {name: array.detach().numpy().copy() for name, array in net.state_dict().items()}


def largest_change(a, b):
    return max(np.abs(a[name] - b[name]).max() / max(np.abs(a[name]).max(), 1e-300) for name in a)


def write_npz(path, named):
    """As numpy.savez_compressed, but with a fixed date, so that equal arrays are equal files."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, array in named.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.asarray(array, order="C"))
            out.writestr(zipfile.ZipInfo(name + ".npy"), content.getvalue(), zipfile.ZIP_DEFLATED)


def write_json(path, value):
    path.write_text(json.dumps(value, indent=1) + "\n")


def write_case(folder, seed, network, options, samples):
    random = np.random.RandomState(seed)
    net, outputs = build(network)
    with torch.no_grad():
        for parameter in net.parameters():
            # Normal with a deviation of 1 / sqrt(fan-in); a bias is not 0, or its first gradient
            # step would hide a bias that is not read.
            fan_in = parameter[0].numel() if parameter.dim() > 1 else 4
            parameter.copy_(torch.from_numpy(random.randn(*parameter.shape) / np.sqrt(fan_in)))
    x = random.randn(samples, *network["input"])
    if isinstance(network["loss"], dict) and "targets" in network["loss"]:
        # Some add up to 1, some to another number, and some are a label.
        y = random.rand(samples, outputs)
        y[::2] /= y[::2].sum(1, keepdims=True)
        y[::4] = np.rint(y[::4])
    elif loss_type(network["loss"]) == CROSS_ENTROPY:
        y = random.randint(outputs, size=samples)
        if isinstance(network["loss"], dict) and "ignore_index" in network["loss"]:
            y[1::5] = network["loss"]["ignore_index"]
    elif loss_type(network["loss"]) == BINARY:
        y = random.rand(samples, outputs)
        y[1::2] = np.rint(y[1::2])
    else:
        y = random.randn(samples, outputs)
    data = torch.from_numpy(x), torch.from_numpy(y)

    twin = copy.deepcopy(net)
    with torch.no_grad():
        for parameter in twin.parameters():
            off = random.choice([-PERTURBATION, PERTURBATION], parameter.shape)
            parameter.mul_(torch.from_numpy(1 + off))
    first = arrays(net)
    steps = train(net, network, options, *data)
    last = arrays(net)
    train(twin, network, options, *data)
    change = largest_change(last, arrays(twin))
    print(f"{folder.name:28s} {len(steps):3d} steps, loss {steps[0]:8.4f} to {steps[-1]:8.4f}, "
          f"a change of {PERTURBATION} becomes {change:.1e}")
    if not change < LARGEST_CHANGE:
        sys.exit(f"{folder.name} is ill conditioned: choose another seed, or fewer steps")

    folder.mkdir(parents=True, exist_ok=True)
    write_json(folder / "network.json", network)
    write_json(folder / "options.json", options)
    write_json(folder / "expected.json", {"steps": steps})
    write_npz(folder / "init.npz", first)
    write_npz(folder / "data.npz", {"x_train": x, "y_train": y})
    write_npz(folder / "final.npz", last)


def main():
    torch.set_num_threads(1)
    # NAdam keeps the product of its momentums in the default type.
    torch.set_default_dtype(torch.float64)
    target = pathlib.Path(sys.argv[1])
    for position, (name, c) in enumerate(CASES.items()):
        seed = position if c["seed"] is None else c["seed"]
        write_case(target / name, seed, c["network"], c["options"], c["samples"])
    print("PyTorch", torch.__version__, "NumPy", np.__version__)


if __name__ == "__main__":
    main()
