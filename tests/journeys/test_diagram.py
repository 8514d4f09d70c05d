"""A journey as a picture, as Mermaid and as data."""

import re
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from journeys.diagram.letters import clean
from journeys.diagram.mermaid import as_mermaid, escaped
from journeys.diagram.network import DiagramWay, JourneyNetwork, Stop
from journeys.diagram.svg import as_svg
from journeys.models import Channel, Transition
from tests.drafts import stage
from tests.factories import JourneyFactory, StageFactory, TouchpointFactory

ROUTE = "/api/v1/journeys/see-think-do-care/diagram"
SVG = "{http://www.w3.org/2000/svg}"
FORMS = ["svg", "mmd", "json"]
MERMAID = """\
flowchart LR
  accTitle: See, Think, Do, Care
  accDescr: 4 stages, in order#58; See #40;Awareness#59; entry#41;, Think #40;Exploration, Evaluation#41;, \
Do #40;Purchase#59; goal#41; and Care #40;Loyalty, Advocacy#59; goal#41;#46; \
From See on to Think and Do #40;only for Families and Professionals#41;#46; From Think on to Do, and back to See#46; \
From Do on to Care, and back to Think#46; From Care back to See, Think and Do#46;
  n1(["See"])
  n2["Think"]
  n3[["Do"]]
  n4[["Care"]]
  n1 --> n2
  n1 -->|"Families, Professionals"| n3
  n2 -.-> n1
  n2 --> n3
  n3 -.-> n2
  n3 --> n4
  n4 -.-> n1
  n4 -.-> n2
  n4 -.-> n3
"""


@pytest.fixture
def limited(world, segments):
    """From See straight to Do, for families and professionals only."""
    way = Transition.objects.get(from_stage=stage("see"), to_stage=stage("do"))
    way.segments.set([segments["professionals"], segments["families"]])


@pytest.fixture
def places(world):
    """A page at every stage, and the checkout; another journey's are not told."""
    website, see_think = Channel.objects.get(slug="website"), stage("do").journey
    TouchpointFactory(slug="front-page", title="Front page", journey=see_think, channel=website)
    TouchpointFactory(
        slug="checkout", title="Checkout", titles={"nb": "Kasse"}, journey=see_think, channel=website, stage=stage("do")
    )
    TouchpointFactory(slug="elsewhere")


def picture(answer):
    return ElementTree.fromstring(answer.content)  # noqa: S314 - our own picture


def words(root):
    return [text.text for text in root.iter(f"{SVG}text")]


def test_the_data_tells_all_in_order(api, limited, places):
    questions = {slug: stage(slug).question for slug in ("see", "think", "do", "care")}
    rows = [
        ("see", "Se", ["awareness"], True, False),
        ("think", "Tenk", ["exploration", "evaluation"], False, False),
        ("do", "Gjør", ["purchase"], False, True),
        ("care", "Bry oss", ["loyalty", "advocacy"], False, True),
    ]
    ways = [("see", "think"), ("see", "do"), ("think", "see"), ("think", "do"), ("do", "think"), ("do", "care")]
    ways += [("care", "see"), ("care", "think"), ("care", "do")]
    order = list(questions)
    assert api.get(f"{ROUTE}.json", {"locale": "nb"}).json() == {
        "journey": {"slug": "see-think-do-care", "title": "Se, tenk, gjør og bry oss"},
        "stages": [
            {
                "slug": slug,
                "title": title,
                "phases": phases,
                "is_entry": is_entry,
                "is_goal": is_goal,
                "question": questions[slug],
                "locale": {"requested": "nb", "served": "en"},
            }
            for slug, title, phases, is_entry, is_goal in rows
        ],
        "transitions": [
            {
                "from": start,
                "to": end,
                "direction": "advance" if order.index(end) > order.index(start) else "return",
                "segments": ["families", "professionals"] if (start, end) == ("see", "do") else [],
            }
            for start, end in ways
        ],
        "channels": [{"slug": "website", "title": "Nettside", "ownership": "owned", "is_digital": True}],
        "touchpoints": [
            {"slug": "front-page", "title": "Front page", "channel": "website", "stage": None},
            {"slug": "checkout", "title": "Kasse", "channel": "website", "stage": "do"},
        ],
    }


