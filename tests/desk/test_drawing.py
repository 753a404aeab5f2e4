"""What a cell draws in a page: pictures in their order, words for who cannot see them, and a sentence for the rest."""

import matplotlib
import pytest
from matplotlib import pyplot as plt

from autograder.desk import drawing


@pytest.fixture
def draw(monkeypatch):
    """A function that runs what draws, as the last cell of a run, and returns what was drawn."""
    monkeypatch.setattr(plt, "show", plt.show)

    def run(cell):
        drawn = drawing.Drawn()
        with matplotlib.rc_context(), drawn.listening():
            cell()
        return drawn
    return run


def test_each_show_takes_the_pictures_so_far(draw):
    def cell():
        plt.plot([1, 2])
        plt.show()
        plt.bar(["a", "b"], [1, 3])

    drawn = draw(cell)
    assert [("1 line" in one["words"], "1 group of bars" in one["words"]) for one in drawn.pictures] \
        == [(True, False), (False, True)]
    assert all("<svg" in one["svg"] and "<script" not in one["svg"] for one in drawn.pictures)
    assert plt.get_fignums() == []


def test_what_was_open_before_the_cell_is_not_its_picture(draw):
    plt.figure()
    assert draw(lambda: None).pictures == []


def test_the_words_name_titles_axes_ranges_and_labels(draw):
    def cell():
        _, (left, right) = plt.subplots(1, 2)
        left.plot([0, 10], [4, 2], label="training")
        left.plot([0, 10], [5, 3], label="test")
        left.set(title="Loss", xlabel="step", ylabel="mean loss", xlim=(0, 10), ylim=(0, 5))
        right.set(xlim=(0, 1), ylim=(0, 1))

    assert draw(cell).pictures[0]["words"] == (
        "Picture. Part 1 of 2: Loss: 2 lines (training, test); step from 0 to 10, mean loss from 0 to 5. "
        "Part 2 of 2: nothing is drawn; x from 0 to 1, y from 0 to 1.")


def test_a_picture_that_cannot_be_drawn_is_told(draw):
    drawn = draw(lambda: plt.title(r"$\frac{1}$"))
    assert drawn.pictures == []
    assert drawn.problems[0].startswith("This picture cannot be drawn. ValueError:")


def test_only_so_many_pictures_are_shown(draw, monkeypatch):
    monkeypatch.setattr(drawing, "MOST", 1)
    drawn = draw(lambda: [plt.figure() for _ in range(3)])
    assert (len(drawn.pictures), drawn.problems) == (1, ["Only the first 1 pictures are shown."])


def test_a_picture_that_is_too_large_is_told(draw, monkeypatch):
    monkeypatch.setattr(drawing, "LARGEST", 10)
    assert draw(plt.figure).problems == ["This picture is too large for a page. Draw fewer points."]


def test_only_what_is_not_drawn_is_shown_as_a_value():
    lines = plt.plot([1, 2])
    assert drawing.is_drawn(lines) and drawing.is_drawn(lines[0]) and drawing.is_drawn(plt.legend(lines, "a"))
    assert not any(map(drawing.is_drawn, (None, 3.0, [], [1, 2], "text")))
    plt.close("all")
