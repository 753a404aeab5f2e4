"""Wrong answers of unit u03_optimizers."""

import numpy as np

from autograder.checking.misconceptions import misconception

OPTIMISER = "u03_optimizers.md#the-optimiser-answers"
LAYER = "u03_optimizers.md#the-layer-asks"
START = "u03_optimizers.md#a-layer-begins"
SHARED = "u03_optimizers.md#the-dictionary-that-everybody-shares"


class RightSGD:
    """What the wrong classes below change in one place."""

    def __init__(self, eta=1e-2):
        self.eta = eta

    def update(self, grad_w, grad_b, *args, **kwds):
        return -self.eta * grad_w, -self.eta * grad_b


class Counter:
    """As given, under its own name: that is what Python calls it when it is made with a wrong argument."""

    def __init__(self, calls=0):
        self.calls = calls

    def update(self, grad_w, grad_b, *args, scale=1.0, **kwds):
        self.calls += 1
        return np.full(grad_w.shape, self.calls * scale), np.full(grad_b.shape, self.calls * scale)


CLASSES = {"SGD": RightSGD, "Counter": Counter}


def right_act(act, act_dic):
    slope = act_dic.get("slope", 0.0) if act == "ReLU" else 1.0
    return lambda numbers: np.where(numbers > 0, numbers, slope * numbers)


class RightLayer:
    """What the wrong layers below change in one place, each by a method of its own."""

    def __init__(self, *, prev=1, n=1, name="", wb_width=5e-2, act="ReLU", opt="SGD", act_dic=None, opt_dic=None,
                 seed=None, **kwds):
        self.name = name
        self.begin(prev, n, wb_width, seed)
        self.grad_w, self.grad_b = np.zeros_like(self.w), np.zeros_like(self.b)
        self.params, self.grads = [self.w, self.b], [self.grad_w, self.grad_b]
        self.act = self.choose_act(act, act_dic or {})
        self.opt = self.choose_opt(opt, opt_dic or {}, kwds)

    def begin(self, prev, n, wb_width, seed):
        generator = np.random.default_rng(seed)
        self.w = wb_width * generator.standard_normal((prev, n))
        self.b = wb_width * generator.standard_normal(n)

    def choose_act(self, act, act_dic):
        return right_act(act, act_dic)

    def choose_opt(self, opt, opt_dic, kwds):
        return CLASSES[opt](**{**opt_dic, **kwds})

    def set_gradients(self, grad_w, grad_b):
        self.grad_w[...] = grad_w
        self.grad_b[...] = grad_b

    def update(self, **kwds):
        dw, db = self.opt.update(self.grad_w, self.grad_b, **kwds)
        self.w += dw
        self.b += db


@misconception("SGD", name="plus sign", section=OPTIMISER,
               hint="The layer will add what you answer. Will it then walk up or down the slope?")
class SGDPlus(RightSGD):
    def update(self, grad_w, grad_b, *args, **kwds):
        return self.eta * grad_w, self.eta * grad_b


@misconception("SGD", name="gradients changed in place", section=OPTIMISER,
               hint="What is left in the array grad_w after your update has run?")
class SGDInPlace(RightSGD):
    def update(self, grad_w, grad_b, *args, **kwds):
        grad_w *= -self.eta
        grad_b *= -self.eta
        return grad_w, grad_b


@misconception("SGD", name="learning rate fixed", section=OPTIMISER,
               hint="Does SGD(eta=0.1) take longer steps than SGD() in your class?")
class SGDFixed(RightSGD):
    def update(self, grad_w, grad_b, *args, **kwds):
        return -0.01 * grad_w, -0.01 * grad_b


@misconception("SGD", name="learning rate forgotten", section=OPTIMISER,
               hint="Where in your update does eta appear?")
class SGDWithoutRate(RightSGD):
    def update(self, grad_w, grad_b, *args, **kwds):
        return -grad_w, -grad_b


@misconception("SGD", name="changes swapped", section=OPTIMISER,
               hint="Which of your two results has the shape of the weights?")
class SGDSwapped(RightSGD):
    def update(self, grad_w, grad_b, *args, **kwds):
        return -self.eta * grad_b, -self.eta * grad_w


@misconception("SGD", name="another default", section=OPTIMISER,
               hint="Which learning rate does SGD() have if nobody names one?")
class SGDOtherDefault(RightSGD):
    def __init__(self, eta=1e-3):
        super().__init__(eta)