def test_the_data_agrees_with_the_journey_itself(api, limited):
    answer, data = api.get("/api/v1/journeys/see-think-do-care/").json(), api.get(f"{ROUTE}.json").json()
    assert [s["slug"] for s in data["stages"]] == [s["slug"] for s in answer["stages"]]
    assert [{k: t[k] for k in ("from", "to", "segments")} for t in data["transitions"]] == answer["transitions"]


def test_mermaid_tells_shapes_ways_back_and_for_whom(api, limited):
    answer = api.get(f"{ROUTE}.mmd")
    assert (answer["Content-Type"], answer.content.decode()) == ("application/vnd.mermaid; charset=utf-8", MERMAID)


def test_the_picture_tells_the_network_in_words_too(api, limited):
    root = picture(api.get(f"{ROUTE}.svg"))
    by_id = {one.get("id"): one.text for one in root.iter() if one.get("id")}
    assert root.get("role") == "img"
    assert by_id[root.get("aria-labelledby")] == "See, Think, Do, Care"
    assert by_id[root.get("aria-describedby")] == (
        "4 stages, in order: See (Awareness; entry), Think (Exploration, Evaluation), Do (Purchase; goal) and Care "
        "(Loyalty, Advocacy; goal). From See on to Think and Do (only for Families and Professionals). From Think on "
        "to Do, and back to See. From Do on to Care, and back to Think. From Care back to See, Think and Do."
    )


def test_the_picture_shows_titles_phases_marks_and_for_whom(api, limited):
    assert words(picture(api.get(f"{ROUTE}.svg"))) == [
        "See, Think, Do, Care",
        "Families, Professionals",
        *("Entry", "See", "Awareness"),
        *("Think", "Evaluation", "Exploration,"),
        *("Goal", "Do", "Purchase"),
        *("Goal", "Care", "Advocacy", "Loyalty,"),
        *("leads on", "leads back", "only for those named"),
    ]


def test_the_picture_says_in_which_language_each_title_is(api, world):
    root = picture(api.get(f"{ROUTE}.svg", {"locale": "nb"}))
    spoken = {text.text: text.get("lang") for text in root.iter(f"{SVG}text")}
    assert (root.get("lang"), spoken["Tenk"], spoken["Goal"]) == ("en", "nb", None)


def test_a_picture_by_itself_may_run_and_load_nothing(api, world):
    answer = api.get(f"{ROUTE}.svg")
    named = ("Content-Type", "Content-Security-Policy", "X-Content-Type-Options")
    assert [answer[name] for name in named] == [
        "image/svg+xml; charset=utf-8",
        "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        "nosniff",
    ]
    text = answer.content.decode().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"script|href|url\(|@import|http|<image|<use|foreignObject", text)


@pytest.mark.usefixtures("world")
def test_a_journey_without_stages_says_so(api):
    JourneyFactory(slug="new", title="New")
    route = "/api/v1/journeys/new/diagram"
    assert words(picture(api.get(f"{route}.svg"))) == ["New", "There are no stages yet."]
    assert api.get(f"{route}.mmd").content.decode() == (
        "flowchart LR\n  accTitle: New\n  accDescr: There are no stages yet#46;\n"
        '  none["There are no stages yet#46;"]\n'
    )
    assert api.get(f"{route}.json").json() == {
        "journey": {"slug": "new", "title": "New"},
        "stages": [],
        "transitions": [],
        "channels": [],
        "touchpoints": [],
    }


