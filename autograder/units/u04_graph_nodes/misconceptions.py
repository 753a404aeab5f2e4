"""Wrong answers of unit u04_graph_nodes."""

import numpy as np

from autograder.checking.misconceptions import misconception

BASICS = "u04_graph_nodes.md#add-multiply-branch"
ROWS = "u04_graph_nodes.md#repeat-and-sum"
PRODUCT = "u04_graph_nodes.md#the-matrix-product"
LAYER = "u04_graph_nodes.md#the-affine-layer"


class AddForward:
    """What the wrong Add nodes get right."""

    def forward(self, x, y):
        self.x, self.y = x, y
        return x + y


@misconception("Add", name="ignores dout", section=BASICS,
               hint="If the loss does not care about the output at all (dout of zeros), what does your node send back?")
class AddIgnoresDout(AddForward):
    def backward(self, dout):
        return np.ones_like(self.x), np.ones_like(self.y)


@misconception("Add", name="aliased gradients", section=BASICS,
               hint="The numbers are fine. If somebody writes dx[...] = 0, what happens to dy and to dout?")
class AddAliased(AddForward):
    def backward(self, dout):
        return dout, dout


@AddAliased.variant
class AddAliasedCopy(AddForward):
    def backward(self, dout):
        dx = dout.copy()
        return dx, dx


@misconception("Add", name="rule of the product", section=BASICS,
               hint="Move x up by 0.1. By how much does x + y move, and does that depend on y?")
class AddLikeMul(AddForward):
    def backward(self, dout):
        return dout * self.y, dout * self.x


@misconception("Add", name="gradient shared out", section=BASICS,
               hint="Move x alone up by 0.1. Does the output move by 0.1 or by half of that?")
class AddShares(AddForward):
    def backward(self, dout):
        return dout / 2, dout / 2


@misconception("Add", name="one gradient for both", section=BASICS,
               hint="How many inputs does the node have, and how many gradients do you return?")
class AddSingle(AddForward):
    def backward(self, dout):
        return dout.copy()


@misconception("Add", name="added in place", section=BASICS,
               hint="What is in x after your forward has run?")
class AddInPlace:
    def forward(self, x, y):
        x += y
        return x

    def backward(self, dout):
        return dout.copy(), dout.copy()


class MulForward:
    """What the wrong Mul nodes get right."""

    def forward(self, x, y):
        self.x, self.y = x, y
        return x * y


@misconception("Mul", name="inputs not swapped", section=BASICS,
               hint="With x = 2 and y = 5, move x up by 0.1. Which of the two numbers says how far the output moves?")
class MulNotSwapped(MulForward):
    def backward(self, dout):
        return dout * self.x, dout * self.y


@misconception("Mul", name="ignores dout", section=BASICS,
               hint="Double dout. Does what you send back double?")
class MulIgnoresDout(MulForward):
    def backward(self, dout):
        return self.y.copy(), self.x.copy()


@misconception("Mul", name="rule of the sum", section=BASICS,
               hint="If y is 1000, is the output as sensitive to x as it is when y is 1?")
class MulLikeAdd(MulForward):
    def backward(self, dout):
        return dout.copy(), dout.copy()


@misconception("Mul", name="times the output", section=BASICS,
               hint="What is the derivative of 5x with respect to x: 5, or 5x?")
class MulTimesOutput(MulForward):
    def backward(self, dout):
        return dout * self.x * self.y, dout * self.x * self.y


@misconception("Mul", name="first inputs kept", section=BASICS,
               hint="Call forward twice with different numbers. Which of them does backward use?")
class MulFirstKept:
    def forward(self, x, y):
        if not hasattr(self, "x"):
            self.x, self.y = x, y
        return x * y

    def backward(self, dout):
        return dout * self.y, dout * self.x


NOTEBOOK_X = np.array([[2.0, -1.0, 0.5], [3.0, 4.0, -2.0]])
NOTEBOOK_Y = np.array([[5.0, 6.0, -4.0], [0.5, 1.0, 3.0]])


@misconception("Mul", name="numbers of the notebook", section=BASICS,
               hint="Another x and another y go through forward. How does your backward learn of them?")
class MulOfTheNotebook:
    def forward(self, x, y):
        return x * y

    def backward(self, dout):
        return dout * NOTEBOOK_Y, dout * NOTEBOOK_X


@misconception("Mul", name="matrix product", section=BASICS,
               hint="Which operator multiplies entry by entry?")
class MulMatrix:
    def forward(self, x, y):
        self.x, self.y = x, y
        return x @ y.T

    def backward(self, dout):
        return dout * self.y, dout * self.x


