"""Two different texts are never shown at one path at a common instant, whichever verb or form would have it so."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from content.audit.run import findings
from content.catalogue import current_catalogue
from content.models import Edition, Kind, LivePath
from content.publishing.address_clashes import put_kind
from content.publishing.gate_findings import WAIVABLE, PublishRefused
from content.publishing.publish import check, publish, reschedule, restore, withdraw
from content.showings.write import rebuild_all
from tests.drafts import draft
from tests.factories import KindFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
DAY = timedelta(days=1)
CHOOSE = "choose another slug, or put {locale} into the path at which your site shows this kind."


@pytest.fixture
def news(kind):
    """Another kind that is shown at the root, as guides are: the same slug is the same path."""
    put(kind, {"": "/{slug}"})
    return KindFactory(slug="news", url_templates={"": "/{slug}"})


def put(kind, templates):
    kind.url_templates = templates
    return put_kind(kind)


def contact(*codes, kind="guide", **words):
    """A text in each of these languages, all called ``contact``."""
    asset = draft("see", locales=codes or ("en",), kind=kind, **words)
    asset.translations.update(slug="contact")
    return asset


def refused(call):
    """The codes and languages of what a verb refuses; none if it does not."""
    try:
        call()
    except PublishRefused as error:
        return [(finding.code, finding.locale, finding.field) for finding in error.findings]
    except ValidationError as error:
        return [error.code]
    return []


def paths():
    rows = LivePath.objects.order_by("path", "live_from").values_list("path", "locale__code", "edition__number")
    return list(rows)


def test_the_languages_of_one_asset_are_refused_one_path(at, kind, locales):
    asset = contact("en", "nb", "da")
    assert refused(lambda: publish(asset, at=at)) == [
        ("address_taken", "en", "slug"),
        ("address_taken", "nb", "slug"),
    ]
    assert (Edition.objects.count(), paths()) == (0, [])
    publish(asset, locales=[locales["nb"]], at=at)
    with pytest.raises(PublishRefused) as error:
        publish(asset, locales=[locales["en"]], at=at + DAY)
    title = asset.translations.get(locale=locales["nb"]).title
    assert error.value.messages == [
        f"“/guide/contact” is the address of “{title}” (Norsk bokmål) at the same time; {CHOOSE}"
    ]
    put(kind, {"": "/{locale}/guide/{slug}"})
    publish(asset, at=at + 2 * DAY)
    assert paths() == [
        ("/da/guide/contact", "da", 1),
        ("/en/guide/contact", "en", 1),
        ("/nb/guide/contact", "nb", 1),
    ]


def test_texts_of_different_kinds_are_refused_one_path_with_or_without_a_slash(at, news):
    put(news, {"": "/{slug}/"})
    first, second = contact(), contact(kind="news")
    publish(first, at=at)
    assert refused(lambda: publish(second, at=at + DAY)) == [("address_taken", "en", "slug")]
    assert [f.code for f in check(second, at=at + DAY) if f.refuses] == ["address_taken"]
    assert "address_taken" not in WAIVABLE


def test_of_two_in_one_call_the_later_is_told(at, news):
    first, second = contact(), contact(kind="news")
    with pytest.raises(PublishRefused) as error:
        publish([first, second], at=at)
    assert [finding.asset for finding in error.value.findings] == [second.public_id]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ((1, 3), (3, 5), []),  # one begins as the other ends
        ((3, 5), (1, 3), []),
        ((1, 3), (2, 4), ["address_taken"]),
        ((3, None), (1, 4), ["address_taken"]),
        ((3, None), (1, 3), []),
        ((2, 3), (1, None), ["address_taken"]),
    ],
)
def test_what_is_scheduled_counts_by_its_time(at, news, first, second, expected):
    for number, (asset, days) in enumerate([(contact(), first), (contact(kind="news"), second)]):
        start, end = (at + day * DAY if day else None for day in days)
        found = refused(
            lambda a=asset, s=start, e=end, n=number: publish(a, live_from=s, live_until=e, at=at + n * DAY / 9)
        )
        assert [code for code, *_ in found] == (expected if number else [])


def test_a_path_is_free_once_its_text_has_ended_moved_or_was_withdrawn(at, news):
    texts = [contact() for _ in range(2)]
    publish(texts[0], live_until=at + DAY, at=at)
    news_text = contact(kind="news")
    publish(news_text, at=at + DAY)  # it has ended by itself
    withdraw(news_text, at=at + 2 * DAY)
    publish(texts[0], at=at + 3 * DAY)
    texts[0].translations.update(slug="moved")
    publish(texts[0], at=at + 4 * DAY)
    publish(news_text, at=at + 5 * DAY)
    assert paths() == [("/contact", "en", 2), ("/moved", "en", 3)]


def test_giving_back_a_name_that_was_to_be_given_up_is_refused(at, news):
    """One moves on Monday and another takes its place then; whoever puts the move off would have both there."""
    asset, other = contact(), contact(kind="news")
    publish(asset, at=at)
    asset.translations.update(slug="moved")
    [moving] = publish(asset, live_from=at + 5 * DAY, at=at + DAY)
    publish(other, live_from=at + 5 * DAY, at=at + 2 * DAY)
    assert refused(lambda: reschedule(moving, live_from=at + 6 * DAY, at=at + 3 * DAY)) == ["address_taken"]
    assert refused(lambda: reschedule(moving, live_from=at + 4 * DAY, at=at + 3 * DAY)) == []
    withdraw(asset, at=at + 4 * DAY)  # ends both of its editions
    assert paths() == [("/contact", "en", 1)]


def test_longer_is_refused_where_another_follows(at, news):
    asset, other = contact(), contact(kind="news")
    [edition] = publish(asset, live_until=at + 3 * DAY, at=at)
    publish(other, live_from=at + 3 * DAY, at=at + DAY)
    assert refused(lambda: reschedule(edition, live_until=at + 4 * DAY, at=at + 2 * DAY)) == ["address_taken"]
    assert refused(lambda: reschedule(edition, live_until=None, at=at + 2 * DAY)) == ["address_taken"]
    assert refused(lambda: reschedule(edition, live_until=at + 2.5 * DAY, at=at + 2 * DAY)) == []


def test_old_words_come_back_only_to_a_path_that_is_free(at, news):
    asset, other = contact(), contact(kind="news")
    [old] = publish(asset, at=at)
    asset.translations.update(slug="moved")
    publish(asset, at=at + DAY)
    publish(other, at=at + 2 * DAY)
    assert refused(lambda: restore(old, at=at + 3 * DAY)) == [("address_taken", "en", "slug")]
    withdraw(other, at=at + 4 * DAY)
    assert refused(lambda: restore(old, at=at + 5 * DAY)) == []


def test_a_template_that_would_show_two_texts_at_one_path_is_refused_in_the_form(admin_client, at, news):
    put(news, {"": "/news/{slug}"})
    publish([contact(title="Write to us"), contact(kind="news", title="A contact")], at=at)
    page = reverse("admin:content_kind_change", args=[news.pk])
    form = {"title": "News", "slug": "news", "schema": '{"type": "object", "properties": {}}', "titles": ""}
    before = paths()
    answer = admin_client.post(page, {**form, "url_templates": '{"": "/{slug}"}'})
    message = (
        "“/contact” would be the address of two texts: “A contact” (English) and “Write to us” (English). "
        "Put {locale} or another word into the path, or give one of them another slug first."
    )
    assert (answer.status_code, answer.context["adminform"].form.errors) == (200, {"url_templates": [message]})
    assert (paths(), Kind.objects.get(pk=news.pk).url_templates) == (before, {"": "/news/{slug}"})
    assert admin_client.post(page, {**form, "url_templates": '{"": "/{locale}/{slug}/"}'}).status_code == 302
    assert paths() == [("/contact", "en", 1), ("/en/contact", "en", 1)]
    with pytest.raises(ValidationError) as error:
        put(news, {"": "/{slug}"})
    assert error.value.messages == [message]


def test_a_template_of_one_language_moves_that_language_alone(at, kind):
    put(kind, {"": "/{locale}/{slug}"})
    publish(contact("en", "nb"), at=at)
    put(kind, {"": "/{locale}/{slug}", "nb": "/nb/veiledning/{slug}"})
    assert paths() == [("/en/contact", "en", 1), ("/nb/veiledning/contact", "nb", 1)]
    assert refused(lambda: put(kind, {"": "/{slug}"})) == ["address_taken"]
    assert paths() == [("/en/contact", "en", 1), ("/nb/veiledning/contact", "nb", 1)]


@pytest.mark.parametrize(
    ("template", "is_good"),
    [
        ("/{locale}/guides/{slug}", True),
        ("/guides/{slug}.{locale}.html", True),
        ("/{slug}/", True),
        ("/{locale}/guides", False),
        ("/{locale}/{locale}/{slug}", False),
        ("/{slug}/{slug}", False),
        ("/{language}/{slug}", False),
        ("/{locale/{slug}", False),
        ("guides/{slug}", False),
        ("/" + "x" * 300 + "{slug}", False),
    ],
)
def test_templates_may_carry_the_language_of_the_text(kind, template, is_good):
    kind.url_templates = {"": template}
    if is_good:
        kind.full_clean()
    else:
        with pytest.raises(ValidationError) as error:
            kind.full_clean()
        assert [e.code for e in error.value.error_dict["url_templates"]] == ["url_template_invalid"]


@pytest.mark.parametrize(
    ("path", "slug"),
    [
        ("/nb/veiledning/grill", "grill"),
        ("/pt-BR/guides/grill", "grill"),
        ("/en/guides/grill", "grill"),
        ("/en/veiledning/grill", None),
        ("/guides/grill", None),
        ("/guide/grill", "grill"),
        ("/en/guides/", None),
        ("/en/guides/a/b", None),
    ],
)
def test_a_path_with_a_language_is_known_again(kind, path, slug):
    kind.url_templates = {"": "/{locale}/guides/{slug}", "nb": "/{locale}/veiledning/{slug}/"}
    assert kind.slug_at(path) == slug


@pytest.fixture
def old_clash(at, news):
    """Two texts at one path, as they could be before anything looked."""
    put(news, {"": "/news/{slug}"})
    guide, other = contact(title="Guide"), contact(kind="news", title="News")
    publish([guide, other], at=at)
    Kind.objects.filter(pk=news.pk).update(url_templates={"": "/{slug}"})
    for _ in rebuild_all():
        pass
    return guide, other


def test_the_audit_names_what_shares_a_path_already(at, journey, old_clash):
    guide, other = old_clash
    found = findings(journey, at=at + DAY, catalogue=current_catalogue(), segments=["everyone"])
    results = [
        (finding.severity, finding.subject.id, finding.context.locale, finding.message, finding.evidence)
        for finding in found
        if finding.code == "address_taken"
    ]
    both = {"assets": [guide.public_id, other.public_id], "count": 2, "path": "/contact"}
    assert results == [
        ("error", guide.public_id, "en", "“/contact” is also the address of “News” (English).", both),
        (
            "error",
            other.public_id,
            "en",
            "“/contact” is also the address of “Guide” (English).",
            {**both, "assets": [other.public_id, guide.public_id]},
        ),
    ]


def test_what_shares_a_path_already_can_be_mended(at, old_clash):
    other = old_clash[1]
    other.translations.update(summary="Anew")
    assert refused(lambda: publish(other, at=at + DAY)) == [("address_taken", "en", "slug")]
    other.translations.update(slug="news-contact")
    publish(other, at=at + DAY)
    assert paths() == [("/contact", "en", 1), ("/news-contact", "en", 2)]


def test_rebuilding_mends_paths_that_are_wrong_and_leaves_others(at, news):
    publish([contact(), draft("see", slug="other")], at=at)
    assert sum(wrong for _, wrong in rebuild_all()) == 0
    before = paths()
    LivePath.objects.filter(path="/contact").update(path="/wrong")
    LivePath.objects.filter(path="/other").delete()
    assert sum(wrong for _, wrong in rebuild_all()) == 2
    assert (paths(), sum(wrong for _, wrong in rebuild_all())) == (before, 0)


def test_a_load_holds_what_would_take_a_path_and_publishes_the_rest(tmp_path, capsys, news):
    lines = [
        f'{{"key": "{kind}", "kind": "{kind}", "no_stage_reason": "x", "placements": [], "publish": {{}}, '
        f'"translations": [{{"locale": "en", "slug": "contact", "title": "{kind}"}}]}}'
        for kind in ("guide", "news")
    ]
    (tmp_path / "lines.jsonl").write_text("\n".join(lines))
    call_command("load_content", str(tmp_path / "lines.jsonl"), verbosity=0)
    assert "line 2: en not published: address_taken: “/contact” is the address of “guide”" in capsys.readouterr().err
    assert [edition.title for edition in Edition.objects.all()] == ["guide"]


def at_once(*calls):
    """What each of these calls is refused, made at the same time on connections of their own."""
    start, found = threading.Barrier(len(calls)), [None] * len(calls)

    def run(number, call):
        try:
            start.wait()
            found[number] = refused(call)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.skipif(connection.vendor != "postgresql", reason="in memory there is one connection")
@pytest.mark.django_db(transaction=True)
def test_of_two_publishers_at_once_one_is_refused(news):
    first, second = contact(), contact(kind="news")
    found = at_once(lambda: publish(first), lambda: publish(second))
    assert sorted(found) == [[], [("address_taken", "en", "slug")]]
    assert paths() == [("/contact", "en", 1)]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="in memory there is one connection")
@pytest.mark.django_db(transaction=True)
def test_of_a_publisher_and_a_new_template_at_once_one_is_refused(news):
    put(news, {"": "/news/{slug}"})
    text = contact(kind="news")
    publish([text])
    other = contact()
    found = at_once(lambda: publish(other), lambda: put(news, {"": "/{slug}"}))
    assert sorted(found, key=bool) in ([[], [("address_taken", "en", "slug")]], [[], ["address_taken"]])
    assert [path for path, *_ in paths()].count("/contact") == 1
