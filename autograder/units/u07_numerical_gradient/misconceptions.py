"""Wrong answers of unit u07_numerical_gradient.

The wrong fast gradients share one right one, `fast`, with a switch for each mistake.
"""

import numpy as np

from autograder.checking.misconceptions import misconception


def differences(f, x, h, *, ends=(1, -1), divisor=2.0):
    """Return (f(x + ends[0] h) - f(x + ends[1] h)) / (divisor h) for each entry, with mistakes switched on."""
    gradient = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        old, values = x[place], []
        for end in ends:
            x[place] = old + end * h
            values.append(f(x))
        x[place] = old
        gradient[place] = (values[0] - values[1]) / (divisor * h)
    return gradient


def refuse_whole_numbers(x):
    """Raise TypeError unless x holds floats."""
    if not np.issubdtype(x.dtype, np.floating):
        raise TypeError("x must hold floats")


@misconception("numerical_gradient", name="one-sided", section="u07_numerical_gradient.md#one-weight-two-questions",
               hint="For x cubed and h = 0.5 at x = 1, at which two places is f asked? Do they lie on both sides of x?")
def numerical_gradient_one_sided(f, x, h=1e-4):
    refuse_whole_numbers(x)
    return differences(f, x, h, ends=(1, 0), divisor=1.0)


@misconception("numerical_gradient", name="divided by h", section="u07_numerical_gradient.md#one-weight-two-questions",
               hint="How far apart are the two places where f is asked?")
def numerical_gradient_over_h(f, x, h=1e-4):
    refuse_whole_numbers(x)
    return differences(f, x, h, divisor=1.0)


@misconception("numerical_gradient", name="sign turned", section="u07_numerical_gradient.md#one-weight-two-questions",
               hint="If f grows with x, should its derivative be positive or negative?")
def numerical_gradient_turned(f, x, h=1e-4):
    refuse_whole_numbers(x)
    return differences(f, x, h, ends=(-1, 1))


@misconception("numerical_gradient", name="not restored", section="u07_numerical_gradient.md#one-weight-two-questions",
               hint="When you come to the second entry, what is in the first?")
def numerical_gradient_not_restored(f, x, h=1e-4):
    return wandering(f, x, h, back=0)


def wandering(f, x, h, back):
    """Return the differences of an x that is moved by h, by -2h and, if back is 1, by h again."""
    refuse_whole_numbers(x)
    gradient = np.zeros(x.shape)
    for place in np.ndindex(x.shape):
        x[place] += h
        above = f(x)
        x[place] -= 2 * h
        gradient[place] = (above - f(x)) / (2 * h)
        x[place] += back * h
    return gradient


@misconception("numerical_gradient", name="restored by arithmetic",
               section="u07_numerical_gradient.md#one-weight-two-questions",
               hint="Is (x + h) - 2h + h always x, to the last bit? Try 0.2, or 1e6.")
def numerical_gradient_almost_restored(f, x, h=1e-4):
    return wandering(f, x, h, back=1)


@misconception("numerical_gradient", name="all entries at once",
               section="u07_numerical_gradient.md#one-weight-two-questions",
               hint="How many entries of x differ from their old values when you ask f?")
def numerical_gradient_of_all(f, x, h=1e-4):
    refuse_whole_numbers(x)
    old = x.copy()
    x += h
    above = f(x)
    x -= 2 * h
    slope = (above - f(x)) / (2 * h)
    x[...] = old
    return np.full(x.shape, slope)


@misconception("numerical_gradient", name="works on a copy", section="u07_numerical_gradient.md#the-class-and-its-trap",
               hint="If f looks at its own weights and not at its argument, does it see your change?")
def numerical_gradient_of_a_copy(f, x, h=1e-4):
    refuse_whole_numbers(x)
    return differences(f, x.copy(), h)


@misconception("numerical_gradient", name="flattened view", section="u07_numerical_gradient.md#the-class-and-its-trap",
               hint="Does reshape give a view for every array? Try it with every second column of a table.")
def numerical_gradient_flattened(f, x, h=1e-4):
    refuse_whole_numbers(x)
    flat = x.reshape(-1)
    return differences(lambda _: f(flat.reshape(x.shape)), flat, h).reshape(x.shape)


@misconception("numerical_gradient", name="whole numbers cut off",
               section="u07_numerical_gradient.md#the-class-and-its-trap",
               hint="What does NumPy store when you put 3.0001 into an array of whole numbers?")
def numerical_gradient_of_integers(f, x, h=1e-4):
    return differences(f, x, h)


@misconception("numerical_gradient", name="f(x) asked again and again",
               section="u07_numerical_gradient.md#one-weight-two-questions",
               hint="Count the calls of f. How many do you need for one entry?")
def numerical_gradient_with_spare_calls(f, x, h=1e-4):
    refuse_whole_numbers(x)
    f(x)
    return differences(f, x, h)


@misconception("numerical_gradient", name="one and two axes only",
               section="u07_numerical_gradient.md#one-weight-two-questions",
               hint="For how many axes did you write a loop? What visits all places of an array of any shape?")
