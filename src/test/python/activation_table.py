"""Writes functions of numbers, and their derivatives, to 30 digits for ActivationTableTest.

    python3 src/test/python/activation_table.py src/test/resources/org/lanewise/kernel/activations.csv

Needs mpmath. The first line names the columns; a number is a double in hexadecimal, what follows is decimal.
"""
import random
import sys

from mpmath import erfc, exp, expm1, log1p, mp, mpf, pi, sqrt

mp.dps = 60


def sigmoid(x):
    return 1 / (1 + exp(-x))


def gelu(x):
    return x * erfc(-x / sqrt(2)) / 2


def gelu_slope(x):
    return erfc(-x / sqrt(2)) / 2 + x * exp(-x * x / 2) / sqrt(2 * pi)


# The published constant, as PyTorch has it: the double that is nearest to it.
CUBIC = mpf(0.044715)


def inner(x):
    return sqrt(2 / pi) * (x + CUBIC * x ** 3)


def gelu_tanh(x):
    return x * sigmoid(2 * inner(x))


def gelu_tanh_slope(x):
    s = sigmoid(2 * inner(x))
    return s + x * s * (1 - s) * 2 * sqrt(2 / pi) * (1 + 3 * CUBIC * x * x)


def silu(x):
    return x * sigmoid(x)


def silu_slope(x):
    s = sigmoid(x)
    return s * (1 + x * (1 - s))


def elu(x):
    return x if x > 0 else expm1(x)


def softplus(x):
    return x if x > 20 else log1p(exp(x))


def softplus_slope(x):
    return mpf(1) if x > 20 else sigmoid(x)


COLUMNS = [gelu, gelu_slope, gelu_tanh, gelu_tanh_slope, silu, silu_slope, elu, softplus, softplus_slope]


def numbers():
    chosen = [0.0, 1e-300, 1e-17, 1e-8, 2 ** -10, 0.5, 0.7517915246935645, 1.0, 1.2784645427610738, 3.0, 4.0,
              5.0, 8.3, 15.0, 19.99, 20.0, 20.01, 25.0, 36.0, 37.5, 39.0, 40.0, 100.0, 700.0, 1e10]
    draw = random.Random(1)
    chosen += [draw.uniform(0, 1) for _ in range(25)] + [draw.uniform(1, 6) for _ in range(40)]
    chosen += [draw.uniform(6, 38) for _ in range(20)]
    return sorted({sign * x for x in chosen for sign in (1, -1)})


def main():
    with open(sys.argv[1], "w") as out:
        out.write("x," + ",".join(function.__name__ for function in COLUMNS) + "\n")
        for x in numbers():
            # What is smaller than any double is written as 0.
            exact = (function(mpf(x)) for function in COLUMNS)
            values = [mp.nstr(y, 30) if abs(y) > 1e-320 else "0" for y in exact]
            out.write(",".join([x.hex(), *values]) + "\n")


if __name__ == "__main__":
    main()
