"""Records first weights of PyTorch for PatternInitializerTest.

    python3 src/test/python/torch_initializers.py src/test/resources/org/lanewise/torch-initializers.json

`whitening`: the filters of torch_cifar.py (jmh/peers) for patches of 3x2 of 7 images of 2x5x6, which are draws of NumPy's
RandomState(3), uniform from -1 to 1, plus half the pixel at the left, so that patches are correlated; the sign of each
eigenvector makes the component of largest magnitude positive. `dirac`: weights of two convolutions, of all ones before.
"""
import json
import pathlib
import sys

import numpy as np
import torch
from torch import nn


def whitening(images, height, width):
    n = images.shape[1] * height * width
    p = images.unfold(2, height, 1).unfold(3, width, 1).transpose(1, 3).reshape(-1, n)
    values, vectors = torch.linalg.eigh(p.T @ p / len(p))
    w = (vectors / torch.sqrt(values + 5e-4)).T.flip(0)
    w = w * w.gather(1, w.abs().argmax(1, keepdim=True)).sign()
    return torch.cat((w, -w)).flatten().tolist()


def dirac(*shape):
    weight = torch.ones(shape, dtype=torch.float64)
    nn.init.dirac_(weight[:shape[1]])
    return {"shape": list(shape), "values": weight.flatten().tolist()}


def main():
    images = torch.from_numpy(np.random.RandomState(3).uniform(-1.0, 1.0, (7, 2, 5, 6)))
    images[:, :, :, 1:] += 0.5 * images[:, :, :, :-1]
    recorded = {"whitening": whitening(images, 3, 2), "dirac": [dirac(5, 2, 3, 3), dirac(2, 4, 2, 5)]}
    pathlib.Path(sys.argv[1]).write_text(json.dumps(recorded) + "\n")


if __name__ == "__main__":
    main()
