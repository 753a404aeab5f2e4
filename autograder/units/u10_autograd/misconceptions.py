"""Wrong answers of unit u10_autograd."""

import sys

import numpy as np

from autograder.checking.misconceptions import misconception
from autograder.course.units import load_reference

engine = load_reference("u10_autograd")
Function, as_variable, unbroadcast = engine.Function, engine.as_variable, engine.unbroadcast

ORDER = "u10_autograd.md#in-which-order"
BACKWARD = "u10_autograd.md#walking-back"
RECORD = "u10_autograd.md#recording"
RULES = "u10_autograd.md#one-rule-for-each-operation"
SHAPES = "u10_autograd.md#gradients-keep-their-shape"
TRAINING = "u10_autograd.md#the-notes-program-on-your-engine"


@misconception("topological_order", name="one visit per path", section=ORDER,
               hint="How often does a node stand in your list if two paths lead to it?")
def order_per_path(end):
    order, stack = [], [end]
    while stack:
        node = stack.pop()
        order.append(node)
        stack.extend(node.inputs)
    return order[::-1]


@misconception("topological_order", name="recursion", section=ORDER,
               hint="How many unfinished calls are open at once when your function reaches the start of a long chain?")
def order_recursive(end):
    order, met = [], set()

    def visit(node):
        if id(node) not in met:
            met.add(id(node))
            for source in node.inputs:
                visit(source)
            order.append(node)

    visit(end)
    return order


@order_recursive.variant
def order_with_a_higher_limit(end):
    order, met, limit = [], set(), sys.getrecursionlimit()

    def visit(node):
        if id(node) not in met:
            met.add(id(node))
            for source in node.inputs:
                visit(source)
            order.append(node)

    sys.setrecursionlimit(10**6)
    try:
        visit(end)
    finally:
        sys.setrecursionlimit(limit)
    return order


@misconception("topological_order", name="searched in a list", section=ORDER,
               hint="How many nodes does Python look at to find out whether one of a hundred thousand is in your list?")
def order_quadratic(end):
    order = engine.topological_order(end)
    if len(order) > 50_000:
        raise TimeoutError("minutes, far beyond the limit of a call")  # what the clock would say
    return order


@misconception("topological_order", name="known by name", section=ORDER,
               hint="Two nodes may have the same name. What is different in any two nodes, whatever they are called?")
def order_by_name(end):
    order, met, stack = [], set(), [(end, False)]
    while stack:
        node, finished = stack.pop()
        if finished:
            order.append(node)
        elif node.name not in met:
            met.add(node.name)
            stack.append((node, True))
            stack.extend((source, False) for source in node.inputs)
    return order


@misconception("topological_order", name="breadth first", section=ORDER,
               hint="In the shortcut graph, node 3 uses node 0 directly. Does that make node 0 as late as node 2?")
def order_breadth_first(end):
    order, met, queue = [], {id(end)}, [end]
    while queue:
        node = queue.pop(0)
        order.append(node)
        for source in node.inputs:
            if id(source) not in met:
                met.add(id(source))
                queue.append(source)
    return order[::-1]


@misconception("topological_order", name="end first", section=ORDER,
               hint="Which node should be the last of the list, and which is yours?")
def order_end_first(end):
    return engine.topological_order(end)[::-1]


@misconception("topological_order", name="end missing", section=ORDER,
               hint="For a leaf alone, how long should the list be?")
def order_without_end(end):
    return engine.topological_order(end)[:-1]


@misconception("unbroadcast", name="summed over the rows alone", section=SHAPES,
               hint="Which axis is stretched when (2, 1) becomes (2, 3)? And which one, if the shapes are equal?")
def unbroadcast_rows(dout, shape):
    return dout.sum(axis=0)


@misconception("unbroadcast", name="stretched axes dropped", section=SHAPES,
               hint="An axis of length 1 was stretched. Is it still there in your result?")
def unbroadcast_dropped(dout, shape):
    while dout.ndim > len(shape):
        dout = dout.sum(axis=0)
    axes = tuple(i for i, length in enumerate(shape) if length == 1 and dout.shape[i] > 1)
    return dout.sum(axis=axes)


@misconception("unbroadcast", name="mean", section=SHAPES,
               hint="If a bias is used by ten rows, is the loss ten times as sensitive to it or just as sensitive?")
