"""Pictures that several chapters share: the net of a layer, the learning loop, shapes on their way."""

import math

import numpy as np

from figures.drawing import FONT, Drawing, number_text

NODE = 24


def spread(count, height, gap):
    """Return count vertical positions with the given gap, centred in the height."""
    return [height / 2 + gap * (row - (count - 1) / 2) for row in range(count)]


def network(W, b, x=None, u=None, d=None):
    """Return a drawing of one layer: inputs, weights, biases, outputs and, where given, the wanted outputs.

    W: (m, n); b: (m,) or (m, 1); x: n values; u, d: m values each. A weight's line is as thick as the weight
    is large, dashed where it is negative, and faint where it is zero.
    """
    W = np.asarray(W, dtype=float)
    (m, n), biases = W.shape, np.ravel(b)
    height = 78 * max(m, n) + 16
    picture = Drawing(388 if d is None else 494, height)
    left = [(62, y) for y in spread(n, height, 78)]
    right = [(318, y) for y in spread(m, height, 112)]
    weights = [(left[column], right[row], W[row, column]) for row in range(m) for column in range(n)]
    for start, end, weight in weights:
        draw_weight(picture, start, end, weight)
    taken = []
    for start, end, weight in weights:
        taken.append(beside_line(start, end, number_text(weight), [line[:2] for line in weights], taken))
        picture.text(taken[-1][0], number_text(weight), "parameter")
    for index, place in enumerate(left):
        picture.circle(place, NODE, "data")
        picture.text(place, f"x{subscript(index + 1)}" if x is None else number_text(np.ravel(x)[index]),
                     "data", size=FONT + 2, halo=False)
        if x is not None:
            picture.text((place[0] - 46, place[1]), f"x{subscript(index + 1)}", "data", italic=True)
    for index, place in enumerate(right):
        draw_output(picture, index, place, biases[index], u, d)
    return picture


def distance(point, start, end):
    """Return how far a point is from a line between two points."""
    point, start, end = (np.array(place, dtype=float) for place in (point, start, end))
    share = np.clip((point - start) @ (end - start) / ((end - start) @ (end - start)), 0, 1)
    return float(np.linalg.norm(point - start - share * (end - start)))


def beside_line(start, end, words, lines, taken):
    """Return the place for words beside a line where they stay clearest of all lines and of words already placed.

    taken: places and words of the labels before this one. Returns (place, words).
    """
    (x1, y1), (x2, y2) = start, end
    length, half = math.dist(start, end), 4.5 * len(words)
    best, best_room = (start, words), -math.inf
    for share in np.linspace(0.16, 0.86, 36):
        for side in (-15, 15):
            x = x1 + share * (x2 - x1) - side * (y2 - y1) / length
            y = y1 + share * (y2 - y1) + side * (x2 - x1) / length
            corners = [(x + dx, y + dy) for dx in (-half, 0, half) for dy in (-7, 0, 7)]
            room = min(distance(corner, *line) for corner in corners for line in lines)
            for at, other in taken:
                room = min(room, max(abs(x - at[0]) - half - 4.5 * len(other), abs(y - at[1]) - 18))
            room = min(room, 6) - 0.5 * abs(share - 0.3)  # room enough is enough: then near the input
            if room > best_room:
                best, best_room = ((x, y), words), room
    return best


def subscript(index):
    """Return a whole number in subscript digits."""
    return "".join(chr(0x2080 + int(digit)) for digit in str(index))


def draw_weight(picture, start, end, weight):
    """Draw one weight's line between two nodes."""
    length = math.dist(start, end)
    step = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
    first = (start[0] + step[0] * NODE, start[1] + step[1] * NODE)
    last = (end[0] - step[0] * (NODE + 4), end[1] - step[1] * (NODE + 4))
    if weight == 0:
        picture.line(first, last, "faint", width=1.2)
    else:
        thickness = 1 + 2.5 * min(abs(weight), 1.5)
        picture.line(first, last, "parameter", width=thickness, dash="7 6" if weight < 0 else "")