class BranchForward:
    """What the wrong Branch nodes get right."""

    def __init__(self, k=2):
        self.k = k

    def forward(self, x):
        return [x.copy() for _ in range(self.k)]


@misconception("Branch", name="average", section=BASICS,
               hint="Both copies grow when x grows. If each adds 3 to the loss, how much do they add together?")
class BranchAverages(BranchForward):
    def backward(self, *dout):
        return np.mean(dout, axis=0)


@misconception("Branch", name="first gradient only", section=BASICS,
               hint="Does the loss hear of x by one way only?")
class BranchFirst(BranchForward):
    def backward(self, *dout):
        return dout[0].copy()


@misconception("Branch", name="last gradient wins", section=BASICS,
               hint="When the second gradient arrives, what happens to the first in your code?")
class BranchLast(BranchForward):
    def backward(self, *dout):
        return dout[-1].copy()


@misconception("Branch", name="product", section=BASICS,
               hint="One way back carries 0, the other 3. How strongly does the loss react to x, and what is yours?")
class BranchMultiplies(BranchForward):
    def backward(self, *dout):
        return np.prod(dout, axis=0)


@misconception("Branch", name="added into the first gradient", section=BASICS,
               hint="The sum is right. What is in the first gradient afterwards, and who else may be reading it?")
class BranchInPlace(BranchForward):
    def backward(self, *dout):
        total = dout[0]
        for gradient in dout[1:]:
            total += gradient
        return total


@misconception("Branch", name="one array under several names", section=BASICS,
               hint="Write into the first copy. What does the second one show, and what does x show?")
class BranchAliased:
    def __init__(self, k=2):
        self.k = k

    def forward(self, x):
        return [x] * self.k

    def backward(self, *dout):
        return np.sum(dout, axis=0)


@BranchAliased.variant
class BranchOneCopy:
    def __init__(self, k=2):
        self.k = k

    def forward(self, x):
        return [x.copy()] * self.k

    def backward(self, *dout):
        return np.sum(dout, axis=0)


@misconception("Branch", name="everything summed up", section=BASICS,
               hint="What is the shape of x, and what is the shape of your gradient?")
class BranchSumsAll(BranchForward):
    def backward(self, *dout):
        return np.sum(dout)


class RepeatForward:
    """What the wrong Repeat nodes get right."""

    def __init__(self, N):
        self.N = N

    def forward(self, x):
        return np.repeat(x, self.N, axis=0)


@misconception("Repeat", name="axis 1", section=ROWS,
               hint="Column j of the batch came from one number of the row. Along which axis do its copies lie?")
class RepeatAxis(RepeatForward):
    def backward(self, dout):
        return np.sum(dout, axis=1, keepdims=True)


@misconception("Repeat", name="axis lost", section=ROWS,
               hint="The numbers are fine. The input was (1, D). What is the shape of your gradient?")
class RepeatFlat(RepeatForward):
    def backward(self, dout):
        return np.sum(dout, axis=0)


@misconception("Repeat", name="mean for sum", section=ROWS,
               hint="Seven copies react to the row. Does a seventh of their reactions reach the loss, or all of them?")
class RepeatMean(RepeatForward):
    def backward(self, dout):
        return np.mean(dout, axis=0, keepdims=True)


@misconception("Repeat", name="first row only", section=ROWS,
               hint="Which rows of dout does your gradient never look at?")
class RepeatFirst(RepeatForward):
    def backward(self, dout):
        return dout[:1].copy()


@misconception("Repeat", name="repeated entry by entry", section=ROWS,
               hint="What is the shape of your output, and along which axis should the copies lie?")
class RepeatNoAxis:
    def __init__(self, N):
        self.N = N

    def forward(self, x):
        return np.repeat(x, self.N)

    def backward(self, dout):
        return np.sum(dout, axis=0, keepdims=True)


@misconception("Repeat", name="a view", section=ROWS,
               hint="Seven rows, but how many numbers are there in memory? What happens when you write into one row?")
class RepeatView:
    def __init__(self, N):
        self.N = N

    def forward(self, x):
        return np.broadcast_to(x, (self.N, x.shape[1]))

    def backward(self, dout):
        return np.sum(dout, axis=0, keepdims=True)


class SumForward:
    """What the wrong Sum nodes get right."""

    def forward(self, x):
        self.N = len(x)
        return np.sum(x, axis=0, keepdims=True)


@misconception("Sum", name="axis 1", section=ROWS,
               hint="One row of D numbers is to come out. Which axis has to disappear?")