def unbroadcast_mean(dout, shape):
    return unbroadcast(dout, shape) * (np.prod(shape) / dout.size)


@misconception("unbroadcast", name="untouched", section=SHAPES,
               hint="Which shape does a gradient have, compared with the array that it belongs to?")
def unbroadcast_nothing(dout, shape):
    return dout


@misconception("unbroadcast", name="leading axes only", section=SHAPES,
               hint="Broadcasting adds axes in front. What is the other thing that it does?")
def unbroadcast_leading(dout, shape):
    return dout.sum(axis=tuple(range(dout.ndim - len(shape))))


@misconception("unbroadcast", name="first row taken", section=SHAPES,
               hint="A bias went into every row. Where in your result are the other rows?")
def unbroadcast_first(dout, shape):
    while dout.ndim > len(shape):
        dout = dout[0]
    return dout[tuple(slice(0, length) for length in shape)]


class Wrong(engine.Variable):
    """The right engine with a place for one mistake: how a variable takes in its gradient."""

    def start(self):
        return np.ones_like(self.data)

    def store(self, dout):
        self.grad = engine.Variable(dout if self.grad is None else self.grad.data + dout)

    def join(self, old, part):
        return old + part

    def backward(self):
        arrived = {id(self): self.start()}
        for variable in reversed(engine.topological_order(self)):
            dout = arrived.pop(id(variable))
            variable.store(dout)
            if variable.creator is None:
                continue
            for source, part in zip(variable.inputs, variable.creator.gradients(dout), strict=True):
                old = arrived.get(id(source))
                arrived[id(source)] = part if old is None else self.join(old, part)


@misconception("Variable", name="grad overwritten", section=BACKWARD,
               hint="If x is used twice, two gradients arrive at it. What happens to the first one in your program?")
class VariableOverwrites(Wrong):
    def join(self, old, part):
        return part


@misconception("Variable", name="no adding between passes", section=BACKWARD,
               hint="After a second backward without cleargrad, what should be left of the first gradient?")
class VariableForgets(Wrong):
    def store(self, dout):
        self.grad = engine.Variable(dout)


class PassesGradOn(Wrong):
    def backward(self):
        self.store(self.start())
        self.pass_on()

    def pass_on(self):
        for variable in reversed(engine.topological_order(self)):
            if variable.creator is not None:
                for source, part in zip(variable.inputs, variable.creator.gradients(variable.grad.data), strict=True):
                    source.store(part)


@misconception("Variable", name="grad passed on", section=BACKWARD,
               hint="When backward runs a second time, what does a variable hand on: what arrived now, or all in grad?")
class VariablePassesGradOn(PassesGradOn):
    pass


@VariablePassesGradOn.variant
class VariableStartsOnce(PassesGradOn):
    def backward(self):
        if self.grad is None:
            self.store(self.start())
        self.pass_on()


@misconception("Variable", name="added in place", section=BACKWARD,
               hint="Addition hands the same array to both of its inputs. Who else sees it when you use += on it?")
class VariableInPlace(Wrong):
    def start(self):
        return np.ones(self.data.shape)

    def join(self, old, part):
        old += part
        return old


@misconception("Variable", name="starts with the value", section=BACKWARD,
               hint="How much does the result change when the result itself grows by 1?")
class VariableStartsWithData(Wrong):
    def start(self):
        return self.data


@misconception("Variable", name="cleargrad does nothing", section=BACKWARD,
               hint="What is in grad right after cleargrad?")
class VariableNeverClears(Wrong):
    def cleargrad(self):
        return None


@misconception("Variable", name="cleared to zero", section=BACKWARD,
               hint="Which value should grad have after cleargrad, the one that says no gradient is known?")
class VariableZeroes(Wrong):
    def cleargrad(self):
        self.grad = engine.Variable(np.zeros_like(self.data))


@misconception("Variable", name="plain array as gradient", section=BACKWARD,
               hint="The training loop reads W.grad.data. What is grad in your class, an array or a Variable?")
class VariablePlain(Wrong):
    def store(self, dout):
        self.grad = dout if self.grad is None else self.grad + dout


@misconception("Variable", name="leaves only", section=BACKWARD,
               hint="Does every variable on the way get its gradient, or just those at the start?")
