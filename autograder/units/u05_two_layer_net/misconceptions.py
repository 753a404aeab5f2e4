"""Wrong answers of unit u05_two_layer_net."""

import numpy as np

from autograder.checking.misconceptions import misconception

ACTIVATIONS = "u05_two_layer_net.md#activations"
SOFTMAX = "u05_two_layer_net.md#softmax"
ENTROPY = "u05_two_layer_net.md#cross-entropy"
NODE = "u05_two_layer_net.md#softmax-and-loss-in-one-node"
NET = "u05_two_layer_net.md#the-two-layer-net"


def logistic(a):
    """Return the sigmoid of any number."""
    return 0.5 * (1.0 + np.tanh(0.5 * a))


def chances(x):
    """Return the softmax of each row."""
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def one_hot(t, classes):
    """Return labels or one-hot rows as one-hot rows."""
    return t if t.ndim == 2 else np.eye(classes)[t]


def labels(t):
    """Return labels or one-hot rows as labels."""
    return t.argmax(axis=1) if t.ndim == 2 else t


def charges(y, t):
    """Return minus the logarithm of each example's probability of the right class."""
    return -np.log(y[np.arange(len(y)), one_hot(t, y.shape[1]).argmax(axis=1)])


class SigmoidForward:
    """What the wrong Sigmoid layers get right."""

    def forward(self, a):
        self.a, self.z = a, logistic(a)
        return self.z.copy()

    def backward(self, dout):
        return dout * self.z * (1.0 - self.z)


@misconception("Sigmoid", name="a(1 - a)", section=ACTIVATIONS,
               hint="The slope of the sigmoid at 0 is 1/4. What does your formula give there?")
class SigmoidInput(SigmoidForward):
    def backward(self, dout):
        return dout * self.a * (1.0 - self.a)


@misconception("Sigmoid", name="overflow", section=ACTIVATIONS,
               hint="Which power of e does your formula ask for when a is -1000?")
class SigmoidOverflow(SigmoidForward):
    def forward(self, a):
        self.z = 1.0 / (1.0 + np.exp(-a))
        return self.z.copy()


@misconception("Sigmoid", name="infinity over infinity", section=ACTIVATIONS,
               hint="What are numerator and denominator of your formula when a is 1000?")
class SigmoidQuotient(SigmoidForward):
    def forward(self, a):
        self.z = np.exp(a) / (1.0 + np.exp(a))
        return self.z.copy()


@misconception("Sigmoid", name="mirrored", section=ACTIVATIONS,
               hint="Should a large positive input come out near 1 or near 0?")
class SigmoidMirrored(SigmoidForward):
    def forward(self, a):
        self.z = logistic(-a)
        return self.z.copy()


@misconception("Sigmoid", name="ignores dout", section=ACTIVATIONS,
               hint="Double dout. Does what you send back double?")
class SigmoidIgnoresDout(SigmoidForward):
    def backward(self, dout):
        return self.z * (1.0 - self.z)


@misconception("Sigmoid", name="sigmoid taken twice", section=ACTIVATIONS,
               hint="The formula z(1 - z) wants the output of forward. Is that what your backward puts into it?")
class SigmoidTwice(SigmoidForward):
    def backward(self, dout):
        twice = logistic(self.z)
        return dout * twice * (1.0 - twice)


@misconception("Sigmoid", name="slope taken from dout", section=ACTIVATIONS,
               hint="Which array knows how steep the curve was: the one that went forward, or the one that comes back?")
class SigmoidFromDout(SigmoidForward):
    def backward(self, dout):
        return dout * (1.0 - dout)


@SigmoidFromDout.variant
class SigmoidOfDout(SigmoidForward):
    def backward(self, dout):
        z = logistic(dout)
        return dout * z * (1.0 - z)


@misconception("Sigmoid", name="slope of tanh", section=ACTIVATIONS,
               hint="Which activation has the slope 1 - z squared?")
class SigmoidLikeTanh(SigmoidForward):
    def backward(self, dout):
        return dout * (1.0 - self.z**2)


class ReLUForward:
    """What the wrong ReLU layers get right."""

    def forward(self, a):
        self.a = a
        return np.where(a > 0, a, 0.0)

    def backward(self, dout):
        return np.where(self.a > 0, dout, 0.0)


