"""What a search engine would show of a text, and how long its words are: advice, never a refusal."""

from django.utils.html import format_html
from django.utils.text import Truncator

SLUG = "{slug}"
NO_WORDS = "Without a summary, search engines choose some words of the text."
ADVISED = {"seo_title": 60, "seo_description": 160}  # characters that search results show whole


def advise_lengths(form):
    """Puts a meter under each field of ``form`` that search engines cut; ``search.js`` keeps it up to date."""
    for name, most in ADVISED.items():
        if field := form.fields.get(name):
            length = len(_written(form, name, field))
            meter = '<span class="length-meter{}" data-length-of="id_{}" data-advised="{}">{}</span>'
            words = '<progress max="{}" value="{}" aria-hidden="true"></progress><span class="length-words">{}</span>'
            told = format_html(words, most, min(length, most), length_in_words(length, most))
            field.help_text = format_html(meter, " is-over" if length > most else "", name, most, told)


def _written(form, name, field):
    """What stands in a field. Asking the form for it would fix what is said below it."""
    if form.is_bound:
        return field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name)) or ""
    return form.get_initial_for_field(field, name) or ""


def length_in_words(length, most):
    over = f"; search engines cut it after {most}" if length > most else ""
    return f"{length} of {most} characters{over}"


def search_preview(translation):
    """The result as a search engine would show it: what is empty is taken from title and summary, as sites do."""
    title = translation.seo_title or translation.title or "Title"
    said = translation.seo_description or translation.summary or NO_WORDS
    path = _path(translation)
    return format_html(
        '<div class="search-preview" data-path="{}">'
        '<p class="search-preview-address">your site<span>{}</span></p>'
        '<p class="search-preview-title">{}</p>'
        '<p class="search-preview-words">{}</p></div>'
        '<p class="search-preview-note">Left empty, a site takes the title and the summary.</p>',
        path,
        path.replace(SLUG, translation.slug or "…"),
        Truncator(title).chars(ADVISED["seo_title"]),
        Truncator(said).chars(ADVISED["seo_description"]),
    )


def _path(translation):
    """Where the site shows a text of this kind and language, with a place for its slug."""
    if not (translation.asset_id and translation.locale_id):
        return f"/{SLUG}"
    return translation.asset.kind.url(SLUG, translation.locale.code)