class VariableLeavesOnly(Wrong):
    def store(self, dout):
        if self.creator is None:
            super().store(dout)


@misconception("Variable", name="one visit per path", section=BACKWARD,
               hint="How often is an operation asked for its gradients if two paths lead back to it?")
class VariablePerPath(Wrong):
    def backward(self):
        stack = [(self, self.start())]
        while stack:
            variable, dout = stack.pop()
            variable.store(dout)
            if variable.creator is not None:
                stack.extend(zip(variable.inputs, variable.creator.gradients(dout), strict=True))


@misconception("Variable", name="recursion", section=BACKWARD,
               hint="How many calls are open at once when your backward reaches the far end of a deep graph?")
class VariableRecursive(Wrong):
    def backward(self):
        waiting = {}
        for variable in engine.topological_order(self):
            for source in variable.inputs:
                waiting[id(source)] = waiting.get(id(source), 0) + 1
        arrived = {id(self): self.start()}

        def visit(variable):
            dout = arrived[id(variable)]
            variable.store(dout)
            parts = variable.creator.gradients(dout) if variable.creator is not None else ()
            for source, part in zip(variable.inputs, parts, strict=True):
                arrived[id(source)] = arrived.get(id(source), 0) + part
                waiting[id(source)] -= 1
                if waiting[id(source)] == 0:
                    visit(source)

        visit(self)


@misconception("Function", name="creator forgotten", section=RECORD,
               hint="When backward stands at the result, how does it find the operation that made it?")
class FunctionForgetful(Function):
    def apply(self, *inputs):
        return engine.Variable(super().apply(*inputs).data)


@misconception("Function", name="no shapes restored", section=SHAPES,
               hint="Which shape does the gradient of a bias have if the bias was broadcast over ten rows?")
class FunctionBroadcast(Function):
    def gradients(self, dout):
        return list(self.backward(dout, self.output, *[variable.data for variable in self.inputs]))


@misconception("Function", name="dout ignored", section=RULES,
               hint="Does what comes back through your operation depend on what arrived at its result?")
class FunctionOnes(Function):
    def gradients(self, dout):
        return super().gradients(np.ones_like(dout))


@misconception("Function", name="gradients in reverse", section=RECORD,
               hint="Which of the gradients belongs to the first input?")
class FunctionReversed(Function):
    def gradients(self, dout):
        arrays = [variable.data for variable in self.inputs]
        parts = self.backward(dout, self.output, *arrays)
        return [unbroadcast(part, array.shape) for part, array in zip(parts[::-1], arrays, strict=True)]


@misconception("Function", name="rules without their result", section=RECORD,
               hint="The backward rule asks for dout and for the result y. Which array do you hand over as y?")
class FunctionWithoutResult(Function):
    def gradients(self, dout):
        self.output = self.inputs[0].data
        return super().gradients(dout)


@misconception("Function", name="inputs not turned into variables", section=RECORD,
               hint="What happens in apply when one of the inputs is a plain array?")
class FunctionBare(Function):
    def apply(self, *inputs):
        self.inputs = inputs
        self.output = self.forward(*[variable.data if hasattr(variable, "creator") else variable[...]
                                     for variable in inputs])
        y = type(inputs[0])(self.output)
        y.creator = self
        return y


@misconception("Function", name="one record for all", section=RECORD,
               hint="Two Functions are applied one after the other. Does the first still know its own inputs?")
class FunctionShared(Function):
    shared: list = []  # noqa: RUF012 (the mistake)

    def apply(self, *inputs):
        y = super().apply(*inputs)
        self.shared[:] = self.inputs
        return y

    def gradients(self, dout):
        self.inputs = tuple(self.shared)
        return super().gradients(dout)


@misconception("add", name="first input only", section=RULES,
               hint="If b grows by 1, by how much does a + b grow?")
def add_first(a, b):
    return Function(lambda a, b: a + b, lambda dout, y, a, b: (dout, 0 * dout)).apply(a, b)


@misconception("add", name="shared out", section=RULES,
               hint="If a grows by 1 and b stays, does a + b grow by 1 or by a half?")
def add_halves(a, b):
    return Function(lambda a, b: a + b, lambda dout, y, a, b: (dout / 2, dout / 2)).apply(a, b)


