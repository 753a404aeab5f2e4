"""Wrong answers of unit u09_optimizer_race."""

import numpy as np

from autograder.checking.misconceptions import misconception

MOMENTUM = "u09_optimizer_race.md#a-ball-with-momentum"
ADAGRAD = "u09_optimizer_race.md#a-learning-rate-for-each-direction"
ADAM = "u09_optimizer_race.md#both-at-once-adam"
START = "u09_optimizer_race.md#how-large-should-the-first-weights-be"


class Rolling:
    """Momentum with a place for one mistake."""

    def __init__(self, eta=1e-2, beta=0.9):
        self.eta, self.beta = eta, beta
        self.velocities = [0.0, 0.0]

    def velocity(self, v, g):
        return self.beta * v - self.eta * g

    def update(self, grad_w, grad_b, *args, **kwds):
        pairs = zip(self.velocities, (grad_w, grad_b), strict=True)
        self.velocities = [self.velocity(v, g) for v, g in pairs]
        return tuple(self.velocities)


@misconception("Momentum", name="uphill", section=MOMENTUM,
               hint="If the loss rises in the direction of w, should w become larger or smaller?")
class MomentumUphill(Rolling):
    def velocity(self, v, g):
        return self.beta * v + self.eta * g


@misconception("Momentum", name="average", section=MOMENTUM,
               hint="With a gradient of 1 in the first step, is your change -eta, or only a part of it?")
class MomentumAverage(Rolling):
    def velocity(self, v, g):
        return self.beta * v - (1 - self.beta) * self.eta * g


@misconception("Momentum", name="velocity forgotten", section=MOMENTUM,
               hint="In the second step, where does your program find the velocity of the first?")
class MomentumForgetful(Rolling):
    def velocity(self, v, g):
        return -self.eta * g


@misconception("Momentum", name="no friction", section=MOMENTUM,
               hint="If the ground becomes flat, does your ball slow down?")
class MomentumWithoutFriction(Rolling):
    def velocity(self, v, g):
        return v - self.eta * g


@misconception("Momentum", name="learning rate twice", section=MOMENTUM,
               hint="By what is the velocity multiplied before it becomes the change?")
class MomentumTwice(Rolling):
    def velocity(self, v, g):
        return self.beta * v - g

    def update(self, grad_w, grad_b, *args, **kwds):
        return tuple(self.eta * self.eta * v for v in super().update(grad_w, grad_b))


@misconception("Momentum", name="one velocity for w and b", section=MOMENTUM,
               hint="How many velocities does a layer with weights and biases need?")
class MomentumTogether(Rolling):
    def update(self, grad_w, grad_b, *args, **kwds):
        v = self.velocities[0]
        dw = self.velocity(v, grad_w)
        db = self.velocity(np.ravel(dw)[: np.size(grad_b)].reshape(np.shape(grad_b)), grad_b)
        self.velocities = [dw, dw]
        return dw, db


@misconception("Momentum", name="one buffer for all changes", section=MOMENTUM,
               hint="Keep the changes of the first update, and look at them after the second. What became of them?")
class MomentumBuffer(Rolling):
    def update(self, grad_w, grad_b, *args, **kwds):
        if isinstance(self.velocities[0], float):
            self.velocities = [np.zeros(np.shape(grad_w)), np.zeros(np.shape(grad_b))]
        for v, g in zip(self.velocities, (grad_w, grad_b), strict=True):
            v *= self.beta
            v -= self.eta * g
        return tuple(self.velocities)


@misconception("Momentum", name="shared by all", section=MOMENTUM,
               told_by="test_two_momentums_do_not_share_their_velocity",
               hint="Two layers have an optimiser each. Does the velocity belong to the class, or to each object?")
class MomentumShared(Rolling):
    memory: list = [0.0, 0.0]  # noqa: RUF012 (the mistake)

    def __init__(self, eta=1e-2, beta=0.9):
        self.eta, self.beta = eta, beta

    def update(self, grad_w, grad_b, *args, **kwds):
        for i, g in enumerate((grad_w, grad_b)):
            if np.shape(self.memory[i]) != np.shape(g):
                self.memory[i] = 0.0
            self.memory[i] = self.velocity(self.memory[i], g)
        return tuple(self.memory)


@misconception("Momentum", name="gradients changed", section=MOMENTUM,
               hint="What is in grad_w after your update has run?")
class MomentumInPlace(Rolling):
    def velocity(self, v, g):
        g *= -self.eta
        return g + self.beta * v


