"""Wrong answers of unit u02_gradient_descent."""

import numpy as np

from autograder.checking.misconceptions import misconception

GRADIENT = "u02_gradient_descent.md#one-weight-at-a-time"
STEP = "u02_gradient_descent.md#one-step"
REPEAT = "u02_gradient_descent.md#a-hundred-steps"
PARABOLA = "u02_gradient_descent.md#why-the-minus"
LENGTH = "u02_gradient_descent.md#how-long-a-step"


def right_gradient(W, x, b, d):
    return 2.0 * (W @ x + b - d) @ x.T


def right_loss(W, x, b, d):
    return float(np.sum((W @ x + b - d) ** 2))


def half_gradient(W, x, b, d):
    return (W @ x + b - d) @ x.T


def negative_gradient(W, x, b, d):
    return -right_gradient(W, x, b, d)


def walk(gradient, W, x, b, d, lr, n):
    """Return the weights and losses of a descent that uses some gradient."""
    losses = [right_loss(W, x, b, d)]
    for _ in range(n):
        W = W - lr * gradient(W, x, b, d)
        losses.append(right_loss(W, x, b, d))
    return W, losses


@misconception("grad_W", name="factor 2 lost", section=GRADIENT,
               hint="What is the derivative of a square, for example of r^2 at r = 3?")
def grad_W_half(W, x, b, d):
    return half_gradient(W, x, b, d)


@misconception("grad_W", name="sign turned", section=GRADIENT,
               hint="The first output is too small. If its weights rise, does the loss rise or fall? What do you say?")
def grad_W_negative(W, x, b, d):
    return negative_gradient(W, x, b, d)


@misconception("grad_W", name="transposed", section=GRADIENT,
               hint="Which entry of your result belongs to W[0, 2], and where does it stand?")
def grad_W_transposed(W, x, b, d):
    return right_gradient(W, x, b, d).T


@misconception("grad_W", name="target forgotten", section=GRADIENT,
               hint="If every output were exactly as wanted, what would the gradient be, and what is yours?")
def grad_W_without_target(W, x, b, d):
    return 2.0 * (W @ x + b) @ x.T


@misconception("grad_W", name="bias forgotten", section=GRADIENT,
               hint="Is the output of your layer the same as in unit 1? Which of the arguments do you never use?")
def grad_W_without_bias(W, x, b, d):
    return 2.0 * (W @ x - d) @ x.T


@misconception("grad_W", name="mean over outputs", section=GRADIENT,
               hint="Is this loss a sum or a mean? Where would a mean show up in its derivative?")
def grad_W_mean(W, x, b, d):
    return right_gradient(W, x, b, d) / len(d)


@misconception("grad_W", name="input forgotten", section=GRADIENT,
               hint="If an input is 0, does its weight change the loss at all? What does your gradient say there?")
def grad_W_without_input(W, x, b, d):
    return 2.0 * (W @ x + b - d) * np.ones_like(W)


@misconception("grad_W", name="two columns multiplied", section=GRADIENT,
               hint="What shapes have the residuals and x, and which shape has a table with an entry for every pair?")
def grad_W_columns(W, x, b, d):
    return 2.0 * (W @ x + b - d) * x


@grad_W_columns.variant
def grad_W_columns_half(W, x, b, d):
    return (W @ x + b - d) * x


@grad_W_columns.variant
def grad_W_columns_product(W, x, b, d):
    return 2.0 * (W @ x + b - d) @ x


@misconception("grad_W", name="outputs added up", section=GRADIENT,
               hint="How many rows does W have, and how many has your result? Does a weight of row 1 reach output 2?")
def grad_W_summed(W, x, b, d):
    return 2.0 * np.sum(W @ x + b - d) * x.T


@misconception("grad_W", name="argument changed", section=GRADIENT,
               hint="What is in b after your function has run?")
def grad_W_in_place(W, x, b, d):
    b += W @ x - d
    return 2.0 * b @ x.T


@misconception("train", name="factor 2 lost", section=STEP,
               hint="A lower loss is not a better gradient. How far does W[0, 0] move by hand, and how far in yours?")
