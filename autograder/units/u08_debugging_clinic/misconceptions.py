"""Wrong answers of unit u08_debugging_clinic."""

import numpy as np

from autograder.checking.misconceptions import misconception
from autograder.course.units import load_reference

reference = load_reference("u08_debugging_clinic")
numerical_gradients = reference.numerical_gradients
X1, T1, X2, T2 = reference.X1, reference.T1, reference.X2, reference.T2

INSTRUMENT = "u08_debugging_clinic.md#one-number-for-each-parameter"
SIGNS = "u08_debugging_clinic.md#what-each-illness-looks-like"
EXPERIMENTS = "u08_debugging_clinic.md#when-one-look-is-not-enough"
REPAIRS = "u08_debugging_clinic.md#mending"
NORM = np.linalg.norm


def compare(net, x, t, error):
    """Return {name: error(a, n)} for the claimed and the numerical gradient of each parameter."""
    claimed, numerical = net.gradient(x, t), numerical_gradients(net, x, t)
    return {name: float(error(claimed[name], numerical[name])) for name in net.params}


def relative(a, n):
    """Return the right error."""
    return NORM(a - n) / max(NORM(a) + NORM(n), 1e-4)


@misconception("grad_check", name="absolute error", section=INSTRUMENT,
               hint="If all gradients were a thousand times smaller, what would your error say about the same bug?")
def check_absolute(net, x, t):
    return compare(net, x, t, lambda a, n: NORM(a - n))


@misconception("grad_check", name="largest difference", section=INSTRUMENT,
               hint="Is a difference of 0.01 large or small? What do you compare it with?")
def check_largest(net, x, t):
    return compare(net, x, t, lambda a, n: np.max(np.abs(a - n)))


@misconception("grad_check", name="biases not examined", section=INSTRUMENT,
               hint="Which parameters does a layer have besides its weights, and does your report name them?")
def check_weights_only(net, x, t):
    errors = compare(net, x, t, relative)
    return {name: 0.0 if name.startswith("b") else error for name, error in errors.items()}


@misconception("grad_check", name="sizes only", section=INSTRUMENT,
               hint="Two vectors of the same length point in opposite directions. What does your error say?")
def check_sizes(net, x, t):
    return compare(net, x, t, lambda a, n: abs(NORM(a) - NORM(n)) / max(NORM(a) + NORM(n), 1e-4))


@misconception("grad_check", name="only one size below", section=INSTRUMENT,
               hint="For a turned sign your error is 2, but no error should exceed 1. Which sizes do you divide by?")
def check_one_sided(net, x, t):
    return compare(net, x, t, lambda a, n: NORM(a - n) / max(NORM(n), 1e-4))


@misconception("grad_check", name="one-sided differences", section=INSTRUMENT,
               hint="Even a healthy net has errors in your report. How precise is the gradient that you trust?")
def check_forward(net, x, t):
    claimed, errors = net.gradient(x, t), {}
    for name, array in net.params.items():
        base, n = net.loss(x, t), np.zeros(array.shape)
        for place in np.ndindex(array.shape):
            kept = array[place]
            array[place] = kept + 1e-3
            n[place] = (net.loss(x, t) - base) / 1e-3
            array[place] = kept
        errors[name] = float(NORM(claimed[name] - n) / max(NORM(claimed[name]) + NORM(n), 1e-4))
    return errors


@misconception("grad_check", name="signed", section=INSTRUMENT,
               hint="Differences of different sign meet in a sum. What becomes of them?")
def check_signed(net, x, t):
    return compare(net, x, t, lambda a, n: np.sum(a - n) / max(NORM(a) + NORM(n), 1e-4))


@misconception("grad_check", name="norms squared", section=INSTRUMENT,
               hint="For gradients 4 and 1, the error should be 3 over 5. Is yours 9 over 17?")
def check_squared(net, x, t):
    return compare(net, x, t, lambda a, n: np.sum((a - n) ** 2) / max(np.sum(a**2) + np.sum(n**2), 1e-4))


@misconception("grad_check", name="norm of the matrix as a map", section=INSTRUMENT,
               hint="For a matrix, what does your norm give for [[3, 0], [0, 4]]? The root of 9 + 16 is 5.")
def check_spectral(net, x, t):
    def size(array):
        return np.linalg.norm(array, 2)

    return compare(net, x, t, lambda a, n: size(a - n) / max(size(a) + size(n), 1e-4))


@misconception("grad_check", name="floor forgotten", section=INSTRUMENT,
               hint="Where both gradients are 0, by what do you divide?")
def check_without_floor(net, x, t):
    return compare(net, x, t, lambda a, n: NORM(a - n) / (NORM(a) + NORM(n)))