class Scaling:
    """AdaGrad with a place for one mistake."""

    def __init__(self, eta=1e-2, eps=1e-7):
        self.eta, self.eps = eta, eps
        self.squares = [0.0, 0.0]

    def memory(self, h, g):
        return h + g**2

    def change(self, h, g):
        return -self.eta * g / (np.sqrt(h) + self.eps)

    def update(self, grad_w, grad_b, *args, **kwds):
        gradients = (grad_w, grad_b)
        self.squares = [self.memory(h, g) for h, g in zip(self.squares, gradients, strict=True)]
        return tuple(self.change(h, g) for h, g in zip(self.squares, gradients, strict=True))


@misconception("AdaGrad", name="uphill", section=ADAGRAD,
               hint="If the loss rises in the direction of w, should w become larger or smaller?")
class AdaGradUphill(Scaling):
    def change(self, h, g):
        return -super().change(h, g)


@misconception("AdaGrad", name="nothing added up", section=ADAGRAD,
               hint="After a hundred equal gradients, should the step still be as long as the first?")
class AdaGradForgetful(Scaling):
    def memory(self, h, g):
        return g**2


@misconception("AdaGrad", name="no root", section=ADAGRAD,
               hint="For a gradient of 3, how long is your first step in units of eta?")
class AdaGradWithoutRoot(Scaling):
    def change(self, h, g):
        return -self.eta * g / (h + self.eps)


@misconception("AdaGrad", name="gradients added, not squares", section=ADAGRAD,
               hint="If the gradients are 3 and then -3, what does your memory hold?")
class AdaGradPlain(Scaling):
    def memory(self, h, g):
        return h + g

    def change(self, h, g):
        return -self.eta * g / (np.sqrt(np.abs(h)) + self.eps)


@misconception("AdaGrad", name="one learning rate for all", section=ADAGRAD,
               hint="One weight stands on steep ground, another on flat ground. May their steps shrink differently?")
class AdaGradTogether(Scaling):
    def memory(self, h, g):
        return h + np.sum(g**2)


@misconception("AdaGrad", name="zero over zero", section=ADAGRAD,
               hint="A gradient is exactly 0 from the start. What do you divide by?")
class AdaGradWithoutEps(Scaling):
    def change(self, h, g):
        return -self.eta * g / np.sqrt(h)


@misconception("AdaGrad", name="step before memory", section=ADAGRAD,
               hint="In the very first step, is the present gradient part of what you divide by?")
class AdaGradLate(Scaling):
    def update(self, grad_w, grad_b, *args, **kwds):
        gradients = (grad_w, grad_b)
        answer = tuple(self.change(h, g) for h, g in zip(self.squares, gradients, strict=True))
        self.squares = [self.memory(h, g) for h, g in zip(self.squares, gradients, strict=True)]
        return answer


@misconception("AdaGrad", name="shared by all", section=ADAGRAD,
               told_by="test_two_adagrads_do_not_share_their_memory",
               hint="Two layers have an optimiser each. Do the squares belong to the class, or to each object?")
class AdaGradShared(Scaling):
    kept: list = [0.0, 0.0]  # noqa: RUF012 (the mistake)

    def update(self, grad_w, grad_b, *args, **kwds):
        for i, g in enumerate((grad_w, grad_b)):
            if np.shape(self.kept[i]) != np.shape(g):
                self.kept[i] = 0.0
            self.kept[i] = self.memory(self.kept[i], g)
        return self.change(self.kept[0], grad_w), self.change(self.kept[1], grad_b)


