"""A gap becomes a draft: the brief of a cell, what it says, and what becomes of it."""

from dataclasses import replace
from datetime import date
from html import unescape
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied, ValidationError

from content.accounts.roles import load_roles
from content.catalogue import current_catalogue
from content.coverage.brief import write_brief
from content.drafts.history import revisions
from content.models import Asset, Edition, Locale, Target, Term
from content.publishing.publish import publish
from content.query import Query, Terms
from journeys.models import Stage
from tests.content.admin.coverage.conftest import BRIEF, CELL, DAY, HOUR, counts_behind, plain
from tests.drafts import draft, stage
from tests.factories import TermFactory

pytestmark = pytest.mark.django_db


def test_a_brief_names_the_terms_that_are_recommended_unless_its_cell_has_its_own(admin_client, described_stage, house):
    fire, faq = Term.objects.get(slug="fire"), house[1].kind
    proof, other = (TermFactory(vocabulary=fire.vocabulary, slug=name, title=name.title()) for name in ("proof", "use"))
    Target.objects.create(stage=stage("think"), term=fire, minimum=1)
    Target.objects.create(stage=stage("think"), term=proof, minimum=1)
    Target.objects.create(stage=stage("do"), term=other, minimum=1)
    Target.objects.create(stage=stage("think"), term=other, minimum=0)
    Target.objects.create(stage=stage("think"), term=other, kind=faq, minimum=1)
    Target.objects.create(stage=stage("think"), kind=faq, minimum=None, fresh_days=30)

    def lines(**more):
        brief = dict(admin_client.get(BRIEF, {"row": "think", "column": "families", **more}).context["lines"])
        return brief.get("Terms recommended"), faq.title in brief.get("Kinds recommended", "")

    assert lines() == ("Fire (1 there), Proof (0 there)", False)
    assert lines(kind="faq") == ("Fire (0 there), Proof (0 there), Use (0 there)", False)
    assert lines(term="topic:fire") == (None, False)
    assert lines(term="topic:use") == (None, True)


def test_a_brief_is_shown_and_then_made_where_the_gap_is(admin_client, admin_user, house, described_stage, at):
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
    html = admin_client.get(answer.url).content.decode()
    assert "The customer needs: A quick way." in unescape(html)
    text = admin_client.get(
        "/admin/content/translation/add/", {"asset": made.pk, "locale": Locale.objects.get(code="nb").pk}
    ).content.decode()
    assert "The customer needs: A quick way." in unescape(text)


def test_the_words_of_a_brief(admin_client, described_stage, house):
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

    def briefs(**other):
        return [(asset, owner, due) for _, asset, owner, due in admin_client.get(CELL, cell | other).context["briefs"]]

    assert briefs() == [(made, admin_user, date(2026, 3, 20))]
    assert [briefs(column=name) for name in ("everyone", "families")] == [[], []]
    assert briefs(row="see") == briefs(channel="website") == []
    [warning] = admin_client.get(BRIEF, cell).context["warnings"]
    assert plain(warning) == f"{made.name} is already being written for this cell. Owner: admin. Due: 2026-03-20."


def test_the_words_of_a_brief_are_those_of_the_day_that_is_looked_at(admin_client, house):
    Target.objects.create(stage=stage("do"), kind=house[0].kind)
    cell = {"row": "do", "column": "everyone", "at_0": "2026-03-11", "at_1": "13:00"}
    kinds = dict(admin_client.get(BRIEF, cell).context["lines"])["Kinds recommended"]
    assert kinds.endswith("(1 there)")
    admin_client.post(f"{BRIEF}?{urlencode(cell)}", {"kind": house[0].kind_id})
    assert kinds in Asset.objects.exclude(brief="").get().brief


def test_missing_recommended_kinds_stand_first(admin_client, described_stage, house):
    page = admin_client.get(f"{BRIEF}?row=think&column=families")
    guide = house[0].kind.title
    assert [label for _, label in page.context["form"].fields["kind"].choices] == [
        "Case study – recommended here, none yet",
        f"{guide} – recommended here, 3 so far",
        "FAQ",
    ]


def test_a_brief_carries_the_channel_the_terms_and_the_kind_of_its_cell(admin_user, described_stage, house, at):
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
    [queue] = [queue for queue in admin_client.get("/admin/").context["queues"] if queue.title == "My briefs"]
    assert (queue.count, [(row.name, row.when) for row in queue.rows]) == (
        5,
        [
            ("Late", "overdue since 2026-02-28"),
            ("Today", "due 2026-03-01"),
            ("Soon", "due 2026-03-15"),
            ("Far", "due 2026-03-16"),
            ("Whenever", "no due date"),
        ],
    )


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