@misconception("ReLU", name="mask changes the input", section=ACTIVATIONS,
               hint="The output is right. What does the input look like after your forward?")
class ReLUInPlace(ReLUForward):
    def forward(self, a):
        self.a = a
        a[a <= 0] = 0.0
        return a


@misconception("ReLU", name="mask changes dout", section=ACTIVATIONS,
               hint="What you return is right. What does dout look like after your backward?")
class ReLUDoutInPlace(ReLUForward):
    def backward(self, dout):
        dout[self.a <= 0] = 0.0
        return dout


@misconception("ReLU", name="passes at zero", section=ACTIVATIONS,
               hint="At exactly 0 there is no derivative. What did we agree to send back there?")
class ReLUPassesAtZero(ReLUForward):
    def backward(self, dout):
        return np.where(self.a >= 0, dout, 0.0)


@misconception("ReLU", name="sign of dout decides", section=ACTIVATIONS,
               hint="What decides whether a gradient passes: its own sign, or the sign of the input?")
class ReLUSignOfDout(ReLUForward):
    def backward(self, dout):
        return np.where(dout > 0, dout, 0.0)


@misconception("ReLU", name="passes where the input was negative", section=ACTIVATIONS,
               hint="If the input was -5, does a small move of it change the output? What do you send back there?")
class ReLUTurned(ReLUForward):
    def backward(self, dout):
        return np.where(self.a > 0, 0.0, dout)


@misconception("ReLU", name="everything passes", section=ACTIVATIONS,
               hint="Where the output was cut off to 0, does the loss hear anything of the input?")
class ReLUPassesAll(ReLUForward):
    def backward(self, dout):
        return dout.copy()


@misconception("ReLU", name="times the output", section=ACTIVATIONS,
               hint="What is the slope of max(a, 0) at a = 3: 1, or 3?")
class ReLUTimesOutput(ReLUForward):
    def backward(self, dout):
        return dout * np.maximum(self.a, 0.0)


@misconception("ReLU", name="ignores dout", section=ACTIVATIONS,
               hint="Double dout. Does what you send back double?")
class ReLUIgnoresDout(ReLUForward):
    def backward(self, dout):
        return np.where(self.a > 0, 1.0, 0.0)


@misconception("ReLU", name="absolute value", section=ACTIVATIONS,
               hint="What should come out for -5?")
class ReLUAbsolute(ReLUForward):
    def forward(self, a):
        self.a = a
        return np.abs(a)


class TanhForward:
    """What the wrong Tanh layers get right."""

    def forward(self, a):
        self.a, self.z = a, np.tanh(a)
        return self.z.copy()

    def backward(self, dout):
        return dout * (1.0 - self.z**2)


@misconception("Tanh", name="1 - a squared", section=ACTIVATIONS,
               hint="How steep is tanh at a = 3 in the picture, and how steep is it by your formula?")
class TanhInput(TanhForward):
    def backward(self, dout):
        return dout * (1.0 - self.a**2)


@misconception("Tanh", name="tanh taken twice", section=ACTIVATIONS,
               hint="The formula 1 - z squared wants the output of forward. Is that what your backward puts into it?")
class TanhTwice(TanhForward):
    def backward(self, dout):
        return dout * (1.0 - np.tanh(self.z) ** 2)


@misconception("Tanh", name="slope taken from dout", section=ACTIVATIONS,
               hint="Which array knows how steep the curve was: the one that went forward, or the one that comes back?")
class TanhFromDout(TanhForward):
    def backward(self, dout):
        return dout * (1.0 - dout**2)


@TanhFromDout.variant
class TanhOfDout(TanhForward):
    def backward(self, dout):
        return dout * (1.0 - np.tanh(dout) ** 2)


@misconception("Tanh", name="square forgotten", section=ACTIVATIONS,
               hint="A slope of tanh is never larger than 1. Can yours be, where z is negative?")
class TanhNoSquare(TanhForward):
    def backward(self, dout):
        return dout * (1.0 - self.z)


@misconception("Tanh", name="slope of the sigmoid", section=ACTIVATIONS,
               hint="The slope of tanh at 0 is 1. What does your formula give there?")
class TanhLikeSigmoid(TanhForward):
    def backward(self, dout):
        return dout * self.z * (1.0 - self.z)


@misconception("Tanh", name="ignores dout", section=ACTIVATIONS,
               hint="Double dout. Does what you send back double?")