@misconception("add", name="dout ignored", section=RULES,
               hint="If the loss reacts five times as strongly to the sum, how does it react to a?")
def add_ones(a, b):
    return Function(lambda a, b: a + b, lambda dout, y, a, b: (np.ones_like(dout), np.ones_like(dout))).apply(a, b)


@misconception("add", name="inputs multiplied in", section=RULES,
               hint="Does the slope of a + b in the direction of a depend on where a and b are?")
def add_as_mul(a, b):
    return Function(lambda a, b: a + b, lambda dout, y, a, b: (dout * a, dout * b)).apply(a, b)


@misconception("add", name="record lost", section=RECORD,
               hint="Is your result the one that a Function returned, or a new Variable without a creator?")
def add_unrecorded(a, b):
    return engine.Variable(as_variable(a).data + as_variable(b).data)


@misconception("mul", name="not swapped", section=RULES,
               hint="If a = 2 and b = 5 and a grows by 1, by how much does the product grow?")
def mul_straight(a, b):
    return Function(lambda a, b: a * b, lambda dout, y, a, b: (dout * a, dout * b)).apply(a, b)


@misconception("mul", name="dout ignored", section=RULES,
               hint="Where in your gradients is what arrived at the product?")
def mul_ones(a, b):
    return Function(lambda a, b: a * b, lambda dout, y, a, b: (b + 0 * dout, a + 0 * dout)).apply(a, b)


@misconception("mul", name="result multiplied in", section=RULES,
               hint="Does the product's slope in the direction of a depend on a itself?")
def mul_result(a, b):
    return Function(lambda a, b: a * b, lambda dout, y, a, b: (dout * y, dout * y)).apply(a, b)


@misconception("mul", name="divided by the input", section=RULES,
               hint="What is your gradient where one of the two numbers is 0? Is a division needed at all?")
def mul_quotient(a, b):
    return Function(lambda a, b: a * b, lambda dout, y, a, b: (dout * y / a, dout * y / b)).apply(a, b)


ONE_FOR_ALL = Function(lambda a, b: a * b, lambda dout, y, a, b: (dout * b, dout * a))


@misconception("mul", name="one Function for all calls", section=RECORD,
               hint="A Function keeps its inputs for backward. What has it kept after two products, if both used it?")
def mul_shared(a, b):
    return ONE_FOR_ALL.apply(a, b)


@misconception("mul", name="matrix product", section=RULES,
               hint="Which shape should the product have, entry by entry?")
def mul_matrix(a, b):
    return engine.matmul(a, b)


@misconception("mul", name="treated like a sum", section=RULES,
               hint="If a = 2 and b = 5 and b grows by 1, does the product grow by 1?")
def mul_as_add(a, b):
    return Function(lambda a, b: a * b, lambda dout, y, a, b: (dout, dout)).apply(a, b)


@misconception("power", name="factor n missing", section=RULES,
               hint="At a = 1, how steep is a cubed: as steep as a, or steeper?")
def power_no_factor(a, n):
    return Function(lambda a: a**n, lambda dout, y, a: (dout * a ** (n - 1),)).apply(a)


@misconception("power", name="divided by the input", section=RULES,
               hint="What is your gradient where a is 0? How is the derivative written without a division?")
def power_quotient(a, n):
    return Function(lambda a: a**n, lambda dout, y, a: (dout * n * y / a,)).apply(a)


@misconception("power", name="exponent kept", section=RULES,
               hint="The slope of a squared is a straight line. Which power of a do you have?")
def power_kept(a, n):
    return Function(lambda a: a**n, lambda dout, y, a: (dout * n * y,)).apply(a)


@misconception("power", name="dout ignored", section=RULES,
               hint="Where in your gradient is what arrived at the power?")
def power_ones(a, n):
    return Function(lambda a: a**n, lambda dout, y, a: (n * a ** (n - 1),)).apply(a)


@misconception("power", name="always the square", section=RULES,
               hint="Which of your lines know about n?")
def power_square(a, n):
    return Function(lambda a: a * a, lambda dout, y, a: (dout * 2 * a,)).apply(a)


@misconception("power", name="only whole numbers above zero", section=RULES,
               hint="Does your rule still hold for n = -1 or one half?")