class SumAxis:
    def forward(self, x):
        self.D = x.shape[1]
        return np.sum(x, axis=1, keepdims=True)

    def backward(self, dout):
        return np.repeat(dout, self.D, axis=1)


@misconception("Sum", name="axis lost", section=ROWS,
               hint="The numbers are fine. Is your output still a row, (1, D)?")
class SumFlat:
    def forward(self, x):
        self.N = len(x)
        return np.sum(x, axis=0)

    def backward(self, dout):
        return np.repeat(dout.reshape(1, -1), self.N, axis=0)


@misconception("Sum", name="mean for sum", section=ROWS,
               hint="Write the batch twice, one below the other. Should the output double or stay?")
class SumMean:
    def forward(self, x):
        self.N = len(x)
        return np.mean(x, axis=0, keepdims=True)

    def backward(self, dout):
        return np.repeat(dout, self.N, axis=0) / self.N


@misconception("Sum", name="gradient shared out", section=ROWS,
               hint="Move one entry up by 0.1. By how much does the sum move, and does that depend on N?")
class SumShares(SumForward):
    def backward(self, dout):
        return np.repeat(dout, self.N, axis=0) / self.N


@misconception("Sum", name="gradient not repeated", section=ROWS,
               hint="How many rows did the input have, and how many has your gradient?")
class SumNotRepeated(SumForward):
    def backward(self, dout):
        return dout.copy()


@misconception("Sum", name="ignores dout", section=ROWS,
               hint="The slope of a sum is 1. Times what, before it goes back?")
class SumIgnoresDout(SumForward):
    def backward(self, dout):
        return np.ones((self.N, dout.shape[1]))


@misconception("Sum", name="summed in place", section=ROWS,
               hint="What has become of the first row of x after your forward?")
class SumInPlace:
    def forward(self, x):
        self.N = len(x)
        total = x[:1]
        for row in x[1:]:
            total += row
        return total

    def backward(self, dout):
        return np.repeat(dout, self.N, axis=0)


class MatMulForward:
    """What the wrong MatMul nodes get right."""

    def __init__(self, W):
        self.params = [W]
        self.grads = [np.zeros_like(W)]

    def forward(self, x):
        self.x = x
        return x @ self.params[0]


@misconception("MatMul", name="W not transposed", section=PRODUCT,
               hint="dout is (N, M), x is (N, D) and W is (D, M). Which matrix takes M columns to D columns?")
class MatMulNoTransposeW(MatMulForward):
    def backward(self, dout):
        self.grads[0][...] = self.x.T @ dout
        return dout @ self.params[0]


@misconception("MatMul", name="x not transposed", section=PRODUCT,
               hint="The gradient of W is (D, M). Which axis of x and dout has to disappear in the product?")
class MatMulNoTransposeX(MatMulForward):
    def backward(self, dout):
        self.grads[0][...] = self.x @ dout
        return dout @ self.params[0].T


@misconception("MatMul", name="gradient of W transposed", section=PRODUCT,
               hint="Entry (d, m) of the gradient belongs to the weight from input d to output m. Does yours?")
class MatMulTransposed(MatMulForward):
    def backward(self, dout):
        self.grads[0] = dout.T @ self.x
        return dout @ self.params[0].T


@misconception("MatMul", name="averaged over the batch", section=PRODUCT,
               hint="Every example of the batch pulls at W. Who asked for the mean of the pulls?")
class MatMulMean(MatMulForward):
    def backward(self, dout):
        self.grads[0][...] = self.x.T @ dout / len(self.x)
        return dout @ self.params[0].T


@misconception("MatMul", name="gradient rebound", section=PRODUCT,
               hint="An optimiser kept the array that was in grads. After your backward, what does it find there?")
class MatMulRebound(MatMulForward):
    def backward(self, dout):
        self.grads[0] = self.x.T @ dout
        return dout @ self.params[0].T


@misconception("MatMul", name="gradients pile up", section=PRODUCT,
               hint="Call forward and backward twice. Is the first batch still in the second gradient?")
class MatMulAccumulates(MatMulForward):
    def backward(self, dout):
        self.grads[0] += self.x.T @ dout
        return dout @ self.params[0].T


@misconception("MatMul", name="ignores dout", section=PRODUCT,
               hint="Double dout. Does what you send back double?")
class MatMulIgnoresDout(MatMulForward):
    def backward(self, dout):
        ones = np.ones_like(dout)
        self.grads[0][...] = self.x.T @ ones
        return ones @ self.params[0].T


@misconception("MatMul", name="entry by entry", section=PRODUCT,
               hint="Which operator adds up rows times columns?")