def train_half(W, x, b, d, lr, n):
    return walk(half_gradient, W, x, b, d, lr, n)


@misconception("train", name="uphill", section=STEP,
               hint="The slope says where the loss rises. Where do you want to go?")
def train_uphill(W, x, b, d, lr, n):
    return walk(negative_gradient, W, x, b, d, lr, n)


@misconception("train", name="biases move too", section=STEP,
               hint="Which arrays change in your loop, and which does the exercise let change?")
def train_with_biases(W, x, b, d, lr, n):
    losses = [right_loss(W, x, b, d)]
    for _ in range(n):
        residual = W @ x + b - d
        W, b = W - 2 * lr * residual @ x.T, b - 2 * lr * residual
        losses.append(right_loss(W, x, b, d))
    return W, losses


@misconception("train", name="weights changed in place", section=STEP,
               hint="Train twice from the same W: does the second run begin with the same loss?")
def train_in_place(W, x, b, d, lr, n):
    losses = [right_loss(W, x, b, d)]
    for _ in range(n):
        W -= lr * right_gradient(W, x, b, d)
        losses.append(right_loss(W, x, b, d))
    return W, losses


@misconception("train", name="gradient computed once", section=REPEAT,
               hint="After the first step the residuals are smaller. Does your second step know about it?")
def train_with_stale_gradient(W, x, b, d, lr, n):
    first = right_gradient(W, x, b, d)
    return walk(lambda *_: first, W, x, b, d, lr, n)


@misconception("train", name="last loss missing", section=REPEAT,
               hint="With n = 0, how many losses should there be, and how many do you return?")
def train_without_last_loss(W, x, b, d, lr, n):
    weights, losses = walk(right_gradient, W, x, b, d, lr, n)
    return weights, losses[:-1]


@misconception("train", name="first loss missing", section=REPEAT,
               hint="Which weights does losses[0] belong to: those you were given, or those after a step?")
def train_without_first_loss(W, x, b, d, lr, n):
    weights, losses = walk(right_gradient, W, x, b, d, lr, n)
    return weights, losses[1:]


@misconception("train", name="old weights returned", section=STEP,
               hint="Which weights does your function return: those that the last loss belongs to?")
def train_returns_first_weights(W, x, b, d, lr, n):
    return W.copy(), walk(right_gradient, W, x, b, d, lr, n)[1]


@misconception("train", name="results swapped", section=STEP,
               hint="Your function returns two things. Which of them comes first, and which should?")
def train_swapped(W, x, b, d, lr, n):
    return walk(right_gradient, W, x, b, d, lr, n)[::-1]


@misconception("train", name="losses alone", section=STEP,
               hint="How many things does the caller want back from your function, and how many does it get?")
def train_losses_alone(W, x, b, d, lr, n):
    return walk(right_gradient, W, x, b, d, lr, n)[1]


@misconception("train", name="loss never recomputed", section=REPEAT,
               hint="Your losses are all the same number. From which weights is each of them computed?")
def train_with_constant_losses(W, x, b, d, lr, n):
    weights, losses = walk(right_gradient, W, x, b, d, lr, n)
    return weights, losses[:1] * (n + 1)


@misconception("train", name="learning rate ignored", section=STEP,
               hint="If lr were ten times as large, would your first step be any longer?")
def train_without_rate(W, x, b, d, lr, n):
    return walk(right_gradient, W, x, b, d, 0.01, n)


@misconception("train", name="numbers of the notebook", section=STEP,
               hint="Train from other weights, on another x. Does your walk begin where the arguments say?")
def train_from_the_notebook(weights, inputs, biases, wanted, lr, n):
    return walk(right_gradient, FIRST_W, inputs, biases, wanted, lr, n)


@train_from_the_notebook.variant
def train_on_the_notebook(weights, inputs, biases, wanted, lr, n):
    return walk(right_gradient, FIRST_W, *NOTEBOOK, lr, n)