def gradient_of_two_axes(f, x, h=1e-4):
    if not np.issubdtype(x.dtype, np.floating):
        raise TypeError("x must hold floats")
    gradient = np.zeros(x.shape)
    rows = x if x.ndim == 2 else x.reshape(1, -1)
    for row in range(rows.shape[0]):
        for column in range(rows.shape[1]):
            place = (row, column) if x.ndim == 2 else column
            old = x[place]
            x[place] = old + h
            above = f(x)
            x[place] = old - h
            below = f(x)
            x[place] = old
            gradient[place] = (above - below) / (2 * h)
    return gradient


@misconception("numerical_gradient", name="only the first axis",
               section="u07_numerical_gradient.md#one-weight-two-questions",
               hint="How many numbers does your loop visit in a table of 2 rows and 3 columns?")
def numerical_gradient_of_rows(f, x, h=1e-4):
    refuse_whole_numbers(x)
    gradient = np.zeros(x.shape)
    for row in range(len(x)):
        old = np.copy(x[row])
        x[row] = old + h
        above = f(x)
        x[row] = old - h
        gradient[row] = (above - f(x)) / (2 * h)
        x[row] = old
    return gradient


@misconception("cost", name="biases forgotten", section="u07_numerical_gradient.md#the-price",
               hint="Which of the four arrays do not appear in your count?")
def cost_without_biases(inputs, hidden, outputs):
    return inputs * hidden + hidden * outputs, 2 * (inputs * hidden + hidden * outputs)


@misconception("cost", name="factor 2 forgotten", section="u07_numerical_gradient.md#the-price",
               hint="How many times is the loss computed for one weight?")
def cost_one_sided(inputs, hidden, outputs):
    count = inputs * hidden + hidden + hidden * outputs + outputs
    return count, count


@misconception("cost", name="hidden biases forgotten", section="u07_numerical_gradient.md#the-price",
               hint="How many biases does the hidden layer have?")
def cost_without_hidden_biases(inputs, hidden, outputs):
    count = inputs * hidden + hidden * outputs + outputs
    return count, 2 * count


@misconception("cost", name="one bias in each layer", section="u07_numerical_gradient.md#the-price",
               hint="Is there one bias for each layer, or one for each unit in it?")
def cost_single_biases(inputs, hidden, outputs):
    count = inputs * hidden + 1 + hidden * outputs + 1
    return count, 2 * count


@misconception("cost", name="straight from inputs to outputs", section="u07_numerical_gradient.md#the-price",
               hint="Do any weights lead from the inputs straight to the outputs?")
def cost_of_one_layer(inputs, hidden, outputs):
    count = inputs * outputs + outputs
    return count, 2 * count


@misconception("cost", name="one pass more", section="u07_numerical_gradient.md#the-price",
               hint="Is the loss at the unchanged parameters used in a central difference?")
def cost_with_a_spare_pass(inputs, hidden, outputs):
    count = inputs * hidden + hidden + hidden * outputs + outputs
    return count, 2 * count + 1


@misconception("cost", name="answers swapped", section="u07_numerical_gradient.md#the-price",
               hint="Which of the two numbers should come first?")
def cost_swapped(inputs, hidden, outputs):
    count = inputs * hidden + hidden + hidden * outputs + outputs
    return 2 * count, count


def sigmoid(a):
    """Return the sigmoid."""
    return 0.5 * (1 + np.tanh(0.5 * a))


