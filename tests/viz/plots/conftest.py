"""For all tests of plots: matplotlib is left as it was, and every figure closed."""

from importlib.util import find_spec

import pytest

collect_ignore_glob = [] if find_spec("matplotlib") else ["test_*.py"]


@pytest.fixture(autouse=True)
def nothing_global_changes():
    import matplotlib
    import matplotlib.pyplot as plt

    backend, settings = plt.get_backend(), dict.copy(matplotlib.rcParams)
    yield
    plt.close("all")
    assert (plt.get_backend(), dict.copy(matplotlib.rcParams)) == (backend, settings)


@pytest.fixture
def rendered():
    """Draw a figure, and see to it that no text lies beyond its edge; returns all texts seen."""
    from matplotlib.text import Text

    def render(ax):
        figure = ax.figure
        figure.draw_without_rendering()
        texts = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
        seen = [t for t in texts if t.axes is None or t.get_window_extent().width > 0]
        ticks = {t for each in figure.axes for axis in axes_of(each) for t in hidden(axis)}
        shown = [t for t in seen if t not in ticks]
        for text in shown:
            box = text.get_window_extent()
            assert box.x0 >= -1 and box.x1 <= figure.bbox.x1 + 1, text
            assert box.y0 >= -1 and box.y1 <= figure.bbox.y1 + 1, text
        return [t.get_text() for t in shown]

    return render


def axes_of(each):
    return [axis for name in "xyz" if (axis := getattr(each, f"{name}axis", None)) is not None]


def hidden(axis):
    """The labels of ticks that lie outside of what is shown."""
    low, high = sorted(axis.get_view_interval())
    slack = 1e-9 * (high - low)
    ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
    shown = axis.axes.axison and axis.axes.name != "3d"  # there they lie elsewhere
    return [label for tick in ticks for label in (tick.label1, tick.label2)
            if not shown or not low - slack <= tick.get_loc() <= high + slack]  # fmt: skip