@misconception("SGD", name="only the weights", section=OPTIMISER,
               hint="How many arrays does a layer want to change, and how many changes do you return?")
class SGDWeightsOnly(RightSGD):
    def update(self, grad_w, grad_b, *args, **kwds):
        return -self.eta * grad_w


@misconception("get_opt", name="class instead of object", section=START,
               hint="What is the difference between SGD and SGD()?")
def get_opt_class(opt, opt_dic):
    return CLASSES[opt]


@misconception("get_opt", name="settings ignored", section=START,
               hint="Which learning rate has the optimiser that you return for {'eta': 0.5}?")
def get_opt_without_settings(opt, opt_dic):
    return CLASSES[opt]()


@misconception("get_opt", name="learning rate only", section=START,
               hint="Which settings may opt_dic hold besides eta, and who knows them all?")
def get_opt_eta(opt, opt_dic):
    optimiser = CLASSES[opt]()
    if "eta" in opt_dic:
        optimiser.eta = opt_dic["eta"]
    return optimiser


@misconception("get_opt", name="dictionary as one argument", section=START,
               hint="What is eta in your object: a number, or the whole dictionary?")
def get_opt_dictionary(opt, opt_dic):
    return CLASSES[opt](opt_dic)


@get_opt_dictionary.variant
def get_opt_dictionary_if_any(opt, opt_dic):
    return CLASSES[opt](opt_dic) if opt_dic else CLASSES[opt]()


@misconception("get_opt", name="name ignored", section=START,
               hint="Does it matter in your function which name it is given?")
def get_opt_always_sgd(opt, opt_dic):
    return RightSGD(**opt_dic)


MADE = {}


@misconception("get_opt", name="one object for all", section=SHARED,
               told_by="test_two_optimisers_of_one_name_do_not_share_a_count",
               hint="Call your function twice with the same name. How many objects are there then?")
def get_opt_shared(opt, opt_dic):
    if opt not in MADE:
        MADE[opt] = CLASSES[opt](**opt_dic)
    return MADE[opt]


@misconception("Layer", name="prev and n swapped", section=START,
               hint="With 3 inputs and 2 outputs, how many rows do the weights have, and how many biases are there?")
class LayerSwapped(RightLayer):
    def begin(self, prev, n, wb_width, seed):
        super().begin(n, prev, wb_width, seed)


@misconception("Layer", name="bias as a row", section=START,
               hint="What is the shape of your b, and how many axes should it have?")
class LayerRowBias(RightLayer):
    def begin(self, prev, n, wb_width, seed):
        super().begin(prev, n, wb_width, seed)
        self.b = self.b.reshape(1, n)


@misconception("Layer", name="uniform weights", section=START,
               hint="Which values can your weights take? Normally distributed numbers have no largest value.")
class LayerUniform(RightLayer):
    def begin(self, prev, n, wb_width, seed):
        generator = np.random.default_rng(seed)
        self.w = wb_width * generator.uniform(-1, 1, (prev, n))
        self.b = wb_width * generator.uniform(-1, 1, n)


@misconception("Layer", name="width as variance", section=START,
               hint="What is the standard deviation of c times a standard normal number?")
class LayerVariance(RightLayer):
    def begin(self, prev, n, wb_width, seed):
        super().begin(prev, n, np.sqrt(wb_width), seed)


@misconception("Layer", name="width squared", section=START,
               hint="For wb_width=2, how far from 0 is a typical weight to lie, and how far do yours?")
class LayerSquaredWidth(RightLayer):
    def begin(self, prev, n, wb_width, seed):
        super().begin(prev, n, wb_width**2, seed)


@misconception("Layer", name="two generators of one seed", section=START,
               hint="Print w and b of a new layer side by side. Does b bring any numbers of its own?")
class LayerTwoGenerators(RightLayer):
    def begin(self, prev, n, wb_width, seed):
        self.w = wb_width * np.random.default_rng(seed).standard_normal((prev, n))
        self.b = wb_width * np.random.default_rng(seed).standard_normal(n)


@misconception("Layer", name="no seed is a seed too", section=START,
               hint="Make two layers without naming a seed. Should they begin alike, and do yours?")
class LayerDefaultSeed(RightLayer):
    def begin(self, prev, n, wb_width, seed):
        super().begin(prev, n, wb_width, seed or 0)


@misconception("Layer", name="biases start at zero", section=START,
               hint="How are your first biases distributed, and how should they be?")
