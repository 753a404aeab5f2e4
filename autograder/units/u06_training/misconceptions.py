"""Wrong answers of unit u06_training.

A loop is long, so the wrong loops share one right loop, `fitted` or `spun`, with a switch for each mistake.
"""

import numpy as np

from autograder.checking.misconceptions import misconception
from autograder.course.units import load_reference

given = load_reference("u06_training")


@misconception("mse", name="row minus column", section="u06_training.md#the-loss-and-its-trap",
               hint="Print the shape of the difference inside your function. For three points, how many differences "
                    "should there be?")
def mse_table(y, p):
    return float(np.mean((p - y) ** 2))


@misconception("mse", name="sum", section="u06_training.md#the-loss-and-its-trap",
               hint="If every point came twice, should the mean squared error change?")
def mse_sum(y, p):
    return float(np.sum((p - np.reshape(y, p.shape)) ** 2))


@misconception("mse", name="half", section="u06_training.md#the-loss-and-its-trap",
               hint="With one point that is off by 3, what should the loss be, and what is yours?")
def mse_half(y, p):
    return float(np.mean((p - np.reshape(y, p.shape)) ** 2) / 2)


@misconception("mse", name="divided by the rows alone", section="u06_training.md#the-loss-and-its-trap",
               hint="How many squared errors are there when each of the N predictions has three numbers?")
def mse_by_rows(y, p):
    return float(np.sum((p - np.reshape(y, p.shape)) ** 2) / len(p))


@misconception("mse", name="absolute errors", section="u06_training.md#the-loss-and-its-trap",
               hint="What does an error of 3 contribute: 3 or 9?")
def mse_absolute(y, p):
    return float(np.mean(np.abs(p - np.reshape(y, p.shape))))


@misconception("mse", name="root", section="u06_training.md#the-loss-and-its-trap",
               hint="If all errors are 3, is the mean of their squares 3?")
def mse_root(y, p):
    return float(np.sqrt(np.mean((p - np.reshape(y, p.shape)) ** 2)))


@misconception("mse", name="written into the predictions", section="u06_training.md#the-loss-and-its-trap",
               hint="What is in p after your function has run?")
def mse_in_place(y, p):
    p -= np.reshape(y, p.shape)
    return float(np.mean(p ** 2))


def fitted(seed, iterations, lr, every, factor=2.0, *, biases=True, in_place=False, first_only=False,
           early_stop=False, note_after=False, sequential=False, own_order=False):
    """Return (losses, snapshots) of the sine fit with the mistakes that are switched on."""
    rng = np.random.RandomState(seed)
    if own_order:
        params = given.start(rng, 1, 10, 1)
    x, y = given.sine_data(rng)
    if not own_order:
        params = given.start(rng, 1, 10, 1)
    losses, snapshots, slopes = [], [], None
    for iteration in range(iterations if early_stop else iterations + 1):
        p = given.predict(params, x)
        if not note_after:
            losses.append(float(np.mean((p - y) ** 2)))
        if iteration % every == 0:
            snapshots.append(params)
        if slopes is None or not first_only:
            slopes = given.gradients(params, x, factor * (p - y) / len(x))
        params = moved(params, slopes, lr, biases, in_place)
        if sequential:
            params = [*params[:2], *moved(params, given.gradients(params, x, factor * (p - y) / len(x)), lr)[2:]]
        if note_after:
            losses.append(float(np.mean((given.predict(params, x) - y) ** 2)))
    return losses, snapshots


def moved(params, slopes, lr, biases=True, in_place=False):
    """Return the parameters after one step, as new arrays or as the old ones written over."""
    rates = [lr, lr * biases, lr, lr * biases]
    if not in_place:
        return [value - rate * slope for value, rate, slope in zip(params, rates, slopes, strict=True)]
    for value, rate, slope in zip(params, rates, slopes, strict=True):
        value -= rate * slope
    return params


@misconception("fit_sin", name="factor 2 forgotten", section="u06_training.md#the-loop",
               hint="What is the derivative of (p - y) squared with respect to p? Try it with differences.")
def fit_sin_without_two(seed, iterations=10000, lr=0.2, every=100):
    return fitted(seed, iterations, lr, every, factor=1.0)


@misconception("fit_sin", name="gradient of a sum", section="u06_training.md#the-loop",
               hint="The loss is a mean. How many times larger is the gradient of a sum of 100 terms?")
