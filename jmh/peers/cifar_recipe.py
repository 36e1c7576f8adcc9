"""The numbers of the 94 % training for CIFAR-10 (K. Jordan, arXiv:2404.00498, "airbench94"), without PyTorch; the recipe cifar-94 has the same."""
import math

BATCH, LEARNING_RATE, MOMENTUM, DECAY, BIAS, SMOOTHING = 1024, 11.5, 0.85, 0.0153, 64.0, 0.2
WHITENING_BIAS_EPOCHS, AVERAGE_EVERY, AVERAGE_DECAY, AVERAGE_POWER = 3, 5, 0.95, 3
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)
FIRST_FACTOR, LAST_FACTOR, SHARE_UP = 0.2, 0.07, 0.23


def rates():
    """Learning rate and PyTorch's weight_decay: of the biases of norms, and of everything else."""
    scale = 1024 * (1 + 1 / (1 - MOMENTUM))
    lr, wd = LEARNING_RATE / scale, DECAY * BATCH / scale
    return {"biases": (lr * BIAS, wd / (lr * BIAS)), "others": (lr, wd / lr)}


def total_steps(samples, epochs):
    """Updates; each epoch leaves out what is no whole batch."""
    return math.ceil(samples // BATCH * epochs)


def peak(total):
    """The update with the highest learning rate."""
    return int(total * SHARE_UP)


def factor(step, total):
    """Of the learning rate of the update after `step` others."""
    up = peak(total)
    return FIRST_FACTOR + (1 - FIRST_FACTOR) * step / up if step < up else 1 + (LAST_FACTOR - 1) * (step - up) / (total - up)


def kept(step, total):
    """The share of the slow weights that stays after `step` updates; None where they are not averaged."""
    return AVERAGE_DECAY ** AVERAGE_EVERY * (step / total) ** AVERAGE_POWER if step % AVERAGE_EVERY == 0 else None
