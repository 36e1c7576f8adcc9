"""Networks of random_graphs.py in numbers of 80 bits, by NumPy alone.

Forward and backward passes, losses and optimizers by their definitions, written without PyTorch:
what shows whether PyTorch's float64 is good enough to be compared with, and who is off where two
differ. Shapes of pooled maps are given; all else is computed here.
"""
import numpy as np

Real = np.longdouble
PI = Real("3.141592653589793238462643383279502884197")
# Ties: an argument this near to where a derivative jumps, or two largest values of a window.
NEAR = 1e-9


def require_extended():
    if np.finfo(Real).nmant < 63:
        raise SystemExit("numpy.longdouble has no more digits than float64 on this machine")


def erf(x):
    """2 / sqrt(pi) exp(-x^2) (x + 2 x^3 / 3 + 4 x^5 / 15 + ...), whose terms have one sign."""
    inside = np.minimum(np.abs(x), 7)
    term = total = inside
    for n in range(1, 240):
        term = term * 2 * inside * inside / (2 * n + 1)
        total = total + term
    return np.sign(x) * np.minimum(2 / np.sqrt(PI) * np.exp(-inside * inside) * total, 1)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x):
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def functions(layer):
    """Value and derivative of a function of elements, and where the derivative jumps."""
    one, zero = Real(1), Real(0)

    def slope(layer):
        return Real(layer["negative_slope"])

    match layer["type"]:
        case "relu":
            return lambda x: np.maximum(x, 0), lambda x: np.where(x > 0, one, zero), [0]
        case "relu6":
            return (lambda x: np.clip(x, 0, 6),
                    lambda x: np.where((x > 0) & (x < 6), one, zero), [0, 6])
        case "leaky_relu":
            return (lambda x: np.where(x > 0, x, slope(layer) * x),
                    lambda x: np.where(x > 0, one, slope(layer)), [0])
        case "elu":
            alpha = Real(layer["alpha"])
            return (lambda x: np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0))),
                    lambda x: np.where(x > 0, one, alpha * np.exp(np.minimum(x, 0))),
                    [0] if alpha != 1 else [])
        case "sigmoid":
            return sigmoid, lambda x: sigmoid(x) * sigmoid(-x), []
        case "tanh":
            return np.tanh, lambda x: 1 / np.cosh(x) ** 2, []
        case "silu":
            return (lambda x: x * sigmoid(x),
                    lambda x: sigmoid(x) * (1 + x * sigmoid(-x)), [])
        case "hardswish":
            return (lambda x: x * np.clip(x + 3, 0, 6) / 6,
                    lambda x: np.where(x <= -3, zero, np.where(x < 3, x / 3 + one / 2, one)),
                    [-3, 3])
        case "softplus":
            return (lambda x: np.where(x > 20, x, softplus(x)),
                    lambda x: np.where(x > 20, one, sigmoid(x)), [])
        case "gelu" if layer["approximate"] == "none":
            return (lambda x: x * (1 + erf(x / np.sqrt(Real(2)))) / 2,
                    lambda x: (1 + erf(x / np.sqrt(Real(2)))) / 2
                    + x * np.exp(-x * x / 2) / np.sqrt(2 * PI), [])
        case "gelu":
            root, cubic = np.sqrt(2 / PI), Real(0.044715)

            def value(x):
                return x * (1 + np.tanh(root * (x + cubic * x ** 3))) / 2

            def derivative(x):
                u = root * (x + cubic * x ** 3)
                return ((1 + np.tanh(u)) / 2
                        + x * root * (1 + 3 * cubic * x * x) / np.cosh(u) ** 2 / 2)
            return value, derivative, []
        case "scale":
            factor = Real(layer["factor"])
            return lambda x: x * factor, lambda x: np.full_like(x, factor), []
        case other:
            raise ValueError(f"no layer of type {other!r} is defined in extended precision")


def nearest(x, points):
    """The smallest distance from a point that is not zero: exact ties have one answer."""
    distances = np.abs(np.concatenate([np.ravel(x - point) for point in points]))
    return np.min(distances[distances > 0], initial=np.inf)


