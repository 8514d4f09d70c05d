"""From draft to approved: who may move a text on, and what of it was approved."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from content.accounts.roles import load_roles
from content.drafts.history import keeping
from content.drafts.review import approve, comment, note_edit, send_back, sent_back_to, submit, waiting_for
from content.models import Asset, Comment, Status, Translation
from content.publishing.consequences import consequences
from content.publishing.gate_findings import PublishRefused
from content.publishing.publish import publish, restore, withdraw
from content.publishing.retag import retag
from content.publishing.waivers import waive
from tests.drafts import draft, place, stage
from tests.factories import TermFactory, TranslationFactory


@pytest.fixture
def people(world):
    load_roles()
    return {name: person(name, role) for name, role in STAFF.items()}


STAFF = {"anna": "Author", "ada": "Author", "eva": "Editor", "emil": "Editor", "per": "Publisher"}


def person(name: str, *roles: str) -> User:
    user = User.objects.create_user(name, is_staff=True)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


@pytest.fixture
def text(people):
    asset = draft("see")
    asset.owner = people["anna"]
    asset.save()
    asset.kind.review = True
    asset.kind.save()
    return asset.translations.get()


def codes(asset, **how) -> list[str]:
    with pytest.raises(PublishRefused) as refused:
        publish(asset, **how)
    return [finding.code for finding in refused.value.findings]


def status(text) -> str:
    text.refresh_from_db()
    return text.status


def test_text_of_a_reviewed_kind_goes_live_as_it_was_approved(text, people, at):
    assert codes(text.asset) == ["not_approved"]

    submit(text, by=people["anna"], at=at, to=people["eva"], text="Please.")
    assert status(text) == Status.IN_REVIEW
    assert codes(text.asset) == ["not_approved"]
    approve(text, by=people["eva"], at=at + timedelta(hours=1), text="Good.")
    assert status(text) == Status.APPROVED

    [edition] = publish(text.asset, by=people["per"])
    assert edition.title == text.title
    assert status(text) == Status.DRAFT
    comments = Comment.objects.order_by("at").values_list("action", "by__username", "to__username", "text")
    assert list(comments) == [("submit", "anna", "eva", "Please."), ("approve", "eva", None, "Good.")]


@pytest.mark.parametrize("what", ["title", "placement", "body", "term", "step"])
def test_what_changes_after_its_approval_is_not_approved(text, people, at, what):
    submit(text, by=people["anna"], at=at)
    approve(text, by=people["eva"], at=at)

    if what in ("title", "body"):
        setattr(text, what, "Other")
        text.save()
    elif what == "placement":
        place(text.asset, "think", priority=3)
    elif what == "term":
        text.asset.terms.add(TermFactory())
    else:
        text.next_steps.create(position=2, intent="learn_more", label="On", target_url="/on")

    assert "not_approved" in codes(text.asset)


def test_approved_words_may_go_live_again_without_another_approval(text, people, at):
    submit(text, by=people["anna"], at=at)
    approve(text, by=people["eva"], at=at)
    publish(text.asset)
    withdraw(text.asset)

    assert [edition.number for edition in publish(text.asset)] == [2]


def test_restoring_what_was_published_needs_no_approval(text, people, at):
    submit(text, by=people["anna"], at=at)
    approve(text, by=people["eva"], at=at)
    [first] = publish(text.asset)
    text.title = "Changed"
    text.save()

    assert restore(first).title == first.title


def test_waiver_lets_a_text_pass_unapproved(text, people, at):
    key = f"not_approved:{text.asset.public_id}:{text.locale.code}"
    waive(key, reason="Fire", until=at + timedelta(days=9999), by=people["per"], at=at)

    [edition] = publish(text.asset)

    assert [(one["code"], one["waived"]) for one in edition.warnings if one["code"] == "not_approved"] == [
        ("not_approved", True)
    ]


def test_kind_without_review_needs_no_approval(people):
    assert len(publish(draft("see"))) == 1


def test_nobody_approves_what_they_asked_to_be_reviewed(text, people, at):
    submit(text, by=people["eva"], at=at)

    with pytest.raises(ValidationError) as refused:
        approve(text, by=people["eva"], at=at)
    assert refused.value.code == "own_work"
    approve(text, by=people["emil"], at=at)
    assert status(text) == Status.APPROVED


def test_text_sent_back_is_a_draft_again_for_whoever_asked(text, people, at):
    submit(text, by=people["anna"], at=at)
    send_back(text, by=people["eva"], at=at, text="Shorter.")

    assert (status(text), text.assignee) == (Status.DRAFT, people["anna"])
    assert list(sent_back_to(Asset.objects.all(), people["anna"])) == [text.asset]
    with pytest.raises(ValidationError) as refused:
        send_back(text, by=people["eva"], at=at, text="Shorter.")
    assert refused.value.code == "not_in_review"


def test_steps_that_make_no_sense_are_refused_with_what_to_do(text, people, at):
    refusals = [
        (approve, {"by": people["eva"]}, "not_in_review"),
        (submit, {"by": people["anna"], "to": people["per"]}, "not_a_reviewer"),
        (comment, {"by": people["anna"], "text": " "}, "text_missing"),
    ]
    for verb, how, code in refusals:
        with pytest.raises(ValidationError) as refused:
            verb(text, at=at, **how)
        assert refused.value.code == code
    submit(text, by=people["anna"], at=at)
    for verb, how, code in [
        (submit, {"by": people["anna"]}, "under_review"),
        (send_back, {"by": people["eva"], "text": ""}, "reason_missing"),
    ]:
        with pytest.raises(ValidationError) as refused:
            verb(text, at=at, **how)
        assert refused.value.code == code
    assert Comment.objects.count() == 1


@pytest.mark.parametrize(
    ("verb", "who"),
    [(submit, "ada"), (submit, "per"), (approve, "anna"), (approve, "per"), (send_back, "anna"), (send_back, "per")],
)
def test_steps_are_for_those_who_may_take_them(text, people, at, verb, who):
    if verb is not submit:
        submit(text, by=people["anna"], at=at)
    before = status(text)

    with pytest.raises(PermissionDenied):
        verb(text, by=people[who], at=at, text="…")
    assert status(text) == before


def test_waiting_reviews_are_those_asked_of_me_and_of_anybody(text, people, at):
    others = [draft("see"), draft("see"), draft("see")]
    for asset, to in zip(others, (None, "emil", "eva"), strict=True):
        submit(asset.translations.get(), by=people["emil"], at=at, to=people[to] if to and to != "emil" else None)
    Translation.objects.filter(asset=others[1]).update(assignee=people["emil"])

    assert list(waiting_for(Asset.objects.all(), people["eva"])) == [others[2], others[0]]


def test_what_changed_while_it_was_looked_at_is_not_approved(text, people, at):
    submit(text, by=people["anna"], at=at)
    [seen] = consequences(text.asset, at=at)
    Translation.objects.filter(pk=text.pk).update(title="Since")

    with pytest.raises(ValidationError) as refused:
        approve(text, by=people["eva"], at=at, seen=seen.print)
    assert (refused.value.code, status(text)) == ("changed_meanwhile", Status.IN_REVIEW)
    [seen] = consequences(text.asset, at=at)
    approve(text, by=people["eva"], at=at, seen=seen.print)
    assert status(text) == Status.APPROVED


def test_what_was_approved_can_be_sent_back_and_asked_for_anew(text, people, at):
    submit(text, by=people["anna"], at=at)
    approve(text, by=people["eva"], at=at)
    send_back(text, by=people["emil"], at=at + timedelta(hours=1), text="Not yet.")
    assert codes(text.asset) == ["not_approved"]

    submit(text, by=people["eva"], at=at + timedelta(hours=2))
    with pytest.raises(ValidationError) as refused:
        approve(text, by=people["eva"], at=at + timedelta(hours=3))
    assert refused.value.code == "own_work"
    approve(text, by=people["emil"], at=at + timedelta(hours=3))
    assert len(publish(text.asset)) == 1


def test_comment_moves_nothing(text, people, at):
    comment(text, by=people["per"], at=at, text="Hm.")

    assert (status(text), text.assignee) == (Status.DRAFT, None)
    assert [(one.action, one.by, one.text) for one in Comment.objects.all()] == [("comment", people["per"], "Hm.")]


def test_publishing_ends_what_was_sent_back_too(people, at):
    asset = draft("see")
    asset.owner = people["anna"]
    asset.save()
    text = asset.translations.get()
    submit(text, by=people["anna"], at=at)
    send_back(text, by=people["eva"], at=at, text="Shorter.")

    publish(asset)

    assert list(sent_back_to(Asset.objects.all(), people["anna"])) == []


def test_edit_of_one_language_leaves_the_others(people, at, django_assert_num_queries):
    asset = draft("see", locales=("en", "nb"))
    before = {text.locale.code: text.updated_at for text in asset.translations.all()}
    english = asset.translations.filter(locale__code="en")

    with django_assert_num_queries(4):
        note_edit(asset, english)

    changed = [text.locale.code for text in asset.translations.all() if text.updated_at != before[text.locale.code]]
    assert changed == ["en"]


def test_whatever_rewrites_a_draft_takes_its_approval_back(text, people, at):
    submit(text, by=people["anna"], at=at)
    approve(text, by=people["eva"], at=at)

    retag(stage("see"), to=stage("do"), at=at + timedelta(hours=1))

    assert status(text) == Status.DRAFT


def test_edit_makes_a_draft_of_what_was_approved_and_leaves_what_waits(text, people, at):
    submit(text, by=people["anna"], at=at)
    note_edit(text.asset)
    assert status(text) == Status.IN_REVIEW
    approve(text, by=people["eva"], at=at)
    note_edit(text.asset)
    assert status(text) == Status.DRAFT


def test_roles_are_made_once_and_stay_as_they_are_changed(db):
    assert set(load_roles().values()) == {"created"}
    Group.objects.get(name="Analyst").permissions.clear()

    assert load_roles() == dict.fromkeys(["Author", "Editor", "Publisher", "Analyst", "Integrator"], "kept")
    assert Group.objects.get(name="Analyst").permissions.count() == 0


def rewrite(asset, by, at, **words):
    """As a page of the admin saves it."""
    with keeping([asset.pk], by=by, at=at):
        asset.translations.filter(locale__code="en").update(**words)


def test_whoever_rewrites_what_waits_for_review_cannot_approve_it_alone(text, people, at):
    submit(text, by=people["anna"], at=at)
    rewrite(text.asset, people["eva"], at + timedelta(minutes=1), title="Mine")

    with pytest.raises(ValidationError) as refused:
        approve(text, by=people["eva"], at=at + timedelta(minutes=2))

    assert (refused.value.code, status(text)) == ("own_work", Status.IN_REVIEW)
    approve(text, by=people["emil"], at=at + timedelta(minutes=3))
    assert status(text) == Status.APPROVED


@pytest.mark.parametrize("what", ["placement", "shared fields", "next step", "teaser"])
def test_whatever_would_be_published_of_it_counts_as_rewriting(text, people, at, what):
    submit(text, by=people["anna"], at=at)
    with keeping([text.asset_id], by=people["eva"], at=at + timedelta(minutes=1)):
        if what == "placement":
            place(text.asset, "do")
        elif what == "shared fields":
            Asset.objects.filter(pk=text.asset_id).update(no_stage_reason="Law")
        elif what == "next step":
            text.next_steps.update(label="Elsewhere")
        else:
            text.teasers.create(stage=stage("see"), text="Look")

    with pytest.raises(ValidationError) as refused:
        approve(text, by=people["eva"], at=at + timedelta(minutes=2))

    assert refused.value.code == "own_work"


@pytest.mark.parametrize("what", ["before", "another language", "nothing", "the owner", "sent back"])
def test_whoever_has_changed_nothing_of_it_since_approves(text, people, at, what, locales):
    if what == "before":
        rewrite(text.asset, people["eva"], at - timedelta(minutes=1), title="Mine")
    submit(text, by=people["anna"], at=at)
    later = at + timedelta(minutes=1)
    if what == "another language":
        with keeping([text.asset_id], by=people["eva"], at=later):
            TranslationFactory(asset=text.asset, locale=locales["nb"])
    elif what == "nothing":
        rewrite(text.asset, people["eva"], later, title=text.title)
    elif what == "the owner":
        with keeping([text.asset_id], by=people["eva"], at=later):
            Asset.objects.filter(pk=text.asset_id).update(owner=people["ada"])
    elif what == "sent back":
        rewrite(text.asset, people["eva"], later, title="Mine")
        send_back(text, by=people["eva"], at=later, text="As I have it now?")
        submit(text, by=people["anna"], at=later + timedelta(minutes=1))

    approve(text, by=people["eva"], at=at + timedelta(minutes=3))

    assert status(text) == Status.APPROVED


def test_the_page_tells_whoever_rewrote_it_why_they_cannot_approve(client, text, people, at):
    submit(text, by=people["anna"], at=at)
    rewrite(text.asset, people["eva"], at + timedelta(minutes=1), title="Mine")
    address = reverse("admin:content_translation_review", args=[text.pk])
    client.force_login(people["eva"])

    response = client.get(address)
    posted = client.post(address, {"action": "approve", "text": "", "seen": response.context["seen"]})

    assert "somebody else has to approve it" in response.content.decode()
    assert (set(response.context["steps"]), posted.status_code) == ({"send_back", "comment"}, 403)
    assert status(text) == Status.IN_REVIEW
