"""A preview of a text as a search result, and meters for the length of its fields: advice, never a refusal."""

from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import gettext as _

SLUG = "{slug}"
MAX_LENGTHS = {"seo_title": 60, "seo_description": 160}  # characters that search results show whole


def advise_lengths(form):
    """Puts a meter under each field of ``form`` that search engines cut; ``search.js`` keeps it up to date."""
    for name, most in MAX_LENGTHS.items():
        if field := form.fields.get(name):
            field.help_text = _length_meter(name, len(_field_value(form, name, field)), most)


def _length_meter(name, length, most):
    """The meter of one field, with both texts as patterns for the script."""
    return format_html(
        '<span class="length-meter{}" data-length-of="id_{}" data-advised="{}" data-within="{}" data-over="{}">'
        '<progress max="{}" value="{}" aria-hidden="true"></progress><span class="length-words">{}</span></span>',
        " is-over" if length > most else "",
        name,
        most,
        *_length_patterns(),
        most,
        min(length, most),
        length_message(length, most),
    )


def _length_patterns():
    """Up to the advised length, and beyond it. The script fills them in too, so they are in its own syntax."""
    return _("{length} of {most} characters"), _("{length} of {most} characters; search engines cut it after {most}")


def _field_value(form, name, field):
    """The value of a field. ``form[name]`` would fix the help text before it is set."""
    if form.is_bound:
        return field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name)) or ""
    return form.get_initial_for_field(field, name) or ""


def length_message(length, most):
    within, over = _length_patterns()
    return (over if length > most else within).format(length=length, most=most)


def search_preview(translation):
    """The text as a search result; empty fields are taken from title and summary, as sites do."""
    no_title, no_words = _("Title"), _("Without a summary, search engines choose some words of the text.")
    title = translation.seo_title or translation.title or no_title
    words = translation.seo_description or translation.summary or no_words
    path = _path(translation)
    return format_html(
        '<div class="search-preview" data-path="{}" data-no-title="{}" data-no-words="{}">'
        '<p class="search-preview-address">{}<span>{}</span></p>'
        '<p class="search-preview-title">{}</p>'
        '<p class="search-preview-words">{}</p></div>'
        '<p class="search-preview-note">{}</p>',
        path,
        no_title,
        no_words,
        _("your site"),
        path.replace(SLUG, translation.slug or "…"),
        Truncator(title).chars(MAX_LENGTHS["seo_title"]),
        Truncator(words).chars(MAX_LENGTHS["seo_description"]),
        _("If these are empty, sites take the title and the summary."),
    )


def _path(translation):
    """The path of a text on the site, with ``{slug}`` in place of its slug."""
    if not (translation.asset_id and translation.locale_id):
        return f"/{SLUG}"
    return translation.asset.kind.url(SLUG, translation.locale.code)
