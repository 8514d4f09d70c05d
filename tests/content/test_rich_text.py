"""Rich text: bounded where it comes in, whatever it is made of; what is larger already stays readable."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from content.audit.run import findings
from content.catalogue import current_catalogue
from content.drafts.diff import word_diff
from content.drafts.history import keep, latest
from content.drafts.revert import revert
from content.models import Edition, Translation
from content.publishing.publish import publish, restore
from content.richtext import excess, refuse_excess, sanitise
from journeys.models import Journey
from tests.drafts import draft

UNITS = ["&", "<", "<a ", "<b>", "&#", "&x", "<div>", "<b></i>", "<a href=x>", "<svg><foo/>", "<p><b lang=1>", "é"]
LONG = "<p>" + "word " * 50_000 + "</p>"


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("size", [300_000, 600_000])
def test_too_much_of_anything_is_refused_before_it_is_parsed(unit, size):
    with pytest.raises(ValidationError) as refused:
        refuse_excess(unit * (size // len(unit)))
    assert refused.value.code == "rich_text_excess"


@pytest.mark.parametrize(
    ("html", "message"),
    [
        ("<p>" + "x" * 210_000, "This text is too long (206 KB of HTML, at most 200); split it in two."),
        (
            "<br>" * 10_001,
            "This text has too much markup (10,001 tags, at most 10,000); split it or paste it plain.",
        ),
        ("<div>" * 101, "The markup of this text is nested too deeply (more than 100 levels); paste it plain."),
        (
            "<p>" + "".join(f"<b lang={number}>" for number in range(90)) + "</p>" + "<p>x" * 9_000,
            "This text has too many kinds of bold, italic and other formats; paste it as plain text.",
        ),
        (
            "<p>" + "".join(f"<b a='>' lang={number}>" for number in range(90)) + "</p>" + "<p>x" * 9_000,
            "This text has too many kinds of bold, italic and other formats; paste it as plain text.",
        ),
    ],
    ids=["long", "tags", "deep", "formats", "hidden formats"],
)
def test_what_is_too_much_is_said_with_what_to_do(html, message):
    with pytest.raises(ValidationError) as refused:
        refuse_excess(html)
    assert refused.value.messages == [message]


@pytest.mark.parametrize(
    "html",
    [
        "<p>" + "word " * 40_000 + "</p>",
        "&" * 40_000,
        "<ul>" + "<li>one" * 9_000 + "</ul>",
        "<p>a<p>b" * 4_900,
        "<table>" + "<tr><td>1<td>2" * 3_300 + "</table>",
        "<svg>" + "<path d='M0'/>" * 5_000 + "</svg>",
        "<div>" * 100 + "</div>" * 100,
        "<p><b>x</b> <i>y</i></p>" * 3_000,
        "".join(f'<pre><code class="language-{number % 20}">x</code></pre>' for number in range(1000)),
    ],
    ids=["prose", "ampersands", "items", "paragraphs", "table", "drawing", "depth", "formats", "code"],
)
def test_a_long_text_within_the_bounds_is_taken(html):
    refuse_excess(html)
    assert sanitise(sanitise(html)) == sanitise(html)


@given(st.text(st.sampled_from("&<>;a#x/ '\"=b!?"), max_size=60))
def test_escaping_what_is_bare_changes_no_sanitised_text(html):
    clean = sanitise(html)
    assert sanitise(clean) == clean


def test_bare_signs_are_read_as_what_they_are():
    assert sanitise("a & b < c &amp; &lt; &#38; &eacute; 1<2 <b>x</b>") == (
        "a &amp; b &lt; c &amp; &lt; &amp; é 1&lt;2 <b>x</b>"
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
class TestLongAlready:
    @pytest.fixture
    def old(self, at):
        """A text of before there were bounds, live, with a history."""
        asset = draft("think", title="Old", steps=(("learn_more", "/more"), ("contact", "/contact")))
        Translation.objects.filter(asset=asset).update(body=LONG)
        publish(asset, at=at)
        keep(asset, by=None, at=at)
        return asset

    def test_is_read_published_again_restored_and_reverted_to(self, old, at, api):
        revision = latest(old.pk)
        text = old.translations.get()
        text.body = "<p>short</p>"
        text.save()
        keep(old, by=None, at=at)
        restore(Edition.objects.get())
        revert(old, revision, by=None, at=at)
        publish(old)
        assert old.translations.get().body == LONG
        assert api.get(f"/api/v1/content/{old.public_id}/").json()["body"] == LONG

    def test_is_named_by_the_audit(self, old, at):
        found = findings(Journey.objects.get(slug="see-think-do-care"), at=at, catalogue=current_catalogue())
        [finding] = [one for one in found if one.code == "text_too_long"]
        assert (finding.subject.id, finding.context.locale, finding.message) == (old.public_id, "en", excess(LONG))

    def test_its_page_saves_what_else_is_changed_but_no_other_long_text(self, old, admin_client):
        text = old.translations.get()
        page = reverse("admin:content_translation_change", args=[text.pk])
        rows = {
            f"{name}-{count}": 0 for name in ("next_steps", "teasers") for count in ("TOTAL_FORMS", "INITIAL_FORMS")
        }
        words = {"title": "New", "slug": text.slug, "body": LONG, "fields": "{}", **rows}
        assert admin_client.post(page, words).status_code == 302
        refused = admin_client.post(page, {**words, "body": f"{LONG}<p>more</p>"})
        assert refused.context["adminform"].form.errors["body"] == [excess(f"{LONG}<p>more</p>")]
        assert old.translations.get().title == "New"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\n" * 50_000, "a\n" * 49_000),
        ("".join(f"x\nu{i}\n" for i in range(990)), "".join(f"x\nv{i}\n" for i in range(990))),
        ("&".join(f"u{i}" for i in range(990)), "&".join(f"v{i}" for i in range(990))),
        ("&" * 200_000, "&" * 199_000),
    ],
)
def test_a_diff_of_what_comes_again_and_again_is_whole_and_comes_to_an_end(before, after):
    pieces = word_diff(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind != "ins") == before
    assert "".join(piece.text for piece in pieces if piece.kind != "del") == after