class Averaging:
    """Adam with a place for one mistake."""

    first_step = 1

    def __init__(self, eta=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        self.eta, self.beta1, self.beta2, self.eps = eta, beta1, beta2, eps
        self.means, self.squares, self.t = [0.0, 0.0], [0.0, 0.0], self.first_step - 1

    def remember(self, i, g):
        self.means[i] = self.beta1 * self.means[i] + (1 - self.beta1) * g
        self.squares[i] = self.beta2 * self.squares[i] + (1 - self.beta2) * g**2

    def corrected(self, i):
        return self.means[i] / (1 - self.beta1**self.t), self.squares[i] / (1 - self.beta2**self.t)

    def change(self, i, g):
        self.remember(i, g)
        mean, square = self.corrected(i)
        return -self.eta * mean / (np.sqrt(square) + self.eps)

    def update(self, grad_w, grad_b, *args, **kwds):
        self.t += 1
        return self.change(0, grad_w), self.change(1, grad_b)


@misconception("Adam", name="no bias correction", section=ADAM,
               hint="Both averages start at 0. After one step with gradient 3, what are they, and what should they be?")
class AdamUncorrected(Averaging):
    def corrected(self, i):
        return self.means[i], self.squares[i]


@misconception("Adam", name="t starts at 0", section=ADAM,
               hint="In the first step, what is 1 minus beta to the power of your t?")
class AdamFromZero(Averaging):
    first_step = 0


@misconception("Adam", name="t counts every array", section=ADAM,
               hint="After one update of w and b, how many steps has your optimiser counted?")
class AdamCountsTwice(Averaging):
    def change(self, i, g):
        self.t += i
        return super().change(i, g)


@misconception("Adam", name="betas exchanged", section=ADAM,
               hint="Which of the two averages should have the longer memory?")
class AdamExchanged(Averaging):
    def __init__(self, eta=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(eta, beta2, beta1, eps)


@misconception("Adam", name="square of the average", section=ADAM,
               hint="If gradients are 1 and -1 in turn, is their average square small or 1?")
class AdamSquareOfMean(Averaging):
    def remember(self, i, g):
        self.means[i] = self.beta1 * self.means[i] + (1 - self.beta1) * g
        self.squares[i] = self.beta2 * self.squares[i] + (1 - self.beta2) * self.means[i] ** 2


@misconception("Adam", name="no root", section=ADAM,
               hint="For a gradient of 3, how long is your first step in units of eta?")
class AdamWithoutRoot(Averaging):
    def change(self, i, g):
        self.remember(i, g)
        mean, square = self.corrected(i)
        return -self.eta * mean / (square + self.eps)


@misconception("Adam", name="uphill", section=ADAM,
               hint="If the loss rises in the direction of w, should w become larger or smaller?")
class AdamUphill(Averaging):
    def change(self, i, g):
        return -super().change(i, g)


@misconception("Adam", name="shared by all", section=ADAM,
               told_by="test_two_adams_do_not_share_their_memory",
               hint="Two layers have an optimiser each. Do the averages belong to the class, or to each object?")
class AdamShared(Averaging):
    kept: dict = {"means": [0.0, 0.0], "squares": [0.0, 0.0]}  # noqa: RUF012 (the mistake)

    def __init__(self, eta=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
        super().__init__(eta, beta1, beta2, eps)
        self.means, self.squares = self.kept["means"], self.kept["squares"]

    def remember(self, i, g):
        if np.shape(self.means[i]) != np.shape(g):
            self.means[i] = self.squares[i] = 0.0
        super().remember(i, g)


@misconception("Adam", name="first step again and again", section=ADAM,
               hint="Which power of beta belongs to the tenth step, and does your t know that it is the tenth?")
class AdamStuck(Averaging):
    def update(self, grad_w, grad_b, *args, **kwds):
        self.t = 1
        return self.change(0, grad_w), self.change(1, grad_b)


def known(act):
    if act not in ("Sigmoid", "Tanh", "ReLU"):
        raise ValueError(f"act is {act!r}")


@misconception("init_std", name="variance", section=START,
               hint="Is 1 over the number of inputs the standard deviation that you want, or its square?")
def init_std_variance(prev, act):
    known(act)
    return (2.0 if act == "ReLU" else 1.0) / prev


@misconception("init_std", name="same for all", section=START,
               hint="Which part of the signal is left after ReLU has set the negative sums to 0?")
def init_std_same(prev, act):
    known(act)
    return float(np.sqrt(1 / prev))


@misconception("init_std", name="two outside the root", section=START,
               hint="To double the variance, by what do you multiply the standard deviation?")
def init_std_twice(prev, act):
    known(act)
    return (2.0 if act == "ReLU" else 1.0) * float(np.sqrt(1 / prev))


@misconception("init_std", name="two for every activation", section=START,
               hint="Does a sigmoid cut away half of the signal, as ReLU does?")
def init_std_relu_only(prev, act):
    known(act)
    return float(np.sqrt(2 / prev))


@misconception("init_std", name="fixed", section=START,
               hint="A sum of a thousand terms or of ten: should their weights be equally large?")
def init_std_fixed(prev, act):
    known(act)
    return 0.05


@misconception("init_std", name="grows with the inputs", section=START,
               hint="If the sum has more terms, must each weight be larger or smaller to keep it at the same size?")
def init_std_inverse(prev, act):
    known(act)
    return float(np.sqrt(prev * (2.0 if act == "ReLU" else 1.0)))


@misconception("init_std", name="unknown names accepted", section=START,
               hint="What should happen for an activation that nobody has written?")
def init_std_trusting(prev, act):
    return float(np.sqrt((2.0 if act == "ReLU" else 1.0) / prev))