def fit_sin_of_the_sum(seed, iterations=10000, lr=0.2, every=100):
    with np.errstate(all="ignore"):
        return fitted(seed, iterations, lr, every, factor=200.0)


@misconception("fit_sin", name="uphill", section="u06_training.md#the-loop",
               hint="Do your losses grow? Which way does a gradient point?")
def fit_sin_uphill(seed, iterations=10000, lr=0.2, every=100):
    with np.errstate(all="ignore"):
        return fitted(seed, iterations, -lr, every)


@misconception("fit_sin", name="biases left out", section="u06_training.md#the-loop",
               hint="How many arrays does the net have, and how many of them differ after your first update?")
def fit_sin_without_biases(seed, iterations=10000, lr=0.2, every=100):
    return fitted(seed, iterations, lr, every, biases=False)


@misconception("fit_sin", name="gradient taken once", section="u06_training.md#the-loop",
               hint="After a step the net is another one. Does your loop ask for the slope at the new place?")
def fit_sin_with_one_gradient(seed, iterations=10000, lr=0.2, every=100):
    with np.errstate(all="ignore"):
        return fitted(seed, iterations, lr, every, first_only=True)


@misconception("fit_sin", name="snapshots overwritten", section="u06_training.md#the-loop",
               hint="Compare your first snapshot with your last one. Does `-=` make a new array?")
def fit_sin_with_aliases(seed, iterations=10000, lr=0.2, every=100):
    return fitted(seed, iterations, lr, every, in_place=True)


@fit_sin_with_aliases.variant
def fit_sin_with_aliases_of_the_last_net(seed, iterations=10000, lr=0.2, every=100):
    losses, snapshots = fitted(seed, iterations, lr, every)
    return losses, [snapshots[-1] for _ in snapshots]


@misconception("fit_sin", name="last loss missing", section="u06_training.md#the-last-number",
               hint="After the last update the parameters are new. Which of your losses is theirs?")
def fit_sin_stopped_early(seed, iterations=10000, lr=0.2, every=100):
    return fitted(seed, iterations, lr, every, early_stop=True)


@misconception("fit_sin", name="loss noted after the update", section="u06_training.md#the-last-number",
               hint="What should the very first loss in the list be: that of the starting parameters, or a later one?")
def fit_sin_noted_late(seed, iterations=10000, lr=0.2, every=100):
    return fitted(seed, iterations, lr, every, note_after=True)


@misconception("fit_sin", name="second layer moved twice", section="u06_training.md#the-loop",
               hint="In one update, are all four gradients taken at the same parameters?")
def fit_sin_one_layer_at_a_time(seed, iterations=10000, lr=0.2, every=100):
    return fitted(seed, iterations, lr, every, sequential=True)


@misconception("fit_sin", name="parameters drawn before the data", section="u06_training.md#a-noisy-sine",
               hint="A source of random numbers gives them in a fixed order. Who should take the first hundred?")
def fit_sin_in_other_order(seed, iterations=10000, lr=0.2, every=100):
    return fitted(seed, iterations, lr, every, own_order=True)


@misconception("minibatches", name="inputs and labels apart", section="u06_training.md#small-batches",
               hint="Take one row of a batch: is the label beside it the one that this very point had before?")
def minibatches_apart(x, t, size, order):
    return [(x[order[k:k + size]], t[k:k + size]) for k in range(0, len(x), size)]


@misconception("minibatches", name="order ignored", section="u06_training.md#small-batches",
               hint="Which of the arguments does your function never use?")
def minibatches_in_given_order(x, t, size, order):
    return [(x[k:k + size], t[k:k + size]) for k in range(0, len(x), size)]


@misconception("minibatches", name="rest dropped", section="u06_training.md#small-batches",
               hint="Add up the sizes of your batches. Is everybody there?")
def minibatches_without_rest(x, t, size, order):
    return [(x[order[k:k + size]], t[order[k:k + size]]) for k in range(0, len(x) - size + 1, size)]


@misconception("minibatches", name="stale batch", section="u06_training.md#small-batches",
               hint="Compare your first batch with your second. Which examples never come?")
def minibatches_stale(x, t, size, order):
    return [(x[order[:size]], t[order[:size]]) for _ in range(0, len(x), size)]


@misconception("minibatches", name="order read backwards", section="u06_training.md#small-batches",
               hint="order[0] says which example comes first. Do you read it as the place of example 0?")
def minibatches_inverse(x, t, size, order):
    return minibatches_in_order(x, t, size, np.argsort(order))


