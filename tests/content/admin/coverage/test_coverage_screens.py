"""The coverage screens agree with the API, cell by cell, and turn a gap into a draft."""

import csv
import io
import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from content.accounts.roles import load_roles
from content.admin.coverage.sentences import WORDS
from content.catalogue import current_catalogue
from content.coverage.brief import write_brief
from content.coverage.export import COUNTS
from content.drafts.history import revisions
from content.models import Asset, Edition, Kind, Locale, Target, Term
from content.publishing.publish import publish
from content.query import Query, Terms
from journeys.models import Channel, Journey, Recommendation, Segment, Stage
from journeys.presets.load import load_journeys
from tests.drafts import draft, place, stage
from tests.factories import ChannelFactory, KindFactory, TermFactory, TouchpointFactory

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MAP, CELL, BRIEF = (f"/admin/content/coverage/{page}" for page in ("", "cell/", "brief/"))
API = "/api/v1/coverage/"


@pytest.fixture
def house(world, clock, at):
    """Something for each way to count, and a target that makes an excess."""
    load_journeys(["aida-loyalty"])
    KindFactory(slug="faq", title="FAQ")
    topic = TermFactory(slug="fire", title="Fire", vocabulary__slug="topic", vocabulary__title="Topic")
    live = [
        draft("think", segments=("families",), locales=("en", "nb"), channels=("website",)),
        draft("think", locales=("da",), kind="faq"),
        draft("think", "do", segments=("home-cooks",)),
        draft("aida-loyalty:interest"),
        draft("see"),
        draft("see"),
        draft("see", segments=("professionals",)),
    ]
    live[2].terms.add(topic)
    place(live[3], "care", segments=("families",))
    publish(live, at=at - 9 * DAY)
    publish(draft("think", title="Going", segments=("families",)), live_until=at + 5 * DAY, at=at - DAY)
    publish(draft("do", title="Coming"), live_from=at + 9 * DAY, at=at - HOUR)
    Asset.objects.filter(pk=live[0].pk).update(review_date=at.date() - DAY)
    Target.objects.create(stage=stage("see"), minimum=1, maximum=1)
    Target.objects.create(stage=stage("care"), minimum=0, maximum=None)
    ChannelFactory(slug="mail", title="Mail")
    TouchpointFactory(slug="home", title="Home", journey=stage("see").journey, stage=stage("think"))
    return live


@pytest.fixture
def told(admin_client):
    """Every cell of the heat-map as it is written on the page: its link and its words."""

    def read(**choices):
        answer = admin_client.get(MAP, choices)
        assert answer.status_code == 200
        html = answer.content.decode()
        found = re.findall(
            r'<td class="coverage-([a-z]+)(?: is-changed)?"><a href="([^"]*)"[^>]*>(.*?)</a></td>', html, re.S
        )
        return [(unescape(link), look, plain(words)) for look, link, words in found]

    return read


def plain(html):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def words_for(cell):
    """What the heat-map is to say of a cell of the API."""
    word = "none needed" if cell["state"] == "adequate" and not cell["filled"] else WORDS[cell["state"]]
    said = [str(cell["filled"]), word]
    if cell["total"] != cell["filled"]:
        said.append(f"of {cell['total']} with what does not count here")
    for name, sign, words in (
        ("scheduled", "+", "scheduled"),
        ("expiring_30d", "−", "expiring in 30 days"),
        ("review_overdue", "!", "with the review overdue"),
    ):
        if cell[name]:
            said.append(f"{sign}{cell[name]} {words}")
    return " ".join(said)


QUESTIONS = [
    ({}, {}),
    ({"split": "locale"}, {"split": "locale"}),
    ({"columns": "locale", "segment": "families"}, {"columns": "locale", "segment": "families"}),
    ({"columns": "channel", "locale": "nb", "counted": ["locale"]}, {"columns": "channel", "locale": "nb"}),
    ({"rows": "kind", "columns": "topic", "stage": ["think"]}, {"rows": "kind", "columns": "topic", "stage": "think"}),
    ({"journey": "aida-loyalty", "counted": ["crosswalk", "locale"]}, {"journey": "aida-loyalty"}),
    (
        {"columns": "channel", "split": "touchpoint", "ownership": ["owned", "earned"]},
        {"columns": "channel", "split": "touchpoint", "ownership": "owned,earned"},
    ),
    ({"kind": ["faq", "guide"], "channel": "website"}, {"kind": "faq,guide", "channel": "website"}),
    ({"at_0": "2026-03-11", "at_1": "13:00"}, {"as_of": "2026-03-11T12:00:00Z"}),
]


