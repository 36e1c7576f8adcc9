"""The 94 % training for CIFAR-10 (K. Jordan, arXiv:2404.00498, "airbench94") with PyTorch on a CPU: the side to compare the recipe cifar-94 with.

    java jmh/peers/ImagesToNpz.java FOLDER cifar10.npz        # train/CLASS/*.jpg, test/CLASS/*.jpg
    torch-env/bin/python jmh/peers/torch_cifar.py cifar10.npz [--threads 2] [--seed 1] [--epochs 9.9] [--dtype float32] [--bf16] [--json OUT]

The .npz holds x_train, x_test (uint8, N,3,32,32) and y_train, y_test. --steps N stops after N steps and prints their times. cifar_recipe.py has the numbers.
"""
import argparse, json, math, time
import allocator
from cifar_recipe import AVERAGE_EVERY, BATCH, MEAN, MOMENTUM, SMOOTHING, STD, WHITENING_BIAS_EPOCHS, factor, kept, rates, total_steps


def parse():
    q = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    q.add_argument("data")
    q.add_argument("--threads", type=int, default=2)
    q.add_argument("--seed", type=int, default=1)
    q.add_argument("--epochs", type=float, default=9.9)
    q.add_argument("--steps", type=int, default=0, metavar="N", help="stop after N steps and print their times")
    q.add_argument("--dtype", default="float32")
    q.add_argument("--bf16", action="store_true", help="autocast to bfloat16")
    q.add_argument("--json")
    allocator.add_options(q)
    return q.parse_args()


if __name__ == "__main__":
    options = parse()
    allocator.restart(options)
torch = allocator.import_torch()
import numpy as np
import torch.nn.functional as F
from torch import nn


class Block(nn.Module):
    """conv, pool, norm, GELU, conv, norm, GELU; norms learn a bias only; convolutions begin as the identity on their first channels."""

    def __init__(self, before, width):
        super().__init__()
        self.c1, self.c2 = nn.Conv2d(before, width, 3, padding="same", bias=False), nn.Conv2d(width, width, 3, padding="same", bias=False)
        self.n1, self.n2 = (nn.BatchNorm2d(width, eps=1e-12, momentum=0.4) for _ in range(2))
        for conv in (self.c1, self.c2):
            nn.init.dirac_(conv.weight.data[:conv.in_channels])
        for norm in (self.n1, self.n2):
            norm.weight.requires_grad = False

    def forward(self, x):
        return F.gelu(self.n2(self.c2(F.gelu(self.n1(F.max_pool2d(self.c1(x), 2))))))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.white = nn.Conv2d(3, 24, 2)
        self.white.weight.requires_grad = False
        nn.init.zeros_(self.white.bias)
        self.b1, self.b2, self.b3, self.head = Block(24, 64), Block(64, 256), Block(256, 256), nn.Linear(256, 10, bias=False)

    def forward(self, x):
        return self.head(F.max_pool2d(self.b3(self.b2(self.b1(F.gelu(self.white(x))))), 3).flatten(1)) / 9


def whitening(images):
    """Filters that whiten patches of 2x2, and the same times -1."""
    p = images.unfold(2, 2, 1).unfold(3, 2, 1).transpose(1, 3).reshape(-1, 12).double()
    values, vectors = torch.linalg.eigh(p.T @ p / len(p))
    w = (vectors / torch.sqrt(values + 5e-4)).T.flip(0).reshape(12, 3, 2, 2)
    return torch.cat((w, -w)).to(images.dtype)


def normalized(pixels, dtype):
    mean, std = (torch.tensor(numbers).view(1, 3, 1, 1) for numbers in (MEAN, STD))
    return ((torch.from_numpy(pixels).float() / 255 - mean) / std).to(dtype)


def optimizer(net, total):
    """SGD in two groups, and the schedule of its learning rates."""
    learned = [(name, p) for name, p in net.named_parameters() if p.requires_grad]
    of = {"biases": [p for name, p in learned if ".n" in name], "others": [p for name, p in learned if ".n" not in name]}
    groups = [dict(params=of[which], lr=lr, weight_decay=decay) for which, (lr, decay) in rates().items()]
    sgd = torch.optim.SGD(groups, momentum=MOMENTUM, nesterov=True)
    return sgd, torch.optim.lr_scheduler.LambdaLR(sgd, lambda step: factor(step, total))