class Windows:
    """The elements of a map that each tap of a window reads; beyond the map there is a fill."""

    def __init__(self, layer, shape, out_shape, fill, dilation=(1, 1), sides=None):
        (self.kh, self.kw), (self.sh, self.sw) = layer["kernel_size"], layer["stride"]
        self.dh, self.dw = dilation
        self.top, self.left, bottom, right = sides
        self.out, self.shape, self.fill = out_shape, shape, fill
        height = max(shape[2] + self.top + bottom,
                     (out_shape[0] - 1) * self.sh + (self.kh - 1) * self.dh + 1)
        width = max(shape[3] + self.left + right,
                    (out_shape[1] - 1) * self.sw + (self.kw - 1) * self.dw + 1)
        self.padded = (*shape[:2], height, width)

    def taps(self):
        rows, columns = (self.out[0] - 1) * self.sh + 1, (self.out[1] - 1) * self.sw + 1
        for i in range(self.kh):
            for j in range(self.kw):
                y, x = i * self.dh, j * self.dw
                yield slice(y, y + rows, self.sh), slice(x, x + columns, self.sw)

    def inside(self):
        return (slice(None), slice(None), slice(self.top, self.top + self.shape[2]),
                slice(self.left, self.left + self.shape[3]))

    def read(self, x):
        """(taps, N, C, height, width)"""
        whole = np.full(self.padded, self.fill, Real)
        whole[self.inside()] = x
        return np.stack([whole[:, :, rows, columns] for rows, columns in self.taps()])

    def add(self, values):
        """The transpose of read."""
        whole = np.zeros(self.padded, Real)
        for value, (rows, columns) in zip(values, self.taps()):
            whole[:, :, rows, columns] += value
        return whole[self.inside()]


def sides(padding):
    return padding if len(padding) == 4 else [*padding, *padding]