def power_whole(a, n):
    return Function(lambda a: a**n, lambda dout, y, a: (dout * n * a ** max(int(n) - 1, 0),)).apply(a)


@misconception("matmul", name="transpose missing", section=RULES,
               hint="Which product of dout and W has the shape of x?")
def matmul_plain(x, W):
    return Function(lambda x, W: x @ W, lambda dout, y, x, W: (dout @ W, x @ dout)).apply(x, W)


@misconception("matmul", name="gradients exchanged", section=RULES,
               hint="Which of the two gradients has the shape of the first input?")
def matmul_exchanged(x, W):
    return Function(lambda x, W: x @ W, lambda dout, y, x, W: (x.T @ dout, dout @ W.T)).apply(x, W)


@misconception("matmul", name="averaged over the batch", section=RULES,
               hint="Every row of x used W. Does the gradient of W collect what they say, or its mean?")
def matmul_mean(x, W):
    return Function(lambda x, W: x @ W, lambda dout, y, x, W: (dout @ W.T, x.T @ dout / len(x))).apply(x, W)


@misconception("matmul", name="dout ignored", section=RULES,
               hint="Where in your gradients is what arrived at the product?")
def matmul_ones(x, W):
    return Function(lambda x, W: x @ W,
                    lambda dout, y, x, W: (np.ones_like(dout) @ W.T, x.T @ np.ones_like(dout))).apply(x, W)


@misconception("matmul", name="elementwise", section=RULES,
               hint="How many numbers should come out of (2, 3) times (3, 2)?")
def matmul_elementwise(x, W):
    return engine.mul(x, np.reshape(as_variable(W).data, as_variable(x).data.shape))


@misconception("total", name="gradient is one number", section=SHAPES,
               hint="How many entries did you add up, and how many gradients do you return?")
def total_scalar(a):
    return Function(lambda a: a.sum(), lambda dout, y, a: (dout,)).apply(a)


@misconception("total", name="mean", section=RULES,
               hint="Is the sum of four ones four, or one?")
def total_mean(a):
    return Function(lambda a: a.mean(), lambda dout, y, a: (np.full(a.shape, dout / a.size),)).apply(a)


@misconception("total", name="rows only", section=RULES,
               hint="How many numbers should a total be?")
def total_rows(a):
    return Function(lambda a: a.sum(axis=0), lambda dout, y, a: (np.ones(a.shape) * dout,)).apply(a)


@misconception("total", name="dout ignored", section=RULES,
               hint="If the loss reacts five times as strongly to the total, how does it react to an entry?")
def total_ones(a):
    return Function(lambda a: a.sum(), lambda dout, y, a: (np.ones(a.shape),)).apply(a)


@misconception("total", name="values multiplied in", section=RULES,
               hint="Does the slope of a sum depend on how large its terms are?")
def total_values(a):
    return Function(lambda a: a.sum(), lambda dout, y, a: (dout * a,)).apply(a)


@misconception("exp", name="power rule", section=RULES,
               hint="Does the power rule hold when the variable is in the exponent?")
def exp_power(a):
    return Function(np.exp, lambda dout, y, a: (dout * a * np.exp(a - 1),)).apply(a)


@misconception("exp", name="dout ignored", section=RULES,
               hint="Where in your gradient is what arrived at the result?")
def exp_ones(a):
    return Function(np.exp, lambda dout, y, a: (y,)).apply(a)


@misconception("exp", name="slope one", section=RULES,
               hint="Is the exponential equally steep everywhere?")
def exp_straight(a):
    return Function(np.exp, lambda dout, y, a: (dout,)).apply(a)


@misconception("exp", name="base two", section=RULES,
               hint="What is your result at 1?")
def exp_two(a):
    return Function(np.exp2, lambda dout, y, a: (dout * y,)).apply(a)


@misconception("log", name="divided by the result", section=RULES,
               hint="At a = 1 the logarithm is 0. Is its slope infinite there?")
def log_result(a):
    return Function(np.log, lambda dout, y, a: (dout / (y + 1e-9),)).apply(a)


@misconception("log", name="multiplied", section=RULES,
               hint="Does the logarithm become steeper or flatter as a grows?")
def log_times(a):
    return Function(np.log, lambda dout, y, a: (dout * a,)).apply(a)


