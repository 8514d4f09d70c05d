"""What stands where in the picture of a journey: nothing is missing, and nothing lies on anything else."""

from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from journeys.diagram.layout import layout
from journeys.diagram.letters import width
from journeys.diagram.network import DiagramWay, JourneyNetwork, Lane, Spot, Stop
from journeys.diagram.overlay import Mark, Overlay
from journeys.diagram.pen import COLOURS
from journeys.diagram.shelves import badge_width
from journeys.diagram.svg import as_svg
from journeys.diagram.words import in_words

SVG = "{http://www.w3.org/2000/svg}"
TITLES = ["See", "Search and selection", "W" * 60, "購入を検討する段階の人たちのために"]
AUDIENCES = [(), ("Families",), ("Returning customers", "W" * 40, "A", "B"), ("Professional kitchens",)]


@st.composite
def networks(draw):
    count = draw(st.integers(1, 14))
    places = st.integers(0, count - 1)
    pair = st.tuples(places, places).filter(lambda pair: pair[0] != pair[1])
    pairs = draw(st.lists(pair, unique=True, max_size=40)) if count > 1 else []
    stops = [
        Stop(f"s{i}", draw(st.sampled_from(TITLES)), "", ("purchase", "loyalty"), draw(st.booleans()), i == 2, "Why?")
        for i in range(count)
    ]
    ways = [
        DiagramWay(a, b, "advance" if b > a else "return", audience, audience)
        for a, b in pairs
        for audience in [draw(st.sampled_from(AUDIENCES))]
    ]
    lanes = []
    for number in range(draw(st.integers(0, 6))):
        stood = draw(st.lists(st.none() | places, min_size=1, max_size=5))
        stood.sort(key=lambda stop: -1 if stop is None else stop)
        spots = [Spot(f"t{number}-{i}", draw(st.sampled_from(TITLES)), "", stop) for i, stop in enumerate(stood)]
        lanes.append(Lane(f"c{number}", draw(st.sampled_from(TITLES)), "", "earned", True, tuple(spots)))
    return JourneyNetwork("journey", "A journey", "", tuple(stops), tuple(ways), tuple(lanes))


@st.composite
def overlays(draw, network):
    marks = st.none() | st.builds(Mark, st.integers(0, 12_000), st.sampled_from(["", "gap", "adequate"]), st.booleans())
    stages = {stop.slug: mark for stop in network.stops if (mark := draw(marks))}
    places = {spot.slug: mark for lane in network.lanes for spot in lane.spots if (mark := draw(marks))}
    return Overlay(draw(st.sampled_from(["", "Live content for everyone"])), stages, places)


@st.composite
def pictures(draw):
    network = draw(networks())
    return network, draw(overlays(network))


def boxes_of(laid):
    """Everything that takes room, as (left, top, right, bottom)."""
    found = [(box.x, laid.top, box.x + laid.box_width, laid.bottom) for box in laid.boxes]
    for shelf in laid.shelves:
        names = max(width(line, laid.sizes.small, bold=True) for line in shelf.title)
        found.append((24, shelf.y, 24 + names, shelf.y + shelf.height))
        found += [(tile.x, tile.y, tile.x + tile.width, tile.y + tile.height) for tile in shelf.tiles]
    labels = [(track.label, track.y) for track in laid.tracks if track.label]
    found += [
        (label.x - label.width / 2, y - label.height / 2, label.x + label.width / 2, y + label.height / 2)
        for label, y in labels
    ]
    return found


def lines_of(laid, track):
    """The three straight parts of a way, as flat boxes."""
    edge = laid.bottom if track.way.is_back else laid.top
    left, right = sorted((track.start, track.end))
    low, high = sorted((edge, track.y))
    return [(left, track.y, right, track.y), (track.start, low, track.start, high), (track.end, low, track.end, high)]


def overlap(first, other):
    return first[0] < other[2] and other[0] < first[2] and first[1] < other[3] and other[1] < first[3]


@given(pictures())
def test_no_box_tile_or_label_lies_on_another_or_off_the_paper(picture):
    laid = layout(*picture)
    boxes = boxes_of(laid)
    assert [(one, other) for one, other in combinations(boxes, 2) if overlap(one, other)] == []
    assert all(x >= 0 and y >= 0 and right <= laid.width and end <= laid.height for x, y, right, end in boxes)


def crossing():
    """Four stages, and in the middle of a way for some another one begins."""
    stops = tuple(Stop(f"s{i}", "Stage", "", ("purchase",), False, False, "") for i in range(4))
    some = ("Returning customers",)
    return JourneyNetwork(
        "four", "Four", "", stops, (DiagramWay(0, 2, "advance", some, some), DiagramWay(1, 3, "advance", (), ()))
    ), Overlay()