@pytest.mark.usefixtures("world")
def test_a_single_stage_may_be_entry_and_goal(api):
    only = StageFactory(journey=JourneyFactory(slug="new", title="New"), title="All", is_entry=True, is_goal=True)
    route = f"/api/v1/journeys/{only.journey.slug}/diagram"
    assert words(picture(api.get(f"{route}.svg"))) == ["New", "Entry", "Goal", "All", "Exploration"]
    assert api.get(f"{route}.mmd").content.decode().splitlines()[2:] == [
        "  accDescr: 1 stage#58; All #40;Exploration#59; entry#59; goal#41;#46; From All nothing leads on#46;",
        '  n1{{"All"}}',
    ]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("form", FORMS)
def test_refusals_are_problems_whatever_the_form(api, form):
    missing = api.get(f"/api/v1/journeys/nowhere/diagram.{form}")
    unknown = api.get(f"{ROUTE}.{form}", {"stage": "see"})
    speechless = api.get(f"{ROUTE}.{form}", {"locale": "xx"})
    answers = [missing, unknown, speechless]
    assert [answer.status_code for answer in answers] == [404, 400, 400]
    assert {answer["Content-Type"] for answer in answers} == {"application/problem+json"}
    assert [answer.json()["errors"][0]["code"] for answer in answers[1:]] == ["unknown_parameter", "unknown_locale"]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("form", FORMS)
def test_head_options_and_post_answer_as_elsewhere(api, form):
    got, head = api.get(f"{ROUTE}.{form}"), api.head(f"{ROUTE}.{form}")
    assert (head.status_code, head.content, head["Content-Type"]) == (200, b"", got["Content-Type"])
    assert api.options(f"{ROUTE}.{form}")["Allow"] == "GET, HEAD, OPTIONS"
    assert api.post(f"{ROUTE}.{form}").status_code == 405


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("form", FORMS)
def test_a_diagram_costs_what_the_journey_costs(api, form, django_assert_num_queries):
    api.get(f"{ROUTE}.{form}")
    with django_assert_num_queries(0):
        api.get(f"{ROUTE}.{form}")


def drawn(titles, ways=(), audience=()):
    stops = tuple(Stop(f"s{i}", title, "", ("purchase",), i == 0, i == 2, "") for i, title in enumerate(titles))
    edges = (DiagramWay(a, b, "advance" if b > a else "return", tuple(audience), tuple(audience)) for a, b in ways)
    return JourneyNetwork("journey", titles[0] if titles else "Journey", "", stops, tuple(edges))


anything = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=200)


@given(anything)
@example('"]; click n1 "javascript:alert(1)"\nend')
@example("<script>alert(1)</script>&amp;#quot;`**md**`")
@example("\x00\x0b\x1f\x7f\x85\ufffe\uffff")
def test_no_title_breaks_the_picture(title):
    root = ElementTree.fromstring(as_svg(drawn([title])))  # noqa: S314 - our own picture
    assert root.find(f"{SVG}title").text == (clean(title) or "journey")
    assert {one.tag.removeprefix(SVG) for one in root.iter()} == {"svg", "title", "desc", "style", "rect", "g", "text"}


@given(anything)
@example('"]; click n1 "javascript:alert(1)"\nend')
@example("style:#35;classDef:#x;")
@example("%%{init: {}}%%")
def test_no_title_breaks_out_of_its_label(title):
    lines = as_mermaid(drawn([title, title], [(0, 1), (1, 0)], [clean(title) or "x"])).splitlines()
    label = r"(?:[^\W_]|[ ,]|#\d+;|[^\x00-\x7f])+"
    shapes = rf'flowchart LR\n  accTitle: {label}\n  accDescr: {label}\n  n1\(\["{label}"\]\)\n  n2\["{label}"\]\n'
    edges = rf'  n1 -->\|"{label}"\| n2\n  n2 -\.->\|"{label}"\| n1'
    assert re.fullmatch(shapes + edges, "\n".join(lines))


@given(anything)
def test_a_label_reads_as_its_title(title):
    read = re.sub(r"#(\d+);", lambda entity: chr(int(entity[1])), escaped(clean(title)))
    assert read == clean(title)