@pytest.mark.parametrize(("choices", "asked"), QUESTIONS)
def test_every_cell_says_what_the_api_says_and_opens_what_it_counts(
    told, admin_client, api, audit, house, choices, asked
):
    counted = ",".join(choices.get("counted", []))
    cells = api.get(API, {**asked, **({"count_fallback": counted} if counted else {})}, **audit).json()["cells"]

    found = told(**choices)

    cells.sort(key=lambda cell: cell.get("split", ""))  # a table for each
    assert [words for *_, words in found] == [words_for(cell) for cell in cells]
    for (link, look, _), cell in zip(found, cells, strict=True):
        unneeded = cell["state"] == "adequate" and not cell["filled"]
        assert look == ("unneeded" if unneeded else cell["state"])
        assert counts_behind(admin_client, link) == {name: cell[name] for name in COUNTS}


def test_a_cell_leads_to_its_target_that_says_only_how_often(admin_client, house):
    cell = {"rows": "stage", "columns": "kind", "row": "think", "column": "faq"}
    assert "Set one for this cell" in admin_client.get(CELL, cell).content.decode()
    faq = Target.objects.create(stage=stage("think"), kind=Kind.objects.get(slug="faq"), minimum=None, fresh_days=30)
    page = admin_client.get(CELL, cell).content.decode()
    assert f"/target/{faq.pk}/change/" in page
    assert "Set one for this cell" not in page


def test_cells_say_their_share_of_the_row_where_that_is_asked(told, api, audit, house):
    cells = api.get(API, {"rows": "channel", "columns": "stage"}, **audit).json()["cells"]
    found = [words.split(" ")[0] for *_, words in told(rows="channel", columns="stage", show="share")]
    assert found == ["–" if cell["share"] is None else f"{cell['share']:.0%}" for cell in cells]
    assert len({*found}) > 2


def counts_behind(client, link):
    """The totals of a cell's page, from the rows that it lists."""
    answer = client.get(link)
    assert answer.status_code == 200
    parts = {part["name"]: part for part in answer.context["parts"]}
    for name, part in parts.items():
        assert part["count"] == len(part["rows"]) > 0, name
    count = {name: len(parts[name]["rows"]) if name in parts else 0 for name in PARTS}
    total = sum(count[name] for name in ("own", "everyone", "locale_fallback", "crosswalk"))
    told = {"total": total, "filled": answer.context["cell"].filled, "expiring_30d": count.pop("expiring")}
    return count | told


PARTS = ("own", "everyone", "locale_fallback", "crosswalk", "scheduled", "expiring", "review_overdue")


def test_the_house_shows_every_state_and_every_way_to_count(api, audit, house):
    cells = api.get(API, {"split": "locale"}, **audit).json()["cells"]
    assert {cell["state"] for cell in cells} == {"gap", "adequate", "strong", "excess"}
    assert all(any(cell[name] for cell in cells) for name in COUNTS)


def test_a_term_beside_touchpoints_is_refused_at_its_field(admin_client, house):
    answer = admin_client.get(MAP, {"rows": "touchpoint", "term": "topic:fire"})
    assert list(answer.context["form"].errors) == ["term"]
    assert "do not go together" in answer.content.decode()


def test_the_map_is_a_table_with_a_caption_and_headings(admin_client, house):
    html = admin_client.get(MAP, {"split": "locale"}).content.decode()
    tables = re.findall(r'<table class="coverage-table">.*?</table>', html, re.S)
    assert [plain(re.search(r"<caption>(.*?)</caption>", one, re.S)[1]) for one in tables] == [
        "Dansk : Stage by segment, 8 gaps",
        "English : Stage by segment, 4 gaps",
        "Norsk bokmål : Stage by segment, 11 gaps",
        "Svenska : Stage by segment, 12 gaps",
    ]
    columns = ["Stage", "Everyone", "Families", "Home cooks", "Professionals"]
    for one in tables:
        assert re.findall(r'<th scope="col">(.*?)</th>', one) == columns
        assert re.findall(r'<th scope="row">(.*?)</th>', one) == ["See", "Think", "Do", "Care"]


