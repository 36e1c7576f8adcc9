"""Writes the numbers that NumPy's legacy RandomState gives, for RandomStateTest.

    python3 src/test/python/random_state.py > src/test/resources/org/lanewise/random-state.json

Every list starts from a freshly seeded state. NumPy promises that RandomState never changes
(NEP 19), so any version writes the same file. json writes doubles as repr does: the shortest text
that reads back as the same double.
"""
import json
import sys

import numpy as np

SEEDS = [0, 1, 42, 20240607, 4294967295]

# The twister makes 624 words at a time and a double takes two of them, so 700 doubles make it twice
# anew, and the two words of one double never fall on both sides; the last few are recorded. A
# normal number takes a varying count of words.
MANY = 700
LAST = 4

# Odd, so that the last normal number leaves its twin unused.
NORMALS = 9

SHUFFLED = 17


def numbers(seed):
    def fresh():
        return np.random.RandomState(seed)

    state, order = fresh(), np.arange(SHUFFLED, dtype=np.int32)
    shuffles = []
    for _ in range(2):
        state.shuffle(order)
        shuffles.append(order.tolist())
    return {
        "seed": seed,
        "random_sample": fresh().random_sample(8).tolist(),
        "random_sample_last_of_many": fresh().random_sample(MANY)[-LAST:].tolist(),
        "randn": fresh().randn(NORMALS).tolist(),
        "randn_last_of_many": fresh().randn(MANY)[-LAST:].tolist(),
        "shuffles": shuffles,
    }


def main():
    document = {
        "numpy": np.__version__,
        "many": MANY,
        "states": [numbers(seed) for seed in SEEDS],
    }
    json.dump(document, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
