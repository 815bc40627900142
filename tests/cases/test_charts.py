"""Charts are plain SVG: named for who cannot see them, without scripts or styles, and right however odd the figures are."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.web.chart_axis import axis_for
from cases.web.charts import Pair, Point, bar_chart, line_chart, row_chart

SVG = "{http://www.w3.org/2000/svg}"
NASTY = "<script>alert(1)</script> & \"quoted\" 'too'"


def points(*values, text="1"):
    return [Point(label=f"M{number}", value=value, text=text, group="2016") for number, value in enumerate(values)]


def bars(*values, **options):
    return bar_chart(name="trend", title="Cases", description="What it shows", points=points(*values, **options))


def line(*values):
    return line_chart(name="rates", title="Rate", description="What it shows", points=points(*values))


def rows(*values):
    pairs = [Pair(label=f"Category {number}", value=value, text=str(value), other=None) for number, value in enumerate(values)]
    return row_chart(name="categories", title="Categories", description="What it shows", pairs=pairs)


def drawing(svg):
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def shapes(svg, tag):
    return drawing(svg).findall(f".//{SVG}{tag}")


EVERY = [bars(1, 2), line(0.9, 1.0), rows(3, 1)]


@pytest.mark.parametrize("chart", EVERY, ids=lambda chart: chart.name)
def test_each_drawing_is_an_image_with_a_name_and_a_description(chart):
    for svg in (chart.wide, chart.narrow):
        image = drawing(svg)
        named_by = [image.find(f".//*[@id='{each}']").text for each in image.get("aria-labelledby").split()]

        assert image.get("role") == "img"
        assert named_by == [chart.title, chart.description]


@pytest.mark.parametrize("chart", EVERY, ids=lambda chart: chart.name)
def test_a_drawing_has_no_style_no_script_and_no_id_that_its_twin_has(chart):
    assert not re.search(r"style=|<script|on\w+=|fill=|href=", chart.wide + chart.narrow)
    assert not {*re.findall(r' id="([^"]+)"', chart.wide)} & {*re.findall(r' id="([^"]+)"', chart.narrow)}


def test_texts_are_escaped_everywhere():
    nasty = [Point(label=NASTY, value=1, text=NASTY, group=NASTY, is_marked=True)]
    pairs = [Pair(label=NASTY, value=1, text=NASTY, other=1)]
    for chart in (
        bar_chart(name="a", title=NASTY, description=NASTY, points=nasty),
        line_chart(name="b", title=NASTY, description=NASTY, points=nasty),
        row_chart(name="c", title=NASTY, description=NASTY, pairs=pairs),
    ):
        assert "<script" not in chart.wide + chart.narrow
        assert drawing(chart.wide).find(f"{SVG}title").text == NASTY


def test_a_bar_is_as_high_as_its_figure():
    heights = [float(bar.get("height")) for bar in shapes(bars(100, 50, 0).wide, "rect")]

    assert heights[0] == pytest.approx(2 * heights[1], abs=0.2)
    assert heights[2] == 0


def test_a_month_without_a_figure_has_no_bar_and_breaks_the_line():
    assert len(shapes(bars(1, None, 2).wide, "rect")) == 2
    [path] = shapes(line(0.9, 0.8, None, 0.7).wide, "path")
    assert path.get("d").count("M") == 2 and path.get("d").count("L") == 1


def test_labels_of_many_months_are_thinned_out_and_the_last_one_stays():
    labels = [text.text for text in shapes(bars(*range(1, 37)).narrow, "text") if text.text.startswith("M")]

    assert labels[-1] == "M35"
    assert len(labels) < 20


@pytest.mark.parametrize("values", [(), (0,), (0, 0), (1,), (1e9, 1), (None, None)])
def test_odd_figures_draw(values):
    known = [value for value in values if value is not None]
    for chart in (bars(*values), rows(*known)):
        assert drawing(chart.wide) is not None


@pytest.mark.parametrize("values", [(), (1.0,), (0.0,), (0.97, 0.97), (0.5, 1.0), (0.9999, 1.0), (None,)])
def test_odd_rates_draw_inside_the_frame(values):
    chart = line(*values)
    for dot in shapes(chart.wide, "circle"):
        assert 0 <= float(dot.get("cy")) <= 380


@given(st.lists(st.integers(0, 10**7), min_size=1, max_size=40))
def test_an_axis_holds_every_count_in_few_whole_steps(values):
    axis = axis_for(values)

    assert axis.low == 0 and axis.high >= max(values)
    assert 2 <= len(axis.ticks) <= 7
    assert all(tick == int(tick) for tick in axis.ticks)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_an_axis_of_rates_ends_at_one(values):
    axis = axis_for(values, from_zero=False, limit=1.0)

    assert axis.high == pytest.approx(1.0)
    assert axis.low <= min(values) + 1e-6
    assert 2 <= len(axis.ticks) <= 12
