"""Writes the files beside it, with NumPy itself (2.4.6 when they were committed).

Arrays have shape (2, 3, 4). Element k, row-major, is 0.75 * k - 3 in arrays of floats, k - 12 in
signed integers and 10 * k in unsigned ones; NpyFileTest knows these rules.
"""

import gzip
import warnings

import numpy as np
from numpy.lib import format as npy

SHAPE = (2, 3, 4)
K = np.arange(24).reshape(SHAPE)
RULES = {"f": 0.75 * K - 3, "i": K - 12, "u": 10 * K}


def write(name, array, version=(1, 0)):
    with open(name + ".npy", "wb") as out, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        npy.write_array(out, array, version=version)


for kind, sizes in (("f", (4, 8)), ("i", (1, 2, 4, 8)), ("u", (1, 2, 4, 8))):
    for size in sizes:
        for order, word in (("<", "little"), (">", "big")):
            array = RULES[kind].astype(f"{order}{kind}{size}")
            write(f"{array.dtype.name}-{word}-c", array)
            write(f"{array.dtype.name}-{word}-fortran", np.asfortranarray(array))

for major in (1, 2, 3):
    write(f"version{major}", RULES["f"], (major, 0))

write("single", np.array(2.5))
write("one-axis", np.array([1.5, -2.5]))
write("empty", np.zeros((0, 3)))

write("object", np.array([{"run": "me"}], dtype=object))
write("complex", np.array([1 + 2j]))
write("bytes", np.array([b"ab"]))
write("string", np.array(["ab"]))
write("bool", np.array([True]))
write("structured", np.array([(1, 2.0)], dtype=[("a", "<i4"), ("b", "<f8")]))
write("void", np.array([b"ab"], dtype="V2"))
write("half", np.array([1.0], dtype=np.float16))
write("longdouble", np.array([1.0], dtype=np.longdouble))
write("date", np.array(["2020-01-01"], dtype="datetime64[D]"))

np.savez("stored.npz", **{"0.weight": RULES["f"], "0.bias": np.array([1.5, -2.5]),
                          "1.weight": RULES["f"].astype("f4")})
np.savez_compressed("deflated.npz", **{"0.weight": RULES["f"], "0.bias": np.array([1.5, -2.5]),
                                       "1.weight": RULES["f"].astype("f4")})

with open("mnist.idx3-ubyte.gz", "wb") as out:
    idx = bytes([0, 0, 8, 3]) + np.array(SHAPE, ">i4").tobytes() + RULES["u"].astype("u1").tobytes()
    out.write(gzip.compress(idx, mtime=0))