NEAREST = 18  # of two ways beside one another


@given(pictures())
@example(crossing())
def test_lines_cross_no_label_of_another_and_share_no_level_where_they_meet(picture):
    laid = layout(*picture)
    for item in laid.tracks:
        for other in laid.tracks:
            if item is other:
                continue
            apart = max(item.start, item.end) < min(other.start, other.end)
            apart = apart or max(other.start, other.end) < min(item.start, item.end)
            assert apart or abs(item.y - other.y) >= NEAREST
            assert item.way.is_back != other.way.is_back or not {item.start, item.end} & {other.start, other.end}
            if label := item.label:
                x, y = label.width / 2, label.height / 2
                area = (label.x - x, item.y - y, label.x + x, item.y + y)
                assert not [line for line in lines_of(laid, other) if overlap(area, line)]
    for track in laid.tracks:
        assert laid.bottom < track.y < laid.end if track.way.is_back else track.y < laid.top
        if track.label:
            half = track.label.width / 2
            assert min(track.start, track.end) < track.label.x - half
            assert track.label.x + half < max(track.start, track.end)


@given(pictures())
def test_words_and_badges_fit_into_what_they_stand_in(picture):
    laid = layout(*picture)
    sizes = laid.sizes
    for box in laid.boxes:
        assert all(width(line, sizes.title, bold=True) <= laid.box_width - 2 * sizes.pad for line in box.title)
        assert not box.mark or badge_width(box.mark, sizes) <= laid.box_width - 2 * sizes.pad
    for tile in (tile for shelf in laid.shelves for tile in shelf.tiles):
        last = tile.x + sizes.inset + width(tile.lines[-1], sizes.small)
        assert all(width(line, sizes.small) <= tile.width - 2 * sizes.inset + sizes.small for line in tile.lines)
        if tile.mark:
            x, y = tile.badge
            assert tile.x < x < x + badge_width(tile.mark, sizes) < tile.x + tile.width
            assert tile.y <= y < y + sizes.small_line <= tile.y + tile.height
            assert x > last or y >= tile.y + len(tile.lines) * sizes.small_line


@given(pictures())
def test_the_legend_stands_below_everything_and_fits(picture):
    laid = layout(*picture)
    root = ElementTree.fromstring(as_svg(*picture))  # noqa: S314 - our own picture
    legend = [one for one in root.findall(f"{SVG}text") if float(one.get("y")) > laid.end]
    size = laid.sizes.small
    assert len(legend) == len({one.text for one in legend}) == len(laid.key) + len(_kinds(picture[0]))
    assert all(bottom <= laid.end for *_, bottom in boxes_of(laid))
    assert all(laid.end + size < float(one.get("y")) < laid.height - size / 4 for one in legend)
    assert all(float(one.get("x")) + width(one.text, size) <= laid.width for one in legend)


def _kinds(network):
    return {(way.is_back, False) for way in network.ways} | {("some", True) for way in network.ways if way.segments}


@given(pictures())
def test_every_way_is_laid_once_and_boxes_stand_in_order(picture):
    network, overlay = picture
    laid = layout(network, overlay)
    assert sorted([*laid.straight, *(t.way for t in laid.tracks)], key=repr) == sorted(network.ways, key=repr)
    assert all(one.x + laid.box_width < other.x for one, other in pairwise(laid.boxes))
    for track in laid.tracks:
        for x, place in ((track.start, track.way.start), (track.end, track.way.end)):
            assert laid.boxes[place].x < x < laid.boxes[place].x + laid.box_width


@given(pictures())
def test_stages_transitions_and_touchpoints_are_drawn_once_each(picture):
    network, overlay = picture
    root = ElementTree.fromstring(as_svg(network, overlay))  # noqa: S314 - our own picture
    groups = [one for one in root.iter(f"{SVG}g") if one.get("class")]
    assert [one.get("data-stage") for one in groups if one.get("class") == "stage"] == [s.slug for s in network.stops]
    assert sorted((one.get("data-from"), one.get("data-to")) for one in groups if one.get("data-from")) == sorted(
        (network.stops[way.start].slug, network.stops[way.end].slug) for way in network.ways
    )
    spots = [spot.slug for lane in network.lanes for spot in lane.spots]
    assert [one.get("data-touchpoint") for one in groups if one.get("class") == "touchpoint"] == spots
    assert [one.get("data-channel") for one in groups if one.get("class") == "channel"] == [
        lane.slug for lane in network.lanes
    ]