def point_losses(scores, t):
    """Return the cross-entropy of each row; scores (..., N, O), t (N,)."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    return np.log(np.exp(shifted).sum(axis=-1)) - shifted[..., np.arange(len(t)), t]


def sums_of_losses(scores, change, t):
    """Return the sum over N of the cross-entropy of scores (N, O) + change (O, I, N), for t (N,): shape (I,).

    The few classes come first, for NumPy is slow along a last axis that is short.
    """
    moved = scores.T[:, None, :] + change
    moved -= moved.max(axis=0)
    right = moved[t, :, np.arange(len(t))].T
    return (np.log(np.exp(moved).sum(axis=0)) - right).sum(axis=1)


def fast(params, x, t, h, *, ends=(1, -1), divisor=2.0, batch=None, linear=False, other_scores=True, squash=True,
         biases=True, skip=None, kind=float):
    """Return the fast central differences of the net, with the mistakes that are switched on."""
    W1, b1, W2, b2 = (params[name].astype(kind) for name in ("W1", "b1", "W2", "b2"))
    x, scale = x.astype(kind), divisor * h * (batch or len(t))
    before = x @ W1 + b1
    z = sigmoid(before)
    scores = z @ W2 + b2
    inputs, hidden = np.column_stack([x, np.ones(len(x), kind)]), np.column_stack([z, np.ones(len(x), kind)])
    first, second = np.zeros((inputs.shape[1], len(b1)), kind), np.zeros((hidden.shape[1], len(b2)), kind)
    steps = (kind(h) * inputs.T)  # (I + 1, N)
    for j in range(len(b1)):
        for sign, end in zip((1, -1), ends, strict=True):
            moved = before[:, j] + end * steps
            dz = end * steps * (z * (1 - z))[:, j] if linear else (sigmoid(moved) if squash else moved) - z[:, j]
            reached = W2[j][:, None] * (1 if other_scores else np.eye(len(b2), dtype=kind)[:, t])
            change = reached[:, None, :] * dz
            first[:, j] += sign * sums_of_losses(scores, change, t)
    for k in range(len(b2)):
        column = np.zeros((len(b2), 1, 1), kind)
        column[k] = 1
        for sign, end in zip((1, -1), ends, strict=True):
            change = end * kind(h) * hidden.T * column
            second[:, k] += sign * sums_of_losses(scores, change, t)
    if skip is not None:
        first[:-1][skip] = 0
    return {"W1": first[:-1] / scale, "b1": first[-1] / scale * biases,
            "W2": second[:-1] / scale, "b2": second[-1] / scale * biases}


@misconception("fast_numerical_gradient", name="float32", section="u07_numerical_gradient.md#how-small-should-h-be",
               told_by="test_fast_numerical_gradient_with_a_large_step_is_still_the_difference",
               hint="How many digits does a loss of 2.3 have in your arrays, and at which of them does a step show?")
def fast_in_single_precision(params, x, t, h=1e-4):
    return fast(params, x, t, h, kind=np.float32)


@misconception("fast_numerical_gradient", name="one full pass for each weight",
               section="u07_numerical_gradient.md#what-one-weight-can-reach",
               hint="When one weight into unit j moves, how much of the hidden layer is computed again for nothing?")
def fast_that_is_slow(params, x, t, h=1e-4):
    if sum(array.size for array in params.values()) > 10_000:
        raise TimeoutError("minutes, far beyond the limit of a call")  # what the clock would say
    params = {name: array.copy() for name, array in params.items()}

    def loss(_):
        z = sigmoid(x @ params["W1"] + params["b1"])
        return float(point_losses(z @ params["W2"] + params["b2"], t).mean())

    return {name: differences(loss, array, h) for name, array in params.items()}


@misconception("fast_numerical_gradient", name="one-sided",
               section="u07_numerical_gradient.md#one-weight-two-questions",
               hint="Try a step of 0.5. Are both ends of your difference moved?")
def fast_one_sided(params, x, t, h=1e-4):
    return fast(params, x, t, h, ends=(1, 0), divisor=1.0)


@misconception("fast_numerical_gradient", name="divided by h",
               section="u07_numerical_gradient.md#one-weight-two-questions",
               hint="How far apart are the two values that you give the weight?")
def fast_over_h(params, x, t, h=1e-4):
    return fast(params, x, t, h, divisor=1.0)


@misconception("fast_numerical_gradient", name="summed over the batch",
               section="u07_numerical_gradient.md#what-one-weight-can-reach",
               hint="If every example came twice, should the gradient of the mean loss double?")
def fast_summed(params, x, t, h=1e-4):
    return fast(params, x, t, h, batch=1)


@misconception("fast_numerical_gradient", name="straightened hidden unit",
               section="u07_numerical_gradient.md#what-one-weight-can-reach",
               hint="With a large step, is the new value of the unit still on its tangent?")
def fast_linear(params, x, t, h=1e-4):
    return fast(params, x, t, h, linear=True)


@misconception("fast_numerical_gradient", name="only the right score moves",
               section="u07_numerical_gradient.md#what-one-weight-can-reach",
               hint="A hidden unit leads to how many scores, and which of them enter the loss?")
def fast_one_score(params, x, t, h=1e-4):
    return fast(params, x, t, h, other_scores=False)


@misconception("fast_numerical_gradient", name="sigmoid left out",
               section="u07_numerical_gradient.md#what-one-weight-can-reach",
               hint="What lies between the sum of a hidden unit and its value?")
def fast_without_sigmoid(params, x, t, h=1e-4):
    return fast(params, x, t, h, squash=False)


@misconception("fast_numerical_gradient", name="biases left at zero",
               section="u07_numerical_gradient.md#what-one-weight-can-reach",
               hint="Which of the four arrays did your loops never reach?")
def fast_without_biases(params, x, t, h=1e-4):
    return fast(params, x, t, h, biases=False)


@misconception("fast_numerical_gradient", name="skips what the first example does not use",
               section="u07_numerical_gradient.md#what-one-weight-can-reach",
               hint="An input may be 0 in the first example. Is it 0 in all of them?")
def fast_with_wrong_skip(params, x, t, h=1e-4):
    return fast(params, x, t, h, skip=x[0] == 0)


@misconception("fast_numerical_gradient", name="sign turned",
               section="u07_numerical_gradient.md#one-weight-two-questions",
               hint="Which of the two losses is subtracted from which?")
def fast_turned(params, x, t, h=1e-4):
    return fast(params, x, t, h, ends=(-1, 1))