@misconception("log", name="base ten", section=RULES,
               hint="What is your result at e, about 2.718?")
def log_ten(a):
    return Function(np.log10, lambda dout, y, a: (dout / a,)).apply(a)


@misconception("log", name="dout ignored", section=RULES,
               hint="Where in your gradient is what arrived at the result?")
def log_ones(a):
    return Function(np.log, lambda dout, y, a: (1 / a,)).apply(a)


def plain_sigmoid(a):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-a))


@misconception("sigmoid", name="input for result", section=RULES,
               hint="In z (1 - z), is z what went into the sigmoid or what came out of it?")
def sigmoid_input(a):
    return Function(plain_sigmoid, lambda dout, y, a: (dout * a * (1 - a),)).apply(a)


@misconception("sigmoid", name="overflow", section=RULES,
               hint="How large is e to the power of 1000, and does your result need that number?")
def sigmoid_overflow(a):
    return Function(lambda a: 1 / (1 + np.exp(-a)), lambda dout, y, a: (dout * y * (1 - y),)).apply(a)


@misconception("sigmoid", name="dout ignored", section=RULES,
               hint="Where in your gradient is what arrived at the result?")
def sigmoid_ones(a):
    return Function(plain_sigmoid, lambda dout, y, a: (y * (1 - y),)).apply(a)


@misconception("sigmoid", name="derivative of tanh", section=RULES,
               hint="How steep is the sigmoid at 0, where its value is one half?")
def sigmoid_as_tanh(a):
    return Function(plain_sigmoid, lambda dout, y, a: (dout * (1 - y**2),)).apply(a)


@misconception("sigmoid", name="sign in the exponent", section=RULES,
               hint="Should the result be near 1 for large positive or for large negative inputs?")
def sigmoid_turned(a):
    return Function(lambda a: plain_sigmoid(-a), lambda dout, y, a: (dout * y * (1 - y),)).apply(a)


@misconception("tanh", name="derivative of the sigmoid", section=RULES,
               hint="How steep is tanh at 0, where its value is 0?")
def tanh_as_sigmoid(a):
    return Function(np.tanh, lambda dout, y, a: (dout * y * (1 - y),)).apply(a)


@misconception("tanh", name="input for result", section=RULES,
               hint="In 1 - y squared, is y what went in or what came out?")
def tanh_input(a):
    return Function(np.tanh, lambda dout, y, a: (dout * (1 - a**2),)).apply(a)


@misconception("tanh", name="dout ignored", section=RULES,
               hint="Where in your gradient is what arrived at the result?")
def tanh_ones(a):
    return Function(np.tanh, lambda dout, y, a: (1 - y**2,)).apply(a)


@misconception("tanh", name="square missing", section=RULES,
               hint="Is tanh equally steep at -1 and at 1? Is your gradient?")
def tanh_no_square(a):
    return Function(np.tanh, lambda dout, y, a: (dout * (1 - y),)).apply(a)


@misconception("tanh", name="overflow", section=RULES,
               hint="Do you need e to the power of 1000 to know that tanh is 1 there?")
def tanh_overflow(a):
    def forward(a):
        return (np.exp(2 * a) - 1) / (np.exp(2 * a) + 1)

    return Function(forward, lambda dout, y, a: (dout * (1 - y**2),)).apply(a)


@misconception("relu", name="gradient passes everywhere", section=RULES,
               hint="Where the result is stuck at 0, does it react to its input?")
def relu_passes(a):
    return Function(lambda a: np.maximum(a, 0), lambda dout, y, a: (dout,)).apply(a)


@misconception("relu", name="mask of dout", section=RULES,
               hint="Does it depend on the input or on dout whether a gradient passes?")
def relu_mask_of_dout(a):
    return Function(lambda a: np.maximum(a, 0), lambda dout, y, a: (np.maximum(dout, 0),)).apply(a)


@misconception("relu", name="one at the kink", section=RULES,
               hint="Which gradient did we agree on for an input of exactly 0?")
def relu_kink(a):
    return Function(lambda a: np.maximum(a, 0), lambda dout, y, a: (dout * (a >= 0),)).apply(a)


@misconception("relu", name="absolute value", section=RULES,
               hint="What should come out for -2?")