class TanhIgnoresDout(TanhForward):
    def backward(self, dout):
        return 1.0 - self.z**2


@misconception("Tanh", name="overflow", section=ACTIVATIONS,
               hint="Curve and slope are right near 0. Which power of e does your formula ask for when a is 1000?")
class TanhOverflow(TanhForward):
    def forward(self, a):
        self.z = (np.exp(a) - np.exp(-a)) / (np.exp(a) + np.exp(-a))
        return self.z.copy()


@misconception("Tanh", name="a stretched sigmoid", section=ACTIVATIONS,
               hint="The ends are right. How steep should the curve be at 0?")
class TanhStretched(TanhForward):
    def forward(self, a):
        self.z = np.tanh(0.5 * a)
        return self.z.copy()


@misconception("softmax", name="no shift", section=SOFTMAX,
               hint="What is the exponential of 1000, and what is infinity divided by infinity?")
def softmax_no_shift(x):
    powers = np.exp(x)
    return powers / powers.sum(axis=1, keepdims=True)


@misconception("softmax", name="global maximum", section=SOFTMAX,
               hint="One row is 2000 below the largest score. What are its exponentials after your shift?")
def softmax_global(x):
    powers = np.exp(x - x.max())
    return powers / powers.sum(axis=1, keepdims=True)


@misconception("softmax", name="axis lost", section=SOFTMAX,
               hint="What shape has the maximum of each row, and what shape would line up with the rows of x?")
def softmax_flat(x):
    powers = np.exp(x - x.max(axis=1))
    return powers / powers.sum(axis=1)


@misconception("softmax", name="over the batch", section=SOFTMAX,
               hint="Which should have the sum 1, your rows or your columns?")
def softmax_columns(x):
    powers = np.exp(x - x.max(axis=0))
    return powers / powers.sum(axis=0)


@misconception("softmax", name="one sum for all rows", section=SOFTMAX,
               hint="What is the sum of one row of your result, and of all rows together?")
def softmax_one_sum(x):
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum()


@misconception("softmax", name="in place", section=SOFTMAX,
               hint="What has become of the scores after your function has run?")
def softmax_in_place(x):
    x -= x.max(axis=1, keepdims=True)
    return chances(x)


@misconception("softmax", name="no exponential", section=SOFTMAX,
               hint="What does your function make of a negative score?")
def softmax_plain(x):
    return x / x.sum(axis=1, keepdims=True)


@misconception("cross_entropy", name="sum for mean", section=ENTROPY,
               hint="Write the batch twice, one below the other. Should this loss double or stay?")
def cross_entropy_sum(y, t):
    return float(charges(y, t).sum())


@misconception("cross_entropy", name="divided twice", section=ENTROPY,
               hint="How often does your function divide by the number of examples?")
def cross_entropy_twice(y, t):
    return float(charges(y, t).sum() / len(y) ** 2)


@misconception("cross_entropy", name="mean over all entries", section=ENTROPY,
               hint="How many numbers did you average: one for each example, or one for each class of each example?")
def cross_entropy_entries(y, t):
    return float(charges(y, t).sum() / y.size)


@misconception("cross_entropy", name="minus forgotten", section=ENTROPY,
               hint="What sign has the logarithm of a probability, and should a loss fall or rise as things go wrong?")
def cross_entropy_sign(y, t):
    return float(-charges(y, t).mean())


@misconception("cross_entropy", name="zero times minus infinity", section=ENTROPY,
               hint="A wrong class has probability 0. What is 0 times the logarithm of 0 for NumPy?")
def cross_entropy_log_zero(y, t):
    return float(-np.sum(one_hot(t, y.shape[1]) * np.log(y)) / len(y))


@misconception("cross_entropy", name="a small number in the logarithm", section=ENTROPY,
               hint="What is the loss of a prediction that is sure and right? Is yours exactly that?")
def cross_entropy_epsilon(y, t):
    return float(-np.sum(one_hot(t, y.shape[1]) * np.log(y + 1e-7)) / len(y))


@cross_entropy_epsilon.variant
def cross_entropy_clipped(y, t):
    return float(-np.log(np.clip(y, 1e-7, 1 - 1e-7)[np.arange(len(y)), one_hot(t, y.shape[1]).argmax(axis=1)]).mean())


@misconception("cross_entropy", name="whole columns picked", section=ENTROPY,
               hint="How many entries has y[:, t], and how many did you want?")