@misconception("grad_check", name="batch of the notebook", section=INSTRUMENT,
               hint="Which rows does your examination show the net: those that it is given?")
def check_on_the_notebook(net, inputs, labels):
    return compare(net, X1, T1, relative)


@misconception("grad_check", name="patient changed", section=INSTRUMENT,
               hint="Compare params before and after your examination. Are they the same?")
def check_careless(net, x, t):
    errors = compare(net, x, t, relative)
    net.params["W1"] += 1e-5
    return errors


@misconception("diagnose", name="one diagnosis for all", section=SIGNS,
               hint="Does your program look at its patient before it answers?")
def diagnose_sign(net):
    return "sign"


@misconception("diagnose", name="sign and factor confused", section=SIGNS,
               hint="All gradients are wrong. How do you tell a turned one from one that is too large?")
def diagnose_factor(net):
    found = reference.diagnose(net)
    return {"sign": "batch factor", "batch factor": "sign"}.get(found, found)


@misconception("diagnose", name="one batch only", section=EXPERIMENTS,
               hint="A patient looks healthy. Have you shown it a second batch?")
def diagnose_once(net):
    found = reference.diagnose(net)
    return "healthy" if found == "stale cache" else found


@misconception("diagnose", name="ordinary weights only", section=EXPERIMENTS,
               hint="Where does a tiny number inside a logarithm matter, and does your patient ever get there?")
def diagnose_moderate(net):
    found = reference.diagnose(net)
    return "healthy" if found == "epsilon in the log" else found


@misconception("diagnose", name="branch and activation confused", section=EXPERIMENTS,
               hint="With W2 at 0, through which way can a gradient still come back to W1?")
def diagnose_branch(net):
    found = reference.diagnose(net)
    swapped = {"overwritten branch": "activation derivative", "activation derivative": "overwritten branch"}
    return swapped.get(found, found)


@misconception("diagnose", name="weights only", section=SIGNS,
               hint="Three parameters of each net are no weights. Can an illness hide in those alone?")
def diagnose_weights(net):
    found = reference.diagnose(net)
    return "healthy" if found == "averaged bias" else found


@misconception("diagnose", name="shape taken for health", section=SIGNS,
               hint="W2 is square. Does a gradient of the right shape have its entries in the right places?")
def diagnose_square(net):
    found = reference.diagnose(net)
    return "healthy" if found == "transpose" else found


@misconception("diagnose", name="nobody is healthy", section=EXPERIMENTS,
               hint="What does your program say about a net without any bug?")
def diagnose_gloomy(net):
    found = reference.diagnose(net)
    return "epsilon in the log" if found == "healthy" else found


class Affine:
    """The mended layer with a place for one illness that stayed."""

    def __init__(self, W, b):
        self.params, self.grads = [W, b], [np.zeros_like(W), np.zeros_like(b)]

    def forward(self, x):
        self.x = x
        return x @ self.params[0] + self.params[1]

    def dW(self, dout):
        return self.x.T @ dout

    def db(self, dout):
        return dout.sum(axis=0)

    def backward(self, dout):
        self.grads[0][...] = self.dW(dout)
        self.grads[1][...] = self.db(dout)
        return dout @ self.params[0].T


@misconception("MendedAffine", name="bias still averaged", section=REPAIRS,
               hint="If every row wants the bias a bit larger, do their wishes add up?")
class AffineAveraged(Affine):
    def db(self, dout):
        return dout.mean(axis=0)


@misconception("MendedAffine", name="cache still stale", section=REPAIRS,
               hint="Run forward twice. Which x does backward use?")
class AffineStale(Affine):
    def forward(self, x):
        if not hasattr(self, "x"):
            self.x = x
        return x @ self.params[0] + self.params[1]


@misconception("MendedAffine", name="factors still exchanged", section=REPAIRS,
               hint="Which product of x and dout has the shape of W?")
class AffineTransposed(Affine):
    def dW(self, dout):
        return dout.T @ self.x


@misconception("MendedAffine", name="gradients in new arrays", section=REPAIRS,
               hint="An optimiser kept a reference to grads[0]. Does it see your new numbers?")
class AffineRebound(Affine):
    def backward(self, dout):
        self.grads = [self.dW(dout), self.db(dout)]
        return dout @ self.params[0].T


@misconception("MendedAffine", name="gradients added up", section=REPAIRS,
               hint="After a second backward, should grads hold the latest gradient or the sum of both?")
class AffineAdding(Affine):
    def backward(self, dout):
        self.grads[0] += 0.5 * self.dW(dout)
        self.grads[1] += 0.5 * self.db(dout)
        return dout @ self.params[0].T