def conv2d(layer, inputs, out_shape, p, _):
    x, weight, groups = inputs[0], p["weight"], layer["groups"]
    windows = Windows(layer, x.shape, out_shape[2:], 0, layer["dilation"], sides(layer["padding"]))
    n, (out, channels) = len(x), weight.shape[:2]
    taps = windows.kh * windows.kw
    # (groups, channels x taps, N x pixels)
    columns = windows.read(x).reshape(taps, n, groups, channels, -1).transpose(2, 3, 0, 1, 4)
    columns = columns.reshape(groups, channels * taps, -1)
    matrix = weight.reshape(groups, out // groups, channels * taps)
    y = np.matmul(matrix, columns).reshape(out, n, *out_shape[2:]).swapaxes(0, 1)
    if "bias" in p:
        y = y + p["bias"][:, None, None]

    def backward(dy):
        rows = dy.swapaxes(0, 1).reshape(groups, out // groups, -1)
        gradients = {"weight": np.matmul(rows, columns.swapaxes(1, 2)).reshape(weight.shape)}
        if "bias" in p:
            gradients["bias"] = dy.sum((0, 2, 3))
        back = np.matmul(matrix.swapaxes(1, 2), rows).reshape(groups, channels, taps, n, -1)
        back = back.transpose(2, 3, 0, 1, 4).reshape(taps, n, -1, *out_shape[2:])
        return [windows.add(back)], gradients
    return y, backward


def linear(layer, inputs, out_shape, p, _):
    x = inputs[0]
    y = np.matmul(x, p["weight"].T) + p.get("bias", Real(0))

    def backward(dy):
        gradients = {"weight": np.matmul(dy.T, x)}
        if "bias" in p:
            gradients["bias"] = dy.sum(0)
        return [np.matmul(dy, p["weight"])], gradients
    return y, backward


def max_pool(windows, x, state):
    taps = windows.read(x)
    first = taps.argmax(0)
    y = np.take_along_axis(taps, first[None], 0)[0]
    gaps = (y - taps)[taps > -np.inf]
    state.near(np.min(gaps[gaps > 0], initial=np.inf))

    def backward(dy):
        return [windows.add([np.where(first == i, dy, 0) for i in range(len(taps))])], {}
    return y, backward


def max_pool2d(layer, inputs, out_shape, p, state):
    windows = Windows(layer, inputs[0].shape, out_shape[2:], -np.inf, layer["dilation"],
                      sides(layer["padding"]))
    return max_pool(windows, inputs[0], state)


def avg_pool2d(layer, inputs, out_shape, p, _):
    x = inputs[0]
    windows = Windows(layer, x.shape, out_shape[2:], 0, sides=sides(layer["padding"]))

    def counts(size, out, kernel, stride, padding):
        begin = np.arange(out) * stride - padding
        end = np.minimum(begin + kernel, size + padding)
        if not layer["count_include_pad"]:
            begin, end = np.maximum(begin, 0), np.minimum(end, size)
        return (end - begin).astype(Real)
    divisor = np.multiply.outer(
        counts(x.shape[2], out_shape[2], windows.kh, windows.sh, windows.top),
        counts(x.shape[3], out_shape[3], windows.kw, windows.sw, windows.left))
    if layer["divisor_override"]:
        divisor = Real(layer["divisor_override"])

    def backward(dy):
        return [windows.add([dy / divisor] * (windows.kh * windows.kw))], {}
    return windows.read(x).sum(0) / divisor, backward


def whole(x):
    return Windows({"kernel_size": x.shape[2:], "stride": (1, 1)}, x.shape, (1, 1), -np.inf,
                   sides=[0, 0, 0, 0])


def global_avg_pool2d(layer, inputs, out_shape, p, _):
    x = inputs[0]
    return (x.mean((2, 3), keepdims=True),
            lambda dy: ([np.broadcast_to(dy / Real(x[0, 0].size), x.shape)], {}))


def global_max_pool2d(layer, inputs, out_shape, p, state):
    return max_pool(whole(inputs[0]), inputs[0], state)


def normalized(x, axes, eps):
    """Values of mean 0 and variance 1 along axes, and the gradient of x by theirs."""
    centred = x - x.mean(axes, keepdims=True)
    variance = (centred * centred).mean(axes, keepdims=True)
    inverse = 1 / np.sqrt(variance + Real(eps))
    z = centred * inverse

    def backward(dz):
        return inverse * (dz - dz.mean(axes, keepdims=True)
                          - z * (dz * z).mean(axes, keepdims=True))
    return z, variance, backward


def along(channels, x):
    return channels.reshape(-1, *[1] * (x.ndim - 2))


def affine(z, p, backward, shape):
    """z times weight plus bias, both of a shape that has as many axes as a sample."""
    weight = p["weight"].reshape(shape) if "weight" in p else Real(1)
    bias = p["bias"].reshape(shape) if "bias" in p else Real(0)
    alike = (0, *(i + 1 for i, size in enumerate(shape) if size == 1))

    def whole(dy):
        sums = {"weight": dy * z, "bias": dy}
        return [backward(dy * weight)], {
            name: sums[name].sum(alike).reshape(p[name].shape) for name in sums if name in p}
    return z * weight + bias, whole


def batch_norm(layer, inputs, out_shape, p, state):
    x = inputs[0]
    shape = (x.shape[1], *[1] * (x.ndim - 2))
    axes = (0, *range(2, x.ndim))
    if not state.training:
        inverse = 1 / np.sqrt(p["running_var"] + Real(layer["eps"]))
        return affine((x - along(p["running_mean"], x)) * along(inverse, x), p, None, shape)
    z, variance, backward = normalized(x, axes, layer["eps"])
    count = Real(x.size // x.shape[1])
    p["num_batches_tracked"] = p["num_batches_tracked"] + 1
    momentum = layer["momentum"]
    share = 1 / p["num_batches_tracked"] if momentum is None else Real(momentum)
    for name, now in (("running_mean", x.mean(axes)),
                      ("running_var", variance.ravel() * count / (count - 1))):
        p[name] = (1 - share) * p[name] + share * now
    return affine(z, p, backward, shape)


def normalized_alone(layer, x, groups, p, shape):
    """Groups of channels of each sample, normalized by themselves."""
    parts = x.reshape(len(x), groups, -1)
    z, _, backward = normalized(parts, (2, ), layer["eps"])
    return affine(z.reshape(x.shape), p,
                  lambda dz: backward(dz.reshape(parts.shape)).reshape(x.shape), shape)


def group_norm(layer, inputs, out_shape, p, _):
    x = inputs[0]
    return normalized_alone(layer, x, layer["num_groups"], p,
                            (x.shape[1], *[1] * (x.ndim - 2)))


def layer_norm(layer, inputs, out_shape, p, _):
    return normalized_alone(layer, inputs[0], 1, p, inputs[0].shape[1:])


def flatten(layer, inputs, out_shape, p, _):
    return inputs[0].reshape(len(inputs[0]), -1), lambda dy: ([dy.reshape(inputs[0].shape)], {})


def add(layer, inputs, out_shape, p, _):
    return sum(inputs[1:], start=inputs[0]), lambda dy: ([dy] * len(inputs), {})


def concat(layer, inputs, out_shape, p, _):
    ends = np.cumsum([x.shape[1] for x in inputs])[:-1]
    return np.concatenate(inputs, 1), lambda dy: (np.split(dy, ends, 1), {})


def function(layer, inputs, out_shape, p, state):
    x = inputs[0]
    value, derivative, jumps = functions(layer)
    if jumps:
        state.near(nearest(x, jumps))
    return value(x), lambda dy: ([dy * derivative(x)], {})


LAYERS = {one.__name__: one for one in (
    conv2d, linear, max_pool2d, avg_pool2d, global_avg_pool2d, global_max_pool2d, batch_norm,
    group_norm, layer_norm, flatten, add, concat)}


class Network:
    """A network file, its parameters, and the shapes of its outputs for one sample."""

    def __init__(self, network, parameters, shapes):
        self.layers = []
        for layer in network["layers"]:
            name = layer.get("name", str(len(self.layers)))
            before = self.layers[-1][0] if self.layers else "input"
            self.layers.append((name, layer.get("inputs", [before]), layer))
        self.parameters = {name: np.asarray(values, Real) for name, values in parameters.items()}
        self.shapes = shapes
        self.training = True
        self.tie = np.inf

    def near(self, distance):
        self.tie = min(self.tie, float(distance))

    def forward(self, x):
        outputs, self.backwards = {"input": np.asarray(x, Real)}, []
        for name, inputs, layer in self.layers:
            p = {key.removeprefix(name + "."): value for key, value in self.parameters.items()
                 if key.rpartition(".")[0] == name}
            compute = LAYERS.get(layer["type"], function)
            outputs[name], backward = compute(layer, [outputs[one] for one in inputs],
                                              self.shapes[name], p, self)
            self.parameters.update({name + "." + key: value for key, value in p.items()})
            self.backwards.append((name, inputs, backward))
        return outputs[self.layers[-1][0]]

    def backward(self, dy):
        """Gradients of the parameters by name, and that of the input."""
        gradients, diffs = {}, {self.layers[-1][0]: dy}
        for name, inputs, backward in reversed(self.backwards):
            if name not in diffs:
                continue
            back, own = backward(diffs[name])
            gradients.update({name + "." + key: value for key, value in own.items()})
            for one, diff in zip(inputs, back):
                diffs[one] = diffs[one] + diff if one in diffs else diff
        return gradients, diffs["input"]


def loss(description, reduction, y, target, state):
    """The loss and its gradient; y is (N, outputs)."""
    options = description if isinstance(description, dict) else {"type": description}
    if options["type"] == "softmax_cross_entropy":
        weight = np.asarray(options.get("weight", [1] * y.shape[1]), Real)
        smoothing = Real(options.get("label_smoothing", 0))
        shifted = y - y.max(1, keepdims=True)
        logs = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
        if options.get("targets") == "probabilities":
            shares = weight * ((1 - smoothing) * np.asarray(target, Real) + smoothing / y.shape[1])
            divisor = Real(len(y)) if reduction == "mean" else Real(1)
            return (-(shares * logs).sum() / divisor,
                    (np.exp(logs) * shares.sum(1, keepdims=True) - shares) / divisor)
        counted = target != options.get("ignore_index", -100)
        label = np.where(counted, target, 0)
        hot = np.zeros_like(y)
        hot[np.arange(len(y)), label] = 1
        shares = weight * ((1 - smoothing) * hot + smoothing / y.shape[1]) * counted[:, None]
        divisor = (weight[label] * counted).sum() if reduction == "mean" else Real(1)
        return (-(shares * logs).sum() / divisor,
                (np.exp(logs) * shares.sum(1, keepdims=True) - shares) / divisor)
    divisor = Real(y.size) if reduction == "mean" else Real(1)
    t = np.asarray(target, Real)
    difference = y - t
    if options["type"] == "mean_squared_error":
        terms, slopes = difference * difference, 2 * difference
    elif options["type"] == "smooth_l1":
        beta = Real(options.get("beta", 1))
        if beta == 0:
            state.near(nearest(difference, [0]))
            terms, slopes = np.abs(difference), np.sign(difference)
        else:
            small = np.abs(difference) < beta
            terms = np.where(small, difference * difference / (2 * beta),
                             np.abs(difference) - beta / 2)
            slopes = np.where(small, difference / beta, np.sign(difference))
    elif options["type"] == "huber":
        delta = Real(options.get("delta", 1))
        small = np.abs(difference) <= delta
        terms = np.where(small, difference * difference / 2, delta * (np.abs(difference) - delta / 2))
        slopes = np.where(small, difference, delta * np.sign(difference))
    elif options["type"] == "binary_cross_entropy_with_logits":
        factor = np.asarray(options.get("pos_weight", [1] * y.shape[1]), Real)
        terms = factor * t * softplus(-y) + (1 - t) * softplus(y)
        slopes = (1 - t) * sigmoid(y) - factor * t * sigmoid(-y)
    else:
        raise ValueError(f"no loss {options['type']!r} is defined in extended precision")
    return terms.sum() / divisor, slopes / divisor


class Optimizer:
    """The rules of Optimizer, NAdam and RmsProp, as their comments define them."""

    def __init__(self, options):
        self.o = {key: value if isinstance(value, (bool, str)) else Real(value)
                  for key, value in options.items()}
        self.state, self.t, self.product = {}, 0, Real(1)

    def step(self, parameters, gradients):
        o, self.t = self.o, self.t + 1
        if o["type"] == "nadam":
            def momentum(t):
                return o["beta1"] * (1 - Real(0.96) ** (t * o["momentumDecay"]) / 2)
            self.mu, self.next = momentum(self.t), momentum(self.t + 1)
            self.product = self.product * self.mu
        for name, gradient in gradients.items():
            p = parameters[name]
            g = gradient if o["type"] == "adamw" else gradient + o["weightDecay"] * p
            s = self.state.setdefault(name, {})
            parameters[name] = getattr(self, o["type"])(p, g, s)

    def mean(self, s, key, share, value):
        s[key] = share * s.get(key, Real(0)) + (1 - share) * value
        return s[key]

    def sgd(self, p, g, s):
        o = self.o
        if o["momentum"]:
            s["v"] = o["momentum"] * s["v"] + (1 - o["dampening"]) * g if "v" in s else g
            g = g + o["momentum"] * s["v"] if o["nesterov"] else s["v"]
        return p - o["learningRate"] * g

    def moments(self, g, s):
        return (self.mean(s, "m", self.o["beta1"], g), self.mean(s, "v", self.o["beta2"], g * g))

    def adam(self, p, g, s):
        o, (m, v) = self.o, self.moments(g, s)
        root = np.sqrt(v / (1 - o["beta2"] ** self.t))
        return p - o["learningRate"] / (1 - o["beta1"] ** self.t) * m / (root + o["epsilon"])

    def adamw(self, p, g, s):
        return self.adam(p * (1 - self.o["learningRate"] * self.o["weightDecay"]), g, s)

    def nadam(self, p, g, s):
        o, (m, v) = self.o, self.moments(g, s)
        root = np.sqrt(v / (1 - o["beta2"] ** self.t)) + o["epsilon"]
        return p - o["learningRate"] * ((1 - self.mu) / (1 - self.product) * g
                                        + self.next / (1 - self.product * self.next) * m) / root

    def rmsprop(self, p, g, s):
        o = self.o
        squares = self.mean(s, "s", o["alpha"], g * g)
        if o["centered"]:
            a = self.mean(s, "a", o["alpha"], g)
            squares = squares - a * a
        step = g / (np.sqrt(squares) + o["epsilon"])
        if o["momentum"]:
            step = s["b"] = o["momentum"] * s.get("b", Real(0)) + step
        return p - o["learningRate"] * step


def clip(gradients, most):
    """PyTorch's clip_grad_norm_: the norm before, and the gradients after."""
    norm = np.sqrt(sum((gradient * gradient).sum() for gradient in gradients.values()))
    factor = min(Real(most) / (norm + Real(1e-6)), Real(1))
    return norm, {name: factor * gradient for name, gradient in gradients.items()}