@given(pictures())
def test_the_words_name_everything_there_is(picture):
    network, overlay = picture
    root = ElementTree.fromstring(as_svg(network, overlay))  # noqa: S314 - our own picture
    lines = in_words(network, overlay)
    assert root.find(f"{SVG}desc").text == " ".join(lines)
    _, *rest = lines
    for index, line in enumerate(rest[: len(network.stops)]):
        ends = [network.stops[way.end].label for way in network.ways if way.start == index]
        assert line.startswith(f"From {network.stops[index].label} ")
        assert all(end in line for end in ends)
        assert ends or "nothing leads on" in line
    sentences = rest[len(network.stops) :]
    assert len(sentences) >= len(network.lanes)  # what follows is the caption of the marks
    for lane, line in zip(network.lanes, sentences, strict=False):
        assert line.startswith(f"On {lane.label} (earned): ")
        assert line.count(" at every stage") == sum(spot.stop is None for spot in lane.spots)
        assert all(spot.label in line for spot in lane.spots)
    for mark in overlay.stages.values():
        assert mark.text in lines[0]


def small(*, links=False, marks=True):
    stops = (
        Stop("see", "See", "en", ("awareness",), True, False, "What is it?"),
        Stop("do", "Do", "en", ("purchase",), False, True, ""),
    )
    ways = (DiagramWay(0, 1, "advance", ("families",), ("Families",)), DiagramWay(1, 0, "return", (), ()))
    lanes = (
        Lane("web", "Web", "en", "owned", True, (Spot("page", "Page", "en", None), Spot("till", "Till", "en", 1))),
    )
    marks_by_slug = {"see": Mark(0, "gap", lacks=True), "do": Mark(4, "strong")} if marks else {}
    there = {"see": "/see?a=1&b=2"} if links else {}
    return JourneyNetwork("small", "Small", "en", stops, ways, lanes), Overlay(
        "Now." if marks else "", marks_by_slug, {}, there, {}
    )


def read(network, overlay, **more):
    return ElementTree.fromstring(as_svg(network, overlay, **more))  # noqa: S314 - our own picture


def test_marks_stand_at_their_stage_and_are_told_in_words():
    root = read(*small())
    stages = {one.get("data-stage"): [t.text for t in one.iter(f"{SVG}text")] for one in root.iter(f"{SVG}g")}
    assert (stages["see"][-1], stages["do"][-1]) == ("0 gap", "4 strong")
    assert root.find(f"{SVG}desc").text == (
        "2 stages, in order: See (Awareness; entry; 0 gap) and Do (Purchase; goal; 4 strong). From See on to Do (only "
        "for Families). From Do back to See. On Web (owned): Page at every stage and Till at Do. Now."
    )


def test_a_picture_that_leads_somewhere_is_a_group_of_links():
    plain, linked = read(*small()), read(*small(links=True))
    [link] = linked.iter(f"{SVG}a")
    assert (plain.get("role"), linked.get("role")) == ("img", "group")
    assert (link.get("href"), link.get("aria-label")) == ("/see?a=1&b=2", "See: 0 gap")
    assert link.get("data-ways") == "From See on to Do (only for Families)."


def test_ways_for_some_are_dashed_and_ways_back_have_hollow_heads():
    root = read(*small())
    on, back = (one for one in root.iter(f"{SVG}g") if one.get("data-from"))
    assert (on.get("data-for"), on.get("class"), back.get("data-for"), back.get("class")) == (
        *("families", "way"),
        *("", "way back"),
    )
    assert [path.get("stroke-dasharray") is not None for path in (on[0], back[0])] == [True, False]
    assert [path.get("fill") for path in (on[1], back[1])] == [COLOURS["on"][0], COLOURS["paper"][0]]


def luminance(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, other):
    low, high = sorted((luminance(first), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("night", [0, 1])
@pytest.mark.parametrize("ground", ["paper", "shade"])
def test_every_ink_is_legible_by_day_and_by_night(night, ground):
    inks = ("ink", "soft", "on", "back", "alarm")
    assert {ink for ink in inks if contrast(COLOURS[ink][night], COLOURS[ground][night]) < 4.5} == set()


@pytest.mark.parametrize("night", ["", ".dark"])
def test_every_colour_that_is_drawn_has_its_night(night):
    root = read(*small(), night=night)
    rules = root.find(f"{SVG}style").text
    used = {name for one in root.iter() for name in one.get("class", "").split() if name[:2] in ("f-", "s-")}
    assert used and all(f"{night} .waymark-journey .{name}{{" in rules for name in used)
    assert ("prefers-color-scheme" in rules) == (not night)