class MatMulElementwise(MatMulForward):
    def forward(self, x):
        self.x = x
        return x * self.params[0].T


@misconception("MatMul", name="order of the product swapped", section=PRODUCT,
               hint="One example is a row of x. Does your output still have a row for each example?")
class MatMulSwapped(MatMulForward):
    def forward(self, x):
        self.x = x
        return self.params[0] @ x


class AffineForward:
    """What the wrong Affine layers get right."""

    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(W), np.zeros_like(b)]

    def forward(self, x):
        self.x = x
        return x @ self.params[0] + self.params[1]

    def backward(self, dout):
        self.grads[0][...] = self.x.T @ dout
        self.grads[1][...] = self.bias_gradient(dout)
        return dout @ self.params[0].T

    def bias_gradient(self, dout):
        return np.sum(dout, axis=0)


@misconception("Affine", name="batch not summed", section=LAYER,
               hint="One bias serves N rows. How many gradients come back to it, and how many may it keep?")
class AffineNotSummed(AffineForward):
    def backward(self, dout):
        self.grads[0][...] = self.x.T @ dout
        self.grads[1] = dout.copy()
        return dout @ self.params[0].T


@misconception("Affine", name="wrong axis", section=LAYER,
               hint="b has one number for each output. Over which axis of dout, then, do you have to add?")
class AffineAxis(AffineForward):
    def bias_gradient(self, dout):
        return np.sum(dout, axis=1)


@misconception("Affine", name="bias averaged", section=LAYER,
               hint="Does each of the N rows use the whole bias, or an N-th of it? Compare with your Repeat.")
class AffineMean(AffineForward):
    def bias_gradient(self, dout):
        return np.mean(dout, axis=0)


@misconception("Affine", name="first row's bias gradient", section=LAYER,
               hint="Which rows of dout does your bias gradient never look at?")
class AffineFirstRow(AffineForward):
    def bias_gradient(self, dout):
        return dout[0]


@misconception("Affine", name="bias gradient of ones", section=LAYER,
               hint="Double dout. Does the gradient of b double?")
class AffineBiasOnes(AffineForward):
    def bias_gradient(self, dout):
        return np.full(dout.shape[1], float(len(dout)))


@misconception("Affine", name="gradients rebound", section=LAYER,
               hint="An optimiser kept the two arrays that were in grads. What does it find there after your backward?")
class AffineRebound(AffineForward):
    def backward(self, dout):
        self.grads = [self.x.T @ dout, np.sum(dout, axis=0)]
        return dout @ self.params[0].T


@misconception("Affine", name="gradients pile up", section=LAYER,
               hint="Call forward and backward twice. Is the first batch still in the second gradients?")
class AffineAccumulates(AffineForward):
    def backward(self, dout):
        self.grads[0] += self.x.T @ dout
        self.grads[1] += np.sum(dout, axis=0)
        return dout @ self.params[0].T


@misconception("Affine", name="bias forgotten", section=LAYER,
               hint="What does your layer answer to an input of zeros, and what should it answer?")
class AffineNoBias(AffineForward):
    def forward(self, x):
        self.x = x
        return x @ self.params[0]


@misconception("Affine", name="W not transposed", section=LAYER,
               hint="Compare with your MatMul: which matrix takes M columns to D columns?")
class AffineNoTranspose(AffineForward):
    def backward(self, dout):
        super().backward(dout)
        return dout @ self.params[0]


@misconception("Affine", name="order of grads", section=LAYER,
               hint="Are the two entries of grads shaped like the two entries of params, in the same order?")
class AffineOrder(AffineForward):
    def __init__(self, W, b):
        self.params = [W, b]
        self.grads = [np.zeros_like(b), np.zeros_like(W)]

    def backward(self, dout):
        self.grads[1][...] = self.x.T @ dout
        self.grads[0][...] = np.sum(dout, axis=0)
        return dout @ self.params[0].T


@misconception("Affine", name="parameters copied", section=LAYER,
               hint="Somebody changes an entry of the W that the layer was made with. Does your layer notice?")
class AffineCopies(AffineForward):
    def __init__(self, W, b):
        super().__init__(W.copy(), b.copy())


@AffineCopies.variant
class AffineWorksOnCopies(AffineForward):
    def __init__(self, W, b):
        super().__init__(W, b)
        self.W, self.b = W.copy(), b.copy()

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b


@misconception("Affine", name="order of the product swapped", section=LAYER,
               hint="One example is a row of x. On which side of W must it stand, so that the inner lengths agree?")
class AffineSwapped(AffineForward):
    def forward(self, x):
        self.x = x
        return self.params[0] @ x + self.params[1]