def cross_entropy_columns(y, t):
    return float(-np.mean(np.log(y[:, labels(t)])))


@cross_entropy_columns.variant
def cross_entropy_columns_of_zeros_and_ones(y, t):
    return float(-np.mean(np.log(y[:, t])))


@cross_entropy_columns.variant
def cross_entropy_columns_epsilon(y, t):
    return float(-np.mean(np.log(y[:, labels(t)] + 1e-7)))


@cross_entropy_columns.variant
def cross_entropy_columns_summed(y, t):
    return float(-np.sum(np.log(y[:, labels(t)])) / len(y))


@cross_entropy_columns.variant
def cross_entropy_columns_summed_epsilon(y, t):
    return float(-np.sum(np.log(y[:, labels(t)] + 1e-7)) / len(y))


@misconception("cross_entropy", name="labels only", section=ENTROPY,
               hint="What happens in your function when t is a table of zeros and ones?")
def cross_entropy_labels_only(y, t):
    return float(-np.log(y[np.arange(len(y)), t]).mean())


class LossForward:
    """What the wrong SoftmaxWithLoss nodes get right."""

    def forward(self, x, t):
        self.y, self.t = chances(x), one_hot(t, x.shape[1])
        shifted = x - x.max(axis=1, keepdims=True)
        log_y = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return float(-(self.t * log_y).sum() / len(x))

    def backward(self, dout=1.0):
        return dout * (self.y - self.t) / len(self.y)


@misconception("SoftmaxWithLoss", name="log of zero", section=NODE,
               hint="Softmax rounds a tiny probability to 0. Can you find ln y without taking the logarithm of y?")
class LossLogZero(LossForward):
    def forward(self, x, t):
        super().forward(x, t)
        return float(-np.log(self.y[np.arange(len(x)), self.t.argmax(axis=1)]).mean())


@misconception("SoftmaxWithLoss", name="a small number in the logarithm", section=NODE,
               hint="How large can your loss become at most, and how large should it be for scores 2000 apart?")
class LossEpsilon(LossForward):
    def forward(self, x, t):
        super().forward(x, t)
        return float(-np.log(self.y[np.arange(len(x)), self.t.argmax(axis=1)] + 1e-7).mean())


@LossEpsilon.variant
class LossEpsilonTiny(LossForward):
    def forward(self, x, t):
        super().forward(x, t)
        return float(-np.log(self.y[np.arange(len(x)), self.t.argmax(axis=1)] + 1e-12).mean())


@LossEpsilon.variant
class LossClipped(LossForward):
    def forward(self, x, t):
        super().forward(x, t)
        y = np.clip(self.y, 1e-15, 1.0)
        return float(-np.log(y[np.arange(len(x)), self.t.argmax(axis=1)]).mean())


@misconception("SoftmaxWithLoss", name="backward not divided by N", section=NODE,
               hint="The loss is a mean over N examples. How much does one example move it?")
class LossNoN(LossForward):
    def backward(self, dout=1.0):
        return dout * (self.y - self.t)


@misconception("SoftmaxWithLoss", name="backward divided twice", section=NODE,
               hint="Compare with a central difference for N = 2: by which factor are you off? And for N = 4?")
class LossTwiceN(LossForward):
    def backward(self, dout=1.0):
        return dout * (self.y - self.t) / len(self.y) ** 2


@misconception("SoftmaxWithLoss", name="neither is divided", section=NODE,
               hint="Write the batch twice, one below the other. Should this loss double or stay?")
class LossSum(LossForward):
    def forward(self, x, t):
        return super().forward(x, t) * len(x)

    def backward(self, dout=1.0):
        return dout * (self.y - self.t)


@misconception("SoftmaxWithLoss", name="sign turned", section=NODE,
               hint="If the score of the right class grows, does the loss rise or fall? And its gradient?")
class LossSign(LossForward):
    def backward(self, dout=1.0):
        return dout * (self.t - self.y) / len(self.y)


@misconception("SoftmaxWithLoss", name="ignores dout", section=NODE,
               hint="Somebody adds three times this loss to another. What arrives at your backward, and who uses it?")
class LossIgnoresDout(LossForward):
    def backward(self, dout=1.0):
        return (self.y - self.t) / len(self.y)


