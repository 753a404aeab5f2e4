"""Wrong answers of unit u01_perceptron."""

import numpy as np

from autograder.checking.misconceptions import misconception


@misconception("forward", name="elementwise product", section="u01_perceptron.md#all-outputs-at-once",
               hint="How many numbers should come out, and which operation adds up a row of W times the column x?")
def forward_elementwise(W, x, b):
    return W * x.T + b


@forward_elementwise.variant
def forward_star(W, x, b):
    return W * x + b


@misconception("forward", name="order swapped", section="u01_perceptron.md#all-outputs-at-once",
               hint="Write the shapes of your two factors side by side. Which shape comes out, and which should?")
def forward_swapped(W, x, b):
    return x @ W + b


@forward_swapped.variant
def forward_swapped_rows(W, x, b):
    return x.T @ W.T + b


@forward_swapped.variant
def forward_transposed(W, x, b):
    return W.T @ x + b


@misconception("forward", name="bias forgotten", section="u01_perceptron.md#one-output-at-a-time",
               hint="Which of the three arguments does your function never use?")
def forward_without_bias(W, x, b):
    return W @ x


@misconception("forward", name="bias subtracted", section="u01_perceptron.md#one-output-at-a-time",
               hint="What does the layer give for an input of zeros, and what does yours give?")
def forward_bias_subtracted(W, x, b):
    return W @ x - b


@misconception("forward", name="flat result", section="u01_perceptron.md#all-outputs-at-once",
               hint="The numbers are fine. Is the result still a column?")
def forward_flat(W, x, b):
    return (W @ x + b).ravel()


@misconception("forward", name="bias added in place", section="u01_perceptron.md#all-outputs-at-once",
               hint="What is in b after your function has run?")
def forward_in_place(W, x, b):
    b += W @ x
    return b


@misconception("sse", name="mean", section="u01_perceptron.md#how-wrong-is-it",
               hint="With twice as many outputs, all equally wrong, should this loss double or stay?")
def sse_mean(u, d):
    return float(np.mean((u - d) ** 2))


@misconception("sse", name="half", section="u01_perceptron.md#how-wrong-is-it",
               hint="With one output that is off by 3, what should the loss be, and what is yours?")
def sse_half(u, d):
    return float(0.5 * np.sum((u - d) ** 2))


@misconception("sse", name="absolute errors", section="u01_perceptron.md#how-wrong-is-it",
               hint="What does an error of 9.5 contribute to the loss in the worked example?")
def sse_absolute(u, d):
    return float(np.sum(np.abs(u - d)))


@misconception("sse", name="root", section="u01_perceptron.md#how-wrong-is-it",
               hint="Is the loss the squared distance between output and target, or the distance itself?")
def sse_root(u, d):
    return float(np.sqrt(np.sum((u - d) ** 2)))


@misconception("sse", name="sum squared", section="u01_perceptron.md#how-wrong-is-it",
               hint="Which comes first, the sum or the square? Try residuals 3 and -3.")
def sse_square_of_sum(u, d):
    return float(np.sum(u - d) ** 2)


@misconception("sse", name="flattened target", section="u01_perceptron.md#how-wrong-is-it",
               hint="What is the shape of u - d inside your function, and how many differences should there be?")
def sse_broadcast(u, d):
    return float(np.sum((u - np.ravel(d)) ** 2))


@misconception("sse", name="not summed", section="u01_perceptron.md#how-wrong-is-it",
               hint="How many numbers does your function return, and how many should a loss be?")
def sse_not_summed(u, d):
    return (u - d) ** 2


@misconception("forward", name="numbers of the example", section="u01_perceptron.md#all-outputs-at-once",
               hint="What does your function give for another layer? Where do its arguments enter the result?")
def forward_hard_coded(W, x, b):
    return np.array([[-3.8], [9.5]])


@forward_hard_coded.variant
def forward_of_the_notebook(weights, inputs, biases):
    W, x = np.array([[0.0, 0.3, -0.8], [1.0, -1.2, 0.5]]), np.array([[5.0], [2.0], [7.0]])
    b = np.array([[1.2], [3.4]])
    return W @ x + b


@misconception("sse", name="changed in place", section="u01_perceptron.md#how-wrong-is-it",
               hint="What is in u after your function has run, and who may still need the old numbers?")
def sse_in_place(u, d):
    u -= d
    return float(np.sum(u * u))