def relu_absolute(a):
    return Function(np.abs, lambda dout, y, a: (dout * np.sign(a),)).apply(a)


@misconception("relu", name="value multiplied in", section=RULES,
               hint="How steep is ReLU at 3, and how steep at 30?")
def relu_value(a):
    return Function(lambda a: np.maximum(a, 0), lambda dout, y, a: (dout * y,)).apply(a)


@misconception("linear", name="bias not summed", section=SHAPES,
               hint="How many rows used the bias, and how many gradients does it get?")
def linear_first_row(x, W, b):
    return Function(lambda x, W, b: x @ W + b,
                    lambda dout, y, x, W, b: (dout @ W.T, x.T @ dout, dout[0])).apply(x, W, b)


@misconception("linear", name="bias averaged", section=SHAPES,
               hint="If ten rows each want the bias 0.1 larger, is that together 0.1 or 1?")
def linear_mean(x, W, b):
    return Function(lambda x, W, b: x @ W + b,
                    lambda dout, y, x, W, b: (dout @ W.T, x.T @ dout, dout.mean(axis=0))).apply(x, W, b)


@misconception("linear", name="bias forgotten", section=RULES,
               hint="What does your layer return for an input of zeros?")
def linear_no_bias(x, W, b):
    return engine.matmul(x, W)


@misconception("linear", name="wrong axis", section=SHAPES,
               hint="Along which axis do the rows lie that share the bias?")
def linear_axis(x, W, b):
    return Function(lambda x, W, b: x @ W + b,
                    lambda dout, y, x, W, b: (dout @ W.T, x.T @ dout, dout.sum(axis=1))).apply(x, W, b)


@misconception("linear", name="weights and input exchanged", section=RULES,
               hint="Which factor is on the left of dout in the gradient of W?")
def linear_exchanged(x, W, b):
    return Function(lambda x, W, b: x @ W + b,
                    lambda dout, y, x, W, b: ((W @ dout.T).T, (dout.T @ x).T * 2, dout)).apply(x, W, b)


def squared_error(a, b, scale, backward=None):
    """Return scale(a) * sum((a - b) ** 2) with its own gradients, or with those of a wrong rule."""
    a, b = as_variable(a), as_variable(b)
    if a.data.shape != b.data.shape:
        raise ValueError("shapes differ")
    right = lambda dout, y, a, b: (dout * 2 * (a - b) * scale(a), dout * 2 * (b - a) * scale(a))  # noqa: E731
    return Function(lambda a, b: np.sum((a - b) ** 2) * scale(a), backward or right).apply(a, b)


@misconception("mean_squared_error", name="mean over all entries", section=TRAINING,
               hint="With three outputs in each row, by what do you divide: the rows, or all the entries?")
def mse_all(a, b):
    return squared_error(a, b, lambda a: 1 / a.size)


@misconception("mean_squared_error", name="sum", section=TRAINING,
               hint="With twice as many rows, all equally wrong, should this loss double?")
def mse_sum(a, b):
    return squared_error(a, b, lambda a: 1)


@misconception("mean_squared_error", name="half", section=TRAINING,
               hint="One row with one output that is off by 2: what should the loss be?")
def mse_half(a, b):
    return squared_error(a, b, lambda a: 0.5 / len(a))


@misconception("mean_squared_error", name="sign of the second gradient", section=TRAINING,
               hint="If b moves toward a, does the loss react as if a had moved away?")
def mse_sign(a, b):
    def rule(dout, y, a, b):
        return dout * 2 * (a - b) / len(a), dout * 2 * (a - b) / len(a)

    return squared_error(a, b, lambda a: 1 / len(a), rule)


@misconception("mean_squared_error", name="dout ignored", section=TRAINING,
               hint="Where in your gradients is what arrived at the loss?")
def mse_ones(a, b):
    def rule(dout, y, a, b):
        return 2 * (a - b) / len(a), 2 * (b - a) / len(a)

    return squared_error(a, b, lambda a: 1 / len(a), rule)


@misconception("mean_squared_error", name="any shapes", section=TRAINING,
               hint="How many differences are there between a row of 4 and a column of 4?")
def mse_broadcast(a, b):
    difference = as_variable(a) - b
    return engine.total(difference**2) / len(difference.data)