@misconception("SoftmaxWithLoss", name="probabilities changed in place", section=NODE,
               hint="Call backward twice. Why are the two results different?")
class LossInPlace(LossForward):
    def backward(self, dout=1.0):
        self.y[np.arange(len(self.y)), self.t.argmax(axis=1)] -= 1.0
        return dout * self.y / len(self.y)


@misconception("SoftmaxWithLoss", name="the right class only", section=NODE,
               hint="The probabilities of a row share the sum 1. If the score of a wrong class grows, who loses?")
class LossRightOnly(LossForward):
    def backward(self, dout=1.0):
        return dout * self.t * (self.y - 1.0) / len(self.y)


class NetParts:
    """What the wrong nets get right."""

    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01, seed=None):
        rng = np.random.default_rng(seed)
        self.params = {
            "W1": weight_init_std * rng.normal(size=(input_size, hidden_size)), "b1": np.zeros(hidden_size),
            "W2": weight_init_std * rng.normal(size=(hidden_size, output_size)), "b2": np.zeros(output_size),
        }

    def load(self, params):
        for name, array in params.items():
            self.params[name][...] = array

    def hidden(self, x):
        return logistic(x @ self.params["W1"] + self.params["b1"])

    def scores(self, x):
        return self.hidden(x) @ self.params["W2"] + self.params["b2"]

    def predict(self, x):
        return chances(self.scores(x))

    def loss(self, x, t):
        return LossForward().forward(self.scores(x), t)

    def accuracy(self, x, t):
        return float(np.mean(self.predict(x).argmax(axis=1) == one_hot(t, self.params["b2"].size).argmax(axis=1)))

    def slope(self, z):
        return z * (1.0 - z)

    def gradient(self, x, t):
        return self.backward(x, self.hidden(x), self.predict(x), one_hot(t, self.params["b2"].size))

    def backward(self, x, z, y, t):
        d_scores = (y - t) / len(x)
        d_sums = d_scores @ self.params["W2"].T * self.slope(z)
        return {"W1": x.T @ d_sums, "b1": d_sums.sum(axis=0), "W2": z.T @ d_scores, "b2": d_scores.sum(axis=0)}


@misconception("TwoLayerNet", name="cache of another batch", section=NET,
               hint="Call loss with one batch and gradient with another. Whose hidden values does your gradient use?")
class NetStale(NetParts):
    def hidden(self, x):
        self.cached = super().hidden(x)
        return self.cached

    def gradient(self, x, t):
        z = getattr(self, "cached", None)
        z = self.hidden(x) if z is None else z
        y = chances(z @ self.params["W2"] + self.params["b2"])
        return self.backward(x, z, y, one_hot(t, y.shape[1]))


@misconception("TwoLayerNet", name="bias summed over the wrong axis", section=NET,
               hint="A bias has one number for each unit. Along which axis lie the examples, along which do you add?")
class NetAxis(NetParts):
    def backward(self, x, z, y, t):
        d_scores = (y - t) / len(x)
        d_sums = d_scores @ self.params["W2"].T * self.slope(z)
        return {"W1": x.T @ d_sums, "b1": d_sums.sum(axis=1), "W2": z.T @ d_scores, "b2": d_scores.sum(axis=1)}


@NetAxis.variant
class NetAxisFirst(NetParts):
    def backward(self, x, z, y, t):
        d_sums = (y - t) / len(x) @ self.params["W2"].T * self.slope(z)
        return super().backward(x, z, y, t) | {"b1": d_sums.sum(axis=1)}


@NetAxis.variant
class NetAxisSecond(NetParts):
    def backward(self, x, z, y, t):
        return super().backward(x, z, y, t) | {"b2": ((y - t) / len(x)).sum(axis=1)}


@misconception("TwoLayerNet", name="bias gradient as a row", section=NET,
               hint="The numbers are fine. How many axes has b1, and how many has its gradient?")
class NetRowBias(NetParts):
    def backward(self, x, z, y, t):
        gradient = super().backward(x, z, y, t)
        return gradient | {name: gradient[name].reshape(1, -1) for name in ("b1", "b2")}


@misconception("TwoLayerNet", name="bias averaged", section=NET,
               hint="The loss already holds the mean over the batch. How often do you take it for the biases?")
class NetBiasMean(NetParts):
    def backward(self, x, z, y, t):
        gradient = super().backward(x, z, y, t)
        return gradient | {name: gradient[name] / len(x) for name in ("b1", "b2")}