@misconception("descend", name="slope of x squared", section=PARABOLA,
               hint="Does your walk ask df at all? What would it do on the slopes of another function?")
def descend_by_formula(df, x0, eta, n):
    return [x0 * (1 - 2 * eta) ** i for i in range(n + 1)]


@misconception("descend", name="sign turned", section=PARABOLA,
               hint="At x = 1 the parabola rises to the right. In which direction is your first step?")
def descend_uphill(df, x0, eta, n):
    points = [float(x0)]
    for _ in range(n):
        points.append(points[-1] + eta * df(points[-1]))
    return points


@misconception("descend", name="last point missing", section=PARABOLA,
               hint="One step has two ends. How many points do n steps have?")
def descend_without_last(df, x0, eta, n):
    return right_walk(df, x0, eta, n)[:-1]


@misconception("descend", name="start missing", section=PARABOLA,
               hint="Which is the first point of a walk: where it begins, or where the first step ends?")
def descend_without_start(df, x0, eta, n):
    return right_walk(df, x0, eta, n)[1:]


@misconception("descend", name="one step too many", section=PARABOLA,
               hint="With n = 0, where does the walk end?")
def descend_one_more(df, x0, eta, n):
    return right_walk(df, x0, eta, n + 1)


@misconception("descend", name="last point only", section=PARABOLA,
               hint="The exercise asks for the points of the whole walk. How many do you return?")
def descend_last_only(df, x0, eta, n):
    return right_walk(df, x0, eta, n)[-1]


@misconception("descend", name="slope of the start", section=PARABOLA,
               hint="Nearer to the bottom the parabola is flatter. Do your steps become shorter?")
def descend_with_stale_slope(df, x0, eta, n):
    slope = df(x0)
    return [x0 - eta * slope * i for i in range(n + 1)]


@misconception("descend", name="stops early", section=LENGTH,
               hint="How many steps were asked for, and does every one of them change the point?")
def descend_until_small(df, x0, eta, n):
    points = [float(x0)]
    for _ in range(n):
        step = eta * df(points[-1])
        points.append(points[-1] - step if abs(step) > 1e-6 else points[-1])
    return points


@descend_until_small.variant
def descend_breaks(df, x0, eta, n):
    points = [float(x0)]
    for _ in range(n):
        step = eta * df(points[-1])
        if abs(step) < 1e-8:
            break
        points.append(points[-1] - step)
    return points


@misconception("descend", name="direction only", section=LENGTH,
               told_by="test_ten_short_steps_from_the_whole_number_one",  # elsewhere it asks for the sign of rounding
               hint="Does the size of the slope change the length of your step, or only its sign?")
def descend_by_sign(df, x0, eta, n):
    points = [float(x0)]
    for _ in range(n):
        points.append(points[-1] - eta * float(np.sign(df(points[-1]))))
    return points


@misconception("descend", name="learning rate ignored", section=LENGTH,
               hint="Does eta = 0.1 give other points than eta = 1 in your walk?")
def descend_without_rate(df, x0, eta, n):
    return right_walk(df, x0, 1.0, n)


@misconception("descend", name="whole numbers only", section=PARABOLA,
               hint="What is the dtype of your array of points if x0 is the whole number 1?")
def descend_in_integers(df, x0, eta, n):
    points = np.full(n + 1, x0)
    for i in range(n):
        points[i + 1] = points[i] - eta * df(float(points[i]))
    return points


@misconception("descend", name="height instead of place", section=PARABOLA,
               hint="df gives slopes and the walk gives places on the axis. Which of the two do you return?")
def descend_returns_slopes(df, x0, eta, n):
    return [df(point) for point in right_walk(df, x0, eta, n)]


FIRST_W = np.array([[0.0, 0.3, -0.8], [1.0, -1.2, 0.5]])
NOTEBOOK = np.array([[5.0], [2.0], [7.0]]), np.array([[1.2], [3.4]]), np.array([[1.0], [0.0]])


def right_walk(df, x0, eta, n):
    points = [float(x0)]
    for _ in range(n):
        points.append(points[-1] - eta * df(points[-1]))
    return points
