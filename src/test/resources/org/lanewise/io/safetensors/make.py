"""Writes the files beside it, with safetensors itself (0.8.0, PyTorch 2.13 when committed).

Arrays have shape (2, 3, 4), and element k, row-major, is 0.75 * k - 3; a bias is (1.5, -2.5).
SafetensorsFileTest knows these rules.
"""

import numpy as np
import torch
from safetensors.numpy import save_file
from safetensors.torch import save_file as save_torch

WEIGHT = 0.75 * np.arange(24).reshape(2, 3, 4) - 3
BIAS = np.array([1.5, -2.5])

save_file({"2.weight": WEIGHT, "10.weight": WEIGHT, "2.bias": BIAS,
           "quote \" slash \\ line \n bell \x07 \u00fc \U0001F600": np.array(2.5),
           "empty": np.zeros((0, 3))}, "float64.safetensors")
save_torch({"0.weight": torch.tensor(WEIGHT, dtype=torch.float32),
            "0.bias": torch.tensor(BIAS, dtype=torch.float64)}, "mixed.safetensors",
           {"format": "pt", "made by": "make.py"})
save_file({}, "nothing.safetensors")
save_file({"0.bias": np.array([1, 2])}, "int64.safetensors")
save_file({"0.bias": BIAS.astype(np.float16)}, "float16.safetensors")
save_torch({"0.bias": torch.tensor(BIAS, dtype=torch.bfloat16)}, "bfloat16.safetensors")