@misconception("TwoLayerNet", name="slope of the sigmoid left out", section=NET,
               hint="The gradient arrives behind the sigmoid. Where does it change on its way to the front?")
class NetNoSlope(NetParts):
    def slope(self, z):
        return np.ones_like(z)


@misconception("TwoLayerNet", name="no mean over the batch", section=NET,
               hint="The loss is a mean over N examples. Where does N come into your gradient?")
class NetNoN(NetParts):
    def backward(self, x, z, y, t):
        return {name: array * len(x) for name, array in super().backward(x, z, y, t).items()}


@misconception("TwoLayerNet", name="no activation", section=NET,
               hint="How many layers are two affine layers with nothing in between?")
class NetLinear(NetParts):
    def hidden(self, x):
        return x @ self.params["W1"] + self.params["b1"]

    def slope(self, z):
        return np.ones_like(z)


@misconception("TwoLayerNet", name="predict without softmax", section=NET,
               hint="What is the sum of one row of your prediction, and what should it be?")
class NetNoSoftmax(NetParts):
    def predict(self, x):
        return self.scores(x)

    def gradient(self, x, t):
        return self.backward(x, self.hidden(x), chances(self.scores(x)), one_hot(t, self.params["b2"].size))


@misconception("TwoLayerNet", name="log of softmax", section=NET,
               hint="Your SoftmaxWithLoss stays finite for any scores. Does your net ask it?")
class NetUnstable(NetParts):
    def loss(self, x, t):
        y = self.predict(x)
        return float(-np.log(y[np.arange(len(x)), labels(t)]).mean())


@NetUnstable.variant
class NetEpsilon(NetParts):
    def loss(self, x, t):
        y = self.predict(x) + 1e-7
        return float(-np.log(y[np.arange(len(x)), labels(t)]).mean())


@NetUnstable.variant
class NetEpsilonTiny(NetParts):
    def loss(self, x, t):
        y = self.predict(x) + 1e-12
        return float(-np.log(y[np.arange(len(x)), labels(t)]).mean())


@NetUnstable.variant
class NetClipped(NetParts):
    def loss(self, x, t):
        y = np.clip(self.predict(x), 1e-7, 1.0)
        return float(-np.log(y[np.arange(len(x)), labels(t)]).mean())


@NetUnstable.variant
class NetClippedTiny(NetParts):
    def loss(self, x, t):
        y = np.clip(self.predict(x), 1e-15, 1.0)
        return float(-np.log(y[np.arange(len(x)), labels(t)]).mean())


@misconception("TwoLayerNet", name="all weights alike", section=NET,
               hint="If two hidden units begin with equal weights, what could ever make them different?")
class NetAlike(NetParts):
    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01, seed=None):
        super().__init__(input_size, hidden_size, output_size, weight_init_std, seed)
        for name in ("W1", "W2"):
            self.params[name][...] = weight_init_std


@misconception("TwoLayerNet", name="standard deviation left out", section=NET,
               hint="How large are your first weights, and how large did the caller want them?")
class NetWide(NetParts):
    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01, seed=None):
        super().__init__(input_size, hidden_size, output_size, 1.0, seed)


@misconception("TwoLayerNet", name="weights lie on their side", section=NET,
               hint="x is (N, I) and stands on the left of W1. What must the shape of W1 be?")
class NetTransposed(NetParts):
    def __init__(self, input_size, hidden_size, output_size, weight_init_std=0.01, seed=None):
        super().__init__(input_size, hidden_size, output_size, weight_init_std, seed)
        for name in ("W1", "W2"):
            self.params[name] = self.params[name].T.copy()


@misconception("TwoLayerNet", name="accuracy counts", section=NET,
               hint="What is the largest value that your accuracy can take?")
class NetCounts(NetParts):
    def accuracy(self, x, t):
        return super().accuracy(x, t) * len(x)


@misconception("TwoLayerNet", name="best example for each class", section=NET,
               hint="Along which axis of the predictions do the classes of one example lie?")
class NetArgmaxAxis(NetParts):
    def accuracy(self, x, t):
        right = one_hot(t, self.params["b2"].size).argmax(axis=1)
        return float(np.mean(self.predict(x).argmax(axis=0)[: len(right)] == right[: self.params["b2"].size]))