class LayerZeroBias(RightLayer):
    def begin(self, prev, n, wb_width, seed):
        super().begin(prev, n, wb_width, seed)
        self.b = np.zeros(n)


@misconception("Layer", name="always the same start", section=START,
               hint="Do two layers with different seeds differ at all?")
class LayerSameStart(RightLayer):
    def begin(self, prev, n, wb_width, seed):
        super().begin(prev, n, wb_width, 0)


@misconception("Layer", name="shared settings", section=SHARED,
               hint="Make a layer with eta=0.5, then one without. Which learning rate has the second, and why?")
class LayerSharedSettings(RightLayer):
    shared = {}  # noqa: RUF012 (what the default of opt_dic is: made once, for all)

    def choose_opt(self, opt, opt_dic, kwds):
        settings = opt_dic or self.shared
        settings.update(kwds)
        return CLASSES[opt](**settings if opt == "SGD" else {})


@misconception("Layer", name="shared optimiser", section=SHARED,
               hint="Two layers count their steps. Does each count only its own?")
class LayerSharedOptimiser(RightLayer):
    one_for_all = Counter()

    def choose_opt(self, opt, opt_dic, kwds):
        return self.one_for_all if opt == "Counter" else super().choose_opt(opt, opt_dic, kwds)


@misconception("Layer", name="keywords ignored", section=START,
               hint="What becomes of eta=0.5 in Layer(eta=0.5)?")
class LayerWithoutKeywords(RightLayer):
    def choose_opt(self, opt, opt_dic, kwds):
        return CLASSES[opt](**opt_dic)


@misconception("Layer", name="dictionary before keyword", section=START,
               hint="If opt_dic and a keyword both name eta, which of the two should win, and which does?")
class LayerDictionaryWins(RightLayer):
    def choose_opt(self, opt, opt_dic, kwds):
        return CLASSES[opt](**{**kwds, **opt_dic})


@misconception("Layer", name="activation settings ignored", section=START,
               hint="Does act_dic={'slope': 0.5} change what your layer's activation does to -2?")
class LayerWithoutActivationSettings(RightLayer):
    def choose_act(self, act, act_dic):
        return right_act(act, {})


@misconception("Layer", name="parameters rebound", section=LAYER,
               hint="After an update, is params[0] still the array that w names, or the old one?")
class LayerRebound(RightLayer):
    def update(self, **kwds):
        dw, db = self.opt.update(self.grad_w, self.grad_b, **kwds)
        self.w = self.w + dw
        self.b = self.b + db


@misconception("Layer", name="lists of copies", section=LAYER,
               hint="If w changes in place, does params[0] change with it?")
class LayerWithCopies(RightLayer):
    def __init__(self, **kwds):
        super().__init__(**kwds)
        self.params, self.grads = [self.w.copy(), self.b.copy()], [self.grad_w.copy(), self.grad_b.copy()]


@misconception("Layer", name="changes subtracted", section=LAYER,
               hint="The optimiser has already put in a minus. What happens with a second one?")
class LayerMinus(RightLayer):
    def update(self, **kwds):
        dw, db = self.opt.update(self.grad_w, self.grad_b, **kwds)
        self.w -= dw
        self.b -= db


@misconception("Layer", name="biases stay", section=LAYER,
               hint="Which of your arrays has changed after an update, and which has not?")
class LayerFixedBias(RightLayer):
    def update(self, **kwds):
        self.w += self.opt.update(self.grad_w, self.grad_b, **kwds)[0]


@misconception("Layer", name="optimiser asked twice", section=LAYER,
               hint="How often does one update of the layer call its optimiser? Watch what Counter answers.")
class LayerAsksTwice(RightLayer):
    def update(self, **kwds):
        self.w += self.opt.update(self.grad_w, self.grad_b, **kwds)[0]
        self.b += self.opt.update(self.grad_w, self.grad_b, **kwds)[1]


@misconception("Layer", name="further arguments dropped", section=LAYER,
               hint="layer.update(scale=10.0): who should learn about the scale, and does it?")
class LayerDropsKeywords(RightLayer):
    def update(self, **kwds):
        super().update()


@misconception("Layer", name="gradients set to zero", section=LAYER,
               hint="The exercise changes w and b. What has become of the gradients after your update?")
class LayerClearsGradients(RightLayer):
    def update(self, **kwds):
        super().update(**kwds)
        self.set_gradients(0.0, 0.0)