def minibatches_in_order(x, t, size, order):
    """Return the right batches."""
    return [(x[order[k:k + size]], t[order[k:k + size]]) for k in range(0, len(x), size)]


@misconception("minibatches", name="data shuffled in place", section="u06_training.md#small-batches",
               hint="What is in x and t after your function has run?")
def minibatches_in_place(x, t, size, order):
    x[...], t[...] = x[order], t[order]
    return [(x[k:k + size], t[k:k + size]) for k in range(0, len(x), size)]


@misconception("minibatches", name="every k-th example", section="u06_training.md#small-batches",
               hint="How many examples are in your first batch, and which places of order do they come from?")
def minibatches_strided(x, t, size, order):
    count = -(-len(x) // size)
    return [(x[order[k::count]], t[order[k::count]]) for k in range(count)]


def spun(classes, epochs, seed, *, apart=False, stale=False, one_order=False, ordered=False, last_loss=False,
         lr=1.0, biases=True, restarts=False, once=False):
    """Return (losses, params) of the spiral training with the mistakes that are switched on."""
    x, t = given.spiral(classes, seed)
    rng = np.random.RandomState(seed)
    params = first = given.start(rng, 2, 10, classes)
    order, losses = rng.permutation(len(x)), []
    for epoch in range(epochs):
        if epoch and not one_order:
            order = rng.permutation(len(x))
        labels = t[rng.permutation(len(x))] if apart else t
        batches = minibatches_in_order(x, labels, 30, np.arange(len(x)) if ordered else order)
        params, batch_losses = first if restarts else params, []
        for batch in batches[:1] * len(batches) if stale else batches[:1] if once else batches:
            loss, dscores = given.softmax_loss(given.predict(params, batch[0]), batch[1])
            batch_losses.append(loss)
            params = moved(params, given.gradients(params, batch[0], dscores), lr, biases)
        losses.append(batch_losses[-1] if last_loss else float(np.mean(batch_losses)))
    return losses, params


@misconception("train_spiral", name="inputs and labels shuffled apart", section="u06_training.md#small-batches",
               hint="Does the loss stay near that of guessing? Is each point still beside its own label?")
def train_spiral_apart(classes, epochs, seed=1984):
    return spun(classes, epochs, seed, apart=True)


@misconception("train_spiral", name="stale batch", section="u06_training.md#small-batches",
               hint="Is the loss on your batch small and that on all points large? Which batch do you train on?")
def train_spiral_stale(classes, epochs, seed=1984):
    return spun(classes, epochs, seed, stale=True)


@misconception("train_spiral", name="one order for ever", section="u06_training.md#small-batches",
               hint="Your first epoch is right. What should be fresh in the second?")
def train_spiral_one_order(classes, epochs, seed=1984):
    return spun(classes, epochs, seed, one_order=True)


@misconception("train_spiral", name="not shuffled", section="u06_training.md#small-batches",
               hint="Which classes are in your first batch of 30?")
def train_spiral_ordered(classes, epochs, seed=1984):
    return spun(classes, epochs, seed, ordered=True)


@misconception("train_spiral", name="loss of the last batch", section="u06_training.md#small-batches",
               hint="Your parameters are fine. Over how many batches is a loss of the list taken?")
def train_spiral_last_loss(classes, epochs, seed=1984):
    return spun(classes, epochs, seed, last_loss=True)


@misconception("train_spiral", name="too small a learning rate", section="u06_training.md#small-batches",
               hint="The gradient of softmax_loss belongs to a mean already. What learning rate does the text ask for?")
def train_spiral_slow(classes, epochs, seed=1984):
    return spun(classes, epochs, seed, lr=1 / 30)


@misconception("train_spiral", name="biases left out", section="u06_training.md#small-batches",
               hint="Which of the four arrays are still zero when the training ends?")
def train_spiral_without_biases(classes, epochs, seed=1984):
    return spun(classes, epochs, seed, biases=False)


@misconception("train_spiral", name="a new start in every epoch", section="u06_training.md#small-batches",
               hint="Where in your function are the parameters drawn, and how often does that line run?")
def train_spiral_restarted(classes, epochs, seed=1984):
    return spun(classes, epochs, seed, restarts=True)


@misconception("train_spiral", name="one batch for each epoch", section="u06_training.md#small-batches",
               hint="How many updates are there in one epoch of 300 points, and how many does yours make?")
def train_spiral_once(classes, epochs, seed=1984):
    return spun(classes, epochs, seed, once=True)