def test_score_states_and_balance_are_told(admin_client, house):
    [(_, side)] = admin_client.get(MAP).context["sides"]
    assert side.states == "4 gaps, 7 adequate, 1 strong and 4 too many"
    shares = [("See", 3, 38), ("Think", 3, 38), ("Do", 1, 12), ("Care", 1, 12)]
    assert (side.score, side.faults, side.shares) == ("75%", [], shares)


def test_what_lists_more_than_a_page_takes_is_read_on(admin_client, world, clock, at):
    publish([draft("see") for _ in range(30)], at=at - HOUR)
    link = f"{CELL}?{urlencode({'row': 'see', 'column': 'everyone'})}"
    [part] = admin_client.get(link).context["parts"]
    assert (part["name"], part["count"], len(part["rows"])) == ("own", 30, 25)
    [whole] = admin_client.get(CELL + part["more"]).context["parts"]
    assert {row["link"] for row in whole["rows"]} == {
        f"/admin/content/asset/{a.pk}/change/" for a in Asset.objects.all()
    }


@pytest.mark.parametrize(
    "strange",
    [
        {},
        {"row": "see"},
        {"row": "see", "column": "nobody"},
        {"row": "see", "column": "everyone", "table": "en"},
        {"row": "see", "column": "everyone", "rows": "mood"},
        {"row": "see", "column": "see", "rows": "stage", "columns": "stage"},
    ],
)
def test_a_cell_that_is_none_is_not_found(admin_client, house, strange):
    assert admin_client.get(CELL, strange).status_code == 404
    assert admin_client.get(BRIEF, strange).status_code == 404


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ({"rows": "mood"}, ["rows"]),
        ({"columns": "stage"}, ["columns"]),
        ({"segment": "families"}, ["segment"]),
        ({"split": "locale", "locale": "nb"}, ["locale"]),
        ({"journey": "nowhere"}, ["journey"]),
        ({"at_0": "2026-03-29", "at_1": "02:30"}, ["at"]),
        ({"stage": "desire"}, ["stage"]),
        ({"other_segment": "families"}, ["other_segment"]),
    ],
)
def test_what_cannot_be_asked_is_told_where_it_was_chosen(admin_client, house, asked, fields):
    answer = admin_client.get(MAP, asked)
    assert (answer.status_code, list(answer.context["form"].errors)) == (200, fields)
    assert "matrix" not in answer.context


def test_two_days_are_compared_cell_by_cell(told, admin_client, api, audit, house):
    later = {"other_at_0": "2026-03-11", "other_at_1": "13:00"}
    before = api.get(API, **audit).json()["cells"]
    after = api.get(API, {"as_of": "2026-03-11T12:00:00Z"}, **audit).json()["cells"]

    found = [words for *_, words in told(**later)]

    assert found == [_compared(one, two) for one, two in zip(before, after, strict=True)]
    assert "0 → 1 gap → adequate +1 more" in found
    assert any("−1 fewer" in words for words in found)


def test_two_segments_are_compared_in_the_same_table(told, api, audit, house):
    families, everyone = (
        api.get(API, {"columns": "locale", "segment": name}, **audit).json()["cells"]
        for name in ("families", "everyone")
    )
    found = told(columns="locale", segment="families", other_segment="everyone")
    assert [words for *_, words in found] == [_compared(a, b) for a, b in zip(families, everyone, strict=True)]


def _compared(one, two):
    def state(cell):
        return "none needed" if cell["state"] == "adequate" and not cell["filled"] else WORDS[cell["state"]]

    change = two["filled"] - one["filled"]
    number = f"{one['filled']} → {two['filled']}" if change else str(one["filled"])
    word = state(one) if state(one) == state(two) else f"{state(one)} → {state(two)}"
    sign = "±0 no difference" if not change else f"+{change} more" if change > 0 else f"−{-change} fewer"
    return f"{number} {word} {sign}"


def test_a_download_is_what_the_api_writes_and_runs_no_formula(admin_client, api, audit, house):
    Segment.objects.filter(slug="families").update(title="=1+1")
    answer = admin_client.get(MAP, {"columns": "segment", "format": "csv"})
    assert answer.content == api.get(API, {"format": "csv"}, **audit).content
    assert answer.headers["Content-Disposition"] == 'attachment; filename="coverage-2026-03-01.csv"'
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert "'=1+1" in {line[3] for line in lines}
    workbook = admin_client.get(MAP, {"format": "xlsx"})
    assert workbook.content[:2] == b"PK"