def draw_output(picture, index, place, bias, u, d):
    """Draw one output node with its bias, its value and, where given, the wanted value beside it."""
    name = f"u{subscript(index + 1)}"
    sign = "+" if bias >= 0 else "\N{MINUS SIGN}"
    picture.box((place[0] - 35, place[1] + NODE + 6), (70, 24), "parameter", radius=4)
    shift = f"{sign} {number_text(abs(bias))}"
    picture.text((place[0], place[1] + NODE + 18), shift, "parameter", halo=False)
    picture.circle(place, NODE + 4, "prediction")
    value = name if u is None else number_text(np.ravel(u)[index])
    picture.text(place, value, "prediction", size=FONT + 1, halo=False)
    if u is not None:
        picture.text((place[0] + 48, place[1]), name, "prediction", italic=True)
    if d is not None:
        target = (place[0] + 116, place[1])
        picture.line((target[0] - 30, place[1]), (place[0] + 68, place[1]), "loss", dash="2 5")
        picture.circle(target, NODE, "data")
        picture.text(target, number_text(np.ravel(d)[index]), "data", size=FONT + 1, halo=False)
        picture.text((target[0] + 40, target[1]), f"d{subscript(index + 1)}", "data", italic=True)


LOOP = (("1  Input", "take x and d", "data"), ("2  Propagate", "through weights", "parameter"),
        ("3  Output", "read off u", "prediction"), ("4  Error", "compare u with d", "loss"),
        ("5  Update", "change weights", "gradient"), ("6  Repeat", "with the next x", "ink"))


def learning_loop(known=6):
    """Return a drawing of the six steps of learning; steps after the first `known` are drawn dashed."""
    wide, tall, columns, rows = 146, 76, (4, 186, 368), (4, 122)
    picture = Drawing(518, 202)
    corners = [(x, rows[0]) for x in columns] + [(x, rows[1]) for x in reversed(columns)]
    for index, (x, y) in enumerate(corners):
        name, words, role = LOOP[index]
        picture.box((x, y), (wide, tall), role, dash="" if index < known else "5 5")
        picture.text((x + wide / 2, y + 27), name, role, bold=True, size=FONT + 1, halo=False)
        picture.text((x + wide / 2, y + 52), words, "ink", halo=False)
    for index in range(6):
        (x1, y1), (x2, y2) = corners[index], corners[(index + 1) % 6]
        if y1 == y2:
            side = 1 if x2 > x1 else -1
            start, end = x1 + wide / 2 + side * (wide / 2 + 8), x2 + wide / 2 - side * (wide / 2 + 8)
            picture.line((start, y1 + tall / 2), (end, y1 + tall / 2), arrow=True)
        else:
            start, end = (y1 + tall + 8, y2 - 8) if y2 > y1 else (y1 - 8, y2 + tall + 8)
            picture.line((x1 + wide / 2, start), (x1 + wide / 2, end), arrow=True)
    return picture


def shape_flow(steps):
    """Return a drawing of arrays on their way through operations.

    steps: alternately an array (name, shape) or (name, shape, role) and an operation's text, for example
    [("x", (100, 784)), "@ W1 + b1", ("a1", (100, 50)), "sigmoid", ("z1", (100, 50))]. An array is drawn with
    sides that grow with the logarithm of its sizes: rows are its height, columns its width.
    """
    sizes = [[16 + 13 * math.log2(1 + side) for side in step[1]] for step in steps[::2]]
    tallest = max(high for high, _ in sizes)
    operations = [max(64, 8.2 * len(words) + 20) for words in steps[1::2]]
    widths = [max(wide, 76) for _, wide in sizes]
    picture = Drawing(sum(widths) + sum(operations) + 20, tallest + 84)
    x, middle = 10, 30 + tallest / 2
    for index, step in enumerate(steps[::2]):
        (high, wide), room = sizes[index], widths[index]
        role = step[2] if len(step) > 2 else "data"
        picture.box((x + (room - wide) / 2, middle - high / 2), (wide, high), role, radius=4)
        picture.text((x + room / 2, middle), step[0], role, italic=True, size=FONT + 2, halo=False)
        shape = "(" + ", ".join(map(str, step[1])) + ")"
        picture.text((x + room / 2, middle + tallest / 2 + 22), shape, role)
        x += room
        if index < len(operations):
            gap = operations[index]
            picture.line((x + 8, middle), (x + gap - 8, middle), arrow=True)
            picture.text((x + gap / 2, middle - 16), steps[1::2][index], "ink")
            x += gap
    return picture