def look_ahead(slow, net, keep):
    for e, v in zip(slow.values(), net.state_dict().values()):
        if v.is_floating_point():
            e.lerp_(v, 1 - keep)
            v.copy_(e)


def accuracy(net, x, y):
    """With six views: two mirror images of each of three places."""
    def mirrored(v):
        return (net(v) + net(v.flip(-1))) / 2

    net.eval()
    right = 0
    with torch.no_grad():
        for i in range(0, len(x), 500):
            b = x[i:i + 500].contiguous(memory_format=torch.channels_last)
            p = F.pad(b, (1,) * 4, "reflect")
            views = (mirrored(b) + (mirrored(p[:, :, :32, :32]) + mirrored(p[:, :, 2:, 2:])) / 2)
            right += (views.argmax(1) == y[i:i + 500]).sum().item()
    net.train()
    return right / len(x)


def main(o):
    torch.set_num_threads(o.threads)
    torch.manual_seed(o.seed)
    dtype, z = getattr(torch, o.dtype), np.load(o.data)
    x, xt = normalized(z["x_train"], dtype), normalized(z["x_test"], dtype)
    y, yt = (torch.from_numpy(z[name].astype(np.int64)) for name in ("y_train", "y_test"))
    net, began = Net().to(dtype).to(memory_format=torch.channels_last), time.perf_counter()
    net.white.weight.data[:] = whitening(x[:5000])
    total = total_steps(len(x), o.epochs)
    sgd, schedule = optimizer(net, total)
    slow = {name: v.clone() for name, v in net.state_dict().items()}
    flipped = torch.where((torch.rand(len(x)) < 0.5).view(-1, 1, 1, 1), x.flip(-1), x)
    padded = F.pad(flipped, (2,) * 4, "reflect")
    step, times, history = 0, [], []
    for epoch in range(math.ceil(o.epochs)):
        net.white.bias.requires_grad = epoch < WHITENING_BIAS_EPOCHS
        order, dy, dx = torch.randperm(len(x)), torch.randint(0, 5, (len(x),)), torch.randint(0, 5, (len(x),))
        for i in range(len(x) // BATCH):
            begun = time.perf_counter()
            pick = order[i * BATCH:(i + 1) * BATCH]
            b = torch.stack([padded[j, :, dy[j]:dy[j] + 32, dx[j]:dx[j] + 32] for j in pick])
            if epoch % 2:
                b = b.flip(-1)
            b = b.contiguous(memory_format=torch.channels_last)
            with torch.autocast("cpu", torch.bfloat16, enabled=o.bf16):
                out = net(b)
            loss = F.cross_entropy(out.to(dtype), y[pick], label_smoothing=SMOOTHING, reduction="sum")
            sgd.zero_grad(set_to_none=True)
            loss.backward()
            sgd.step()
            schedule.step()
            step += 1
            if step % AVERAGE_EVERY == 0:
                look_ahead(slow, net, kept(step, total))
            times.append(time.perf_counter() - begun)
            if o.steps and step >= o.steps:
                print(json.dumps(dict(step_seconds=times, median=float(np.median(times[1:])))))
                return
            if step >= total:
                break
        history.append(dict(epoch=epoch + 1, loss=loss.item() / BATCH, seconds=time.perf_counter() - began))
        print(history[-1], flush=True)
    look_ahead(slow, net, 1.0)
    trained = time.perf_counter() - began
    result = dict(accuracy_tta=accuracy(net, xt, yt), seconds=trained, seed=o.seed, threads=o.threads, dtype=o.dtype, bf16=o.bf16,
                  allocator=allocator.description(), history=history)
    print(result)
    if o.json:
        with open(o.json, "w") as out:
            json.dump(result, out)


if __name__ == "__main__":
    main(options)