def test_where_there_is_nothing_to_lay_out_it_says_what_to_add(admin_client, locales):
    page = admin_client.get(MAP).content.decode()
    assert "There is no journey yet" in page
    assert "/admin/journeys/journey/" in page
    assert "There are no cells" in page
    Journey.objects.create(slug="empty", title="Empty")
    page = admin_client.get(MAP).content.decode()
    assert "No journey has any stages yet" in page
    assert "There are no segments yet" in page


def test_without_a_language_it_says_so(admin_client, db):
    assert "There is no locale yet" in plain(admin_client.get(MAP).content.decode())


def test_it_asks_as_much_for_many_as_for_few(admin_client, world, clock, at):
    def asked(address, **choices):
        with CaptureQueriesContext(connection) as queries:
            assert admin_client.get(address, choices).status_code == 200
        return len(queries)

    def all_pages():
        cell = {"row": "see", "column": "families"}
        return [asked(MAP), asked(MAP, split="locale"), asked(CELL, **cell), asked(BRIEF, **cell)]

    publish(draft("see"), at=at - 2 * HOUR)
    admin_client.get(MAP)  # the catalogue is drawn
    one = all_pages()
    publish([draft("see", segments=("families",)) for _ in range(2)], at=at - HOUR)
    assert all_pages() == one == [8, 8, 10, 10]


