"""Writes the learning rates of PyTorch's schedulers for ScheduleTextTest.

    python3 src/test/python/torch_schedules.py src/test/resources/org/lanewise/codec/schedules.json

One entry a schedule: its text as `lanewise train --schedule` reads it, the optimizer's learning rate
and the rate of each update. Piecewise linear factors are NumPy's interp, for which PyTorch has
LambdaLR. Needs NumPy and PyTorch.
"""
import json
import pathlib
import sys

import numpy as np
import torch
from torch.optim import lr_scheduler as s

BASE = 0.3


def cycle(**options):
    return lambda o: s.OneCycleLR(o, cycle_momentum=False, **options)


def warm_up(steps, then, **start):
    return lambda o: s.SequentialLR(
        o, [s.LinearLR(o, total_iters=steps, **start), then(o)], milestones=[steps])


def interpolated(steps, factors):
    return lambda o: s.LambdaLR(o, lambda step: float(np.interp(step, steps, factors)))


# Text, scheduler, updates, updates between two calls of the scheduler.
CASES = [
    ("constant", lambda o: s.LambdaLR(o, lambda step: 1.0), 4, 1),
    ("step:step_size=7", lambda o: s.StepLR(o, 7), 40, 1),
    ("step:step_size=3,gamma=0.7", lambda o: s.StepLR(o, 3, 0.7), 40, 1),
    ("step:step_size=2,gamma=0.5,steps_per_epoch=6", lambda o: s.StepLR(o, 2, 0.5), 40, 6),
    ("multi_step:milestones=3/8/9/31,gamma=0.3",
     lambda o: s.MultiStepLR(o, [3, 8, 9, 31], 0.3), 40, 1),
    ("exponential:gamma=0.97", lambda o: s.ExponentialLR(o, 0.97), 60, 1),
    ("exponential:gamma=1.1", lambda o: s.ExponentialLR(o, 1.1), 60, 1),
    ("cosine:t_max=29,eta_min=0.01", lambda o: s.CosineAnnealingLR(o, 29, 0.01), 60, 1),
    ("cosine:t_max=11", lambda o: s.CosineAnnealingLR(o, 11), 12, 1),
    ("cosine_warm_restarts:t_0=7,t_mult=2,eta_min=0.02",
     lambda o: s.CosineAnnealingWarmRestarts(o, 7, 2, 0.02), 80, 1),
    ("cosine_warm_restarts:t_0=5", lambda o: s.CosineAnnealingWarmRestarts(o, 5), 23, 1),
    ("one_cycle:max_lr=0.4,total_steps=37", cycle(max_lr=0.4, total_steps=37), 37, 1),
    ("one_cycle:max_lr=0.4,total_steps=20,pct_start=0.25,div_factor=10,final_div_factor=100,"
     "anneal_strategy=linear",
     cycle(max_lr=0.4, total_steps=20, pct_start=0.25, div_factor=10, final_div_factor=100,
           anneal_strategy="linear"), 20, 1),
    ("piecewise_linear:3=0.5,10=1.5,11=1,30=0",
     interpolated([3, 10, 11, 30], [0.5, 1.5, 1, 0]), 40, 1),
    ("step:step_size=4,warm_up=9", warm_up(9, lambda o: s.StepLR(o, 4)), 40, 1),
    ("cosine:t_max=20,eta_min=0.001,warm_up=10,warm_up_start=0.05",
     warm_up(10, lambda o: s.CosineAnnealingLR(o, 20, 0.001), start_factor=0.05), 31, 1),
]


def rates(make, steps, every):
    optimizer = torch.optim.SGD([torch.zeros(1, dtype=torch.float64)], BASE)
    scheduler = make(optimizer)
    result = []
    for step in range(1, steps + 1):
        result.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step % every == 0 and step < steps:
            scheduler.step()
    return [float(rate) for rate in result]


def main():
    cases = [{"schedule": text, "base": BASE, "rates": rates(make, steps, every)}
             for text, make, steps, every in CASES]
    target = pathlib.Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("[\n" + ",\n".join(json.dumps(one) for one in cases) + "\n]\n")
    print("PyTorch", torch.__version__, "NumPy", np.__version__)


if __name__ == "__main__":
    main()