class Sigmoid:
    def forward(self, a):
        self.a, self.z = a, 1 / (1 + np.exp(-a))
        return self.z

    def backward(self, dout):
        return dout * self.z * (1 - self.z)


@misconception("MendedSigmoid", name="input still used", section=REPAIRS,
               hint="At a = 0 the sigmoid is steepest. What does your derivative say there?")
class SigmoidInput(Sigmoid):
    def backward(self, dout):
        return dout * self.a * (1 - self.a)


@misconception("MendedSigmoid", name="dout ignored", section=REPAIRS,
               hint="Where in your result is what arrived from above?")
class SigmoidOnes(Sigmoid):
    def backward(self, dout):
        return self.z * (1 - self.z)


@misconception("MendedSigmoid", name="derivative of tanh", section=REPAIRS,
               hint="How steep is the sigmoid at 0, where its value is one half?")
class SigmoidAsTanh(Sigmoid):
    def backward(self, dout):
        return dout * (1 - self.z**2)


@misconception("MendedSigmoid", name="sigmoid applied twice", section=REPAIRS,
               hint="What do you keep in forward: what went in, or what came out? And what does backward do with it?")
class SigmoidTwice(Sigmoid):
    def backward(self, dout):
        z = 1 / (1 + np.exp(-self.z))
        return dout * z * (1 - z)


class Branch:
    def forward(self, x):
        return x, x


@misconception("MendedBranch", name="second only", section=REPAIRS,
               hint="x was used in two places. Whose gradient is in your result?")
class BranchSecond(Branch):
    def backward(self, dleft, dright):
        return dright


@misconception("MendedBranch", name="first only", section=REPAIRS,
               hint="If x moves, both copies move. Does your result know about the right one?")
class BranchFirst(Branch):
    def backward(self, dleft, dright):
        return dleft


@misconception("MendedBranch", name="averaged", section=REPAIRS,
               hint="If x grows by 1, does each copy grow by 1 or by a half?")
class BranchMean(Branch):
    def backward(self, dleft, dright):
        return (dleft + dright) / 2


@misconception("MendedBranch", name="added in place", section=REPAIRS,
               hint="What is in dleft after your backward has run?")
class BranchInPlace(Branch):
    def backward(self, dleft, dright):
        dleft += dright
        return dleft


@misconception("MendedBranch", name="multiplied", section=REPAIRS,
               hint="One copy of x does not matter to the loss, the other does. What does your result say then?")
class BranchProduct(Branch):
    def backward(self, dleft, dright):
        return dleft * dright


class Loss:
    """The mended loss with a place for one illness that stayed."""

    def log_softmax(self, scores):
        shifted = scores - scores.max(axis=1, keepdims=True)
        return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))

    def forward(self, scores, t):
        log_y = self.log_softmax(scores)
        self.y, self.t = np.exp(log_y), t
        return float(-np.mean(log_y[np.arange(len(t)), t]))

    def backward(self, dout=1.0):
        return dout * (self.y - np.eye(self.y.shape[1])[self.t]) / len(self.t)


@misconception("MendedLoss", name="sign still turned", section=REPAIRS,
               hint="If the score of a wrong class grows, does the loss grow or fall?")
class LossSign(Loss):
    def backward(self, dout=1.0):
        return -super().backward(dout)


@misconception("MendedLoss", name="batch length still missing", section=REPAIRS,
               hint="The loss is a mean over the rows. What does that do to the gradient of one row?")
class LossBatch(Loss):
    def backward(self, dout=1.0):
        return super().backward(dout) * len(self.t)


@misconception("MendedLoss", name="epsilon still there", section=REPAIRS,
               hint="For two scores that differ by 1000, what should the loss be, and what is yours?")
class LossEpsilon(Loss):
    def log_softmax(self, scores):
        return np.log(np.exp(super().log_softmax(scores)) + 1e-7)


@misconception("MendedLoss", name="overflow", section=REPAIRS,
               hint="How large is e to the power of 1000? Which number may you subtract from every score of a row?")
class LossOverflow(Loss):
    def log_softmax(self, scores):
        return np.log(np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True))


@misconception("MendedLoss", name="dout ignored", section=REPAIRS,
               hint="Where in your gradient is what arrived at the loss?")
class LossOnes(Loss):
    def backward(self, dout=1.0):
        return super().backward(1.0)


@misconception("MendedLoss", name="sum over the batch", section=REPAIRS,
               hint="With twice as many rows, all equally wrong, should this loss double?")
class LossSum(Loss):
    def forward(self, scores, t):
        return super().forward(scores, t) * len(t)