@pytest.mark.parametrize(
    ("rights", "pages"),
    [
        ((), [403, 403, 403]),
        (("view_target",), [403, 403, 403]),
        (("view_coverage",), [200, 403, 403]),
        (("view_coverage", "view_asset"), [200, 200, 403]),
        (("view_coverage", "view_asset", "add_asset"), [200, 200, 200]),
    ],
)
def test_each_page_has_its_right(client, house, rights, pages):
    user = User.objects.create_user("somebody", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client.force_login(user)
    cell = {"row": "think", "column": "families"}
    assert [client.get(page, cell).status_code for page in (MAP, CELL, BRIEF)] == pages
    links = client.get(CELL, cell).context["brief"] if pages[1] == 200 else ""
    assert bool(links) == (pages[2] == 200)


def test_a_link_leads_to_the_target_that_holds_or_to_a_new_one(admin_client, house):
    care = admin_client.get(CELL, {"row": "see", "column": "families"}).context["target"]
    target = Target.objects.get(stage=stage("see"))
    assert care["links"][0] == (f"/admin/content/target/{target.pk}/change/", "Change this target")
    new = care["links"][1][0]
    form = admin_client.get(new).context["adminform"].form
    assert form.initial["stage"] == str(stage("see").pk)
    assert form.initial["segment"] == str(Segment.objects.get(slug="families").pk)
    none = admin_client.get(CELL, {"row": "think", "column": "families"}).context["target"]
    assert (none["where"], [words for _, words in none["links"]]) == ("", ["Set one for this cell"])


def test_a_target_for_the_cell_of_a_term_names_the_term(admin_client, house):
    fire = Term.objects.get(slug="fire")
    target = Target.objects.create(stage=stage("think"), term=fire, minimum=2, note="It warms.")
    cell = {"columns": "topic", "row": "think", "column": "fire"}
    shown = admin_client.get(CELL, cell).context
    assert (shown["target"]["where"], shown["target"]["note"], shown["word"]) == (target.where, "It warms.", "gap")
    assert shown["target"]["links"] == [(f"/admin/content/target/{target.pk}/change/", "Change this target")]
    [(link, words)] = admin_client.get(CELL, {**cell, "row": "do"}).context["target"]["links"]
    form = admin_client.get(link).context["adminform"].form
    assert (words, form.initial["stage"], form.initial["term"]) == (
        "Set one for this cell",
        str(stage("do").pk),
        str(fire.pk),
    )
    admin_client.post(f"{BRIEF}?{urlencode(cell)}", {"kind": house[0].kind_id})
    assert list(Asset.objects.exclude(brief="").get().terms.all()) == [fire]


def test_a_brief_names_the_terms_that_are_recommended_unless_its_cell_has_its_own(admin_client, asked, house):
    fire, faq = Term.objects.get(slug="fire"), house[1].kind
    proof, other = (TermFactory(vocabulary=fire.vocabulary, slug=name, title=name.title()) for name in ("proof", "use"))
    Target.objects.create(stage=stage("think"), term=fire, minimum=1)
    Target.objects.create(stage=stage("think"), term=proof, minimum=1)
    Target.objects.create(stage=stage("do"), term=other, minimum=1)
    Target.objects.create(stage=stage("think"), term=other, minimum=0)
    Target.objects.create(stage=stage("think"), term=other, kind=faq, minimum=1)
    Target.objects.create(stage=stage("think"), kind=faq, minimum=None, fresh_days=30)

    def lines(**more):
        told = dict(admin_client.get(BRIEF, {"row": "think", "column": "families", **more}).context["lines"])
        return told.get("Terms recommended"), faq.title in told.get("Kinds recommended", "")

    assert lines() == ("Fire (1 there), Proof (0 there)", False)
    assert lines(kind="faq") == ("Fire (0 there), Proof (0 there), Use (0 there)", False)
    assert lines(term="topic:fire") == (None, False)
    assert lines(term="topic:use") == (None, True)


@pytest.fixture
def asked(house):
    """A stage that says what it asks, and recommends a kind and a channel."""
    Stage.objects.filter(slug="think").update(
        question="Which one\nfits us?",
        purpose="Help them.",
        need="To compare.",
        barrier="Being sold to.",
        goals=["Trust", "A visit"],
    )
    guide = house[0].kind
    Target.objects.create(stage=stage("think"), kind=guide, minimum=1)
    Target.objects.create(stage=stage("think"), kind=KindFactory(slug="case", title="Case study"), minimum=1)
    Recommendation.objects.filter(stage=stage("think")).delete()
    Recommendation.objects.create(stage=stage("think"), channel=Channel.objects.get(slug="video"), role="Show it")


def test_a_brief_is_shown_and_then_made_where_the_gap_is(admin_client, admin_user, house, asked, at):
    cell = {"row": "do", "column": "professionals", "columns": "segment"}
    Stage.objects.filter(slug="do").update(question="Where do I sign?", need="A quick way.")
    page = admin_client.get(BRIEF, cell)
    assert "Where do I sign?" in page.content.decode()
    assert Asset.objects.filter(brief="").count() == Asset.objects.count()

    answer = admin_client.post(
        f"{BRIEF}?{urlencode(cell)}",
        {"kind": house[1].kind_id, "owner": admin_user.pk, "due": "2026-03-20"},
    )

    made = Asset.objects.exclude(brief="").get()
    assert answer.url == f"/admin/content/asset/{made.pk}/change/"
    assert (made.name, made.kind, made.owner, made.due) == (
        "Where do I sign? – Professionals",
        house[1].kind,
        admin_user,
        date(2026, 3, 20),
    )
    [placement] = made.placements.all()
    assert (placement.stage, [one.slug for one in placement.segments.all()]) == (stage("do"), ["professionals"])
    assert not placement.channels.exists()
    [revision] = revisions(made.pk)
    assert (revision.user, revision.comment) == (admin_user, "written as a brief")
    shown = admin_client.get(answer.url).content.decode()
    assert "The customer needs: A quick way." in unescape(shown)
    text = admin_client.get(
        "/admin/content/translation/add/", {"asset": made.pk, "locale": Locale.objects.get(code="nb").pk}
    ).content.decode()
    assert "The customer needs: A quick way." in unescape(text)


def test_the_words_of_a_brief(admin_client, asked, house):
    page = admin_client.get(f"{BRIEF}?rows=stage&columns=segment&term=topic:fire&row=think&column=families&locale=nb")
    assert page.context["name"] == "Which one fits us? – Families"
    assert page.context["lines"] == [
        ["Stage", "Think (See, Think, Do, Care)"],
        ["What we do there", "Help them."],
        ["The customer asks", "Which one fits us?"],
        ["The customer needs", "To compare."],
        ["What stands in the way", "Being sold to."],
        ["Goals", "Trust; A visit"],
        ["For", "Home cooks › Families"],
        ["Terms", "Fire"],
        ["Language", "Norsk bokmål"],
        ["Kinds recommended", f"Case study (0 there), {house[0].kind.title} (0 there)"],
        ["Channels recommended", "Video: Show it"],
    ]


def test_a_cell_says_what_is_being_written_for_it(admin_client, admin_user, house):
    cell = {"row": "do", "column": "professionals"}
    order = {"kind": house[1].kind_id, "owner": admin_user.pk, "due": "2026-03-20"}
    admin_client.post(f"{BRIEF}?{urlencode(cell)}", order)
    made = Asset.objects.exclude(brief="").get()

    def orders(**other):
        return [(one, owner, due) for _, one, owner, due in admin_client.get(CELL, cell | other).context["orders"]]

    assert orders() == [(made, admin_user, date(2026, 3, 20))]
    assert [orders(column=name) for name in ("everyone", "families")] == [[], []]
    assert orders(row="see") == orders(channel="website") == []
    [warning] = admin_client.get(BRIEF, cell).context["warnings"]
    assert plain(warning) == f"{made.name} is ordered here already, of admin, due 2026-03-20."


def test_the_words_of_a_brief_are_those_of_the_day_that_is_looked_at(admin_client, house):
    Target.objects.create(stage=stage("do"), kind=house[0].kind)
    cell = {"row": "do", "column": "everyone", "at_0": "2026-03-11", "at_1": "13:00"}
    shown = dict(admin_client.get(BRIEF, cell).context["lines"])["Kinds recommended"]
    assert shown.endswith("(1 there)")
    admin_client.post(f"{BRIEF}?{urlencode(cell)}", {"kind": house[0].kind_id})
    assert shown in Asset.objects.exclude(brief="").get().brief


def test_missing_recommended_kinds_stand_first(admin_client, asked, house):
    page = admin_client.get(f"{BRIEF}?row=think&column=families")
    guide = house[0].kind.title
    assert [label for _, label in page.context["form"].fields["kind"].choices] == [
        "Case study – recommended here, none yet",
        f"{guide} – recommended here, 3 there",
        "FAQ",
    ]


def test_a_brief_carries_the_channel_the_terms_and_the_kind_of_its_cell(admin_user, asked, house, at):
    catalogue = current_catalogue()
    atlas = catalogue.atlas
    think = atlas.stages[stage("think").pk]
    term = catalogue.terms["topic", "fire"]
    query = Query(
        locale=catalogue.default_locale,
        journey=think.journey,
        stages=(think,),
        segment="everyone",
        channel=atlas.channels["video"],
        kinds=(house[1].kind_id,),
        terms=Terms(any=(term,)),
    )
    made = write_brief(query, kind=house[1].kind, owner=None, due=None, by=admin_user, at=at, catalogue=catalogue)
    [placement] = made.placements.all()
    assert [one.slug for one in placement.channels.all()] == ["video"]
    assert (list(placement.segments.all()), list(made.terms.all()), made.owner) == ([], [term], None)
    with pytest.raises(ValidationError) as refused:
        write_brief(query, kind=house[0].kind, owner=None, due=None, by=admin_user, at=at, catalogue=catalogue)
    assert refused.value.code == "not_this_kind"
    nowhere = replace(query, stages=())
    with pytest.raises(ValidationError) as refused:
        write_brief(nowhere, kind=house[1].kind, owner=None, due=None, by=admin_user, at=at, catalogue=catalogue)
    assert refused.value.code == "no_stage"
    reader = User.objects.create_user("reader")
    with pytest.raises(PermissionDenied):
        write_brief(query, kind=house[1].kind, owner=None, due=None, by=reader, at=at, catalogue=catalogue)
    assert Asset.objects.exclude(brief="").count() == 1


def test_a_brief_that_is_published_answers_its_cell_and_never_shows_its_words(
    admin_client, admin_user, api, audit, house, at, clock
):
    cell = {"row": "do", "column": "professionals"}
    Stage.objects.filter(slug="do").update(question="Where do I sign?", need="Secretly, a quick way.")
    before = counts_behind(admin_client, f"{CELL}?{urlencode(cell)}")
    admin_client.post(f"{BRIEF}?{urlencode(cell)}", {"kind": house[0].kind_id, "owner": admin_user.pk})
    made = Asset.objects.exclude(brief="").get()
    text = draft("see").translations.get()
    text.asset = made
    text.save()
    publish(made, at=at + HOUR)
    clock.move_to(at + 2 * HOUR)

    assert counts_behind(admin_client, f"{CELL}?{urlencode(cell)}")["own"] == before["own"] + 1
    item = api.get(f"/api/v1/content/{made.public_id}/")
    assert (item.status_code, b"Secretly" in item.content) == (200, False)
    assert b"Secretly" not in bytes(Edition.objects.filter(asset=made).get().document)


def test_an_author_keeps_what_they_order_and_a_past_day_is_refused(client, house, at):
    load_roles()
    author, other = (User.objects.create_user(name, is_staff=True) for name in ("author", "other"))
    author.groups.set(Group.objects.filter(name="Author"))
    client.force_login(author)
    address = f"{BRIEF}?row=do&column=everyone"
    data = {"kind": house[0].kind_id, "owner": other.pk}
    past = client.post(address, data | {"due": "2026-02-28"})
    assert (past.status_code, list(past.context["form"].errors)) == (200, ["due"])
    assert not Asset.objects.exclude(brief="").exists()
    client.post(address, data | {"due": "2026-03-01"})
    assert Asset.objects.exclude(brief="").get().owner == author


def test_open_briefs_wait_on_the_desk_and_in_the_list(admin_client, admin_user, world, clock, at):
    for name, due in (("Late", -1), ("Today", 0), ("Soon", 14), ("Far", 15), ("Whenever", None)):
        asset = draft("see")
        day = at.date() + due * DAY if due is not None else None
        Asset.objects.filter(pk=asset.pk).update(name=name, brief="Write it", due=day, owner=admin_user)
    done = draft("see")
    Asset.objects.filter(pk=done.pk).update(name="Done", brief="Written", due=at.date() - 9 * DAY, owner=admin_user)
    publish(done, at=at - HOUR)

    def listed(due):
        return [one.name for one in admin_client.get("/admin/content/asset/", {"due": due}).context["cl"].result_list]

    assert sorted(listed("open")) == ["Far", "Late", "Soon", "Today", "Whenever"]
    assert (sorted(listed("overdue")), sorted(listed("soon"))) == (["Late"], ["Soon", "Today"])
    [pile] = [one for one in admin_client.get("/admin/").context["piles"] if one.title == "My briefs"]
    assert (pile.count, [(row.name, row.when) for row in pile.rows]) == (
        5,
        [
            ("Late", "overdue since 2026-02-28"),
            ("Today", "due 2026-03-01"),
            ("Soon", "due 2026-03-15"),
            ("Far", "due 2026-03-16"),
            ("Whenever", "no day"),
        ],
    )


def test_the_desk_says_where_each_journey_has_nothing_to_say(admin_client, api, audit, house):
    silences = {one.title: one for one in admin_client.get("/admin/").context["silences"]}
    assert list(silences) == ["See, Think, Do, Care", "AIDA and loyalty"]
    for journey in Journey.objects.all():
        answer = api.get(API, {"journey": journey.slug}, **audit).json()
        gaps = [cell for cell in answer["cells"] if cell["state"] == "gap"]
        one = silences[journey.title]
        score = f"{answer['summary']['score']:.0%} covered in English"
        told = f"{score}: {len(gaps)} of {answer['summary']['cells']} cells are gaps"
        assert (one.told, one.more) == (told, max(0, len(gaps) - 3))
        for row, cell in zip(one.rows, gaps[:3], strict=True):
            assert counts_behind(admin_client, row.link) == {name: cell[name] for name in COUNTS}
            assert row.when == f"{cell['target']['minimum'] - cell['filled']} missing"


def test_a_journey_that_nothing_is_placed_on_is_no_gap_of_anybodys(admin_client, world):
    load_journeys(["nordic-omni"])
    draft("see")
    assert [one.title for one in admin_client.get("/admin/").context["silences"]] == ["See, Think, Do, Care"]


def test_briefs_and_their_day_are_part_of_the_history(admin_client, admin_user, house):
    admin_client.post(f"{BRIEF}?row=do&column=everyone", {"kind": house[0].kind_id, "owner": admin_user.pk})
    made = Asset.objects.exclude(brief="").get()
    none = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}
    rows = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 1, "0-id": made.placements.get().pk, "0-asset": made.pk}
    rows |= {"0-stage": stage("do").pk, "0-priority": 50}
    data = {"name": made.name, "kind": made.kind_id, "owner": admin_user.pk, "fields": "{}", "brief": "Shorter"}
    data |= {f"translations-{name}": value for name, value in none.items()}
    data |= {f"placements-{name}": value for name, value in rows.items()}
    page = f"/admin/content/asset/{made.pk}/"
    assert admin_client.post(f"{page}change/", data | {"due": "2026-04-01"}).status_code == 302
    assert revisions(made.pk).count() == 2
    history = plain(admin_client.get(f"{page}history/").content.decode())
    assert "Shorter" in history
    assert "2026-04-01" in history
