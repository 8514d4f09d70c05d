"""The vocabularies in the words of the API."""

from content.catalogue import Catalogue
from content.models import Kind, Locale, Vocabulary


def kind_json(kind: Kind, catalogue: Catalogue, codes: list[str]) -> dict[str, object]:
    return {
        "slug": kind.slug,
        "title": kind.title_in(codes),
        "description": kind.description,
        "schema": kind.schema,
        "url_templates": kind.url_templates,
    }


def locale_json(locale: Locale, catalogue: Catalogue, codes: list[str]) -> dict[str, object]:
    chain = catalogue.codes(locale)
    return {
        "code": locale.code,
        "title": locale.title,
        "fallback": chain[1] if len(chain) > 1 else None,
        "is_default": locale == catalogue.default_locale,
    }


def vocabulary_json(vocabulary: Vocabulary, catalogue: Catalogue, codes: list[str]) -> dict[str, object]:
    terms = [term for (slug, _), term in catalogue.public_terms.items() if slug == vocabulary.slug]
    slugs = {term.pk: term.slug for term in terms}
    return {
        "slug": vocabulary.slug,
        "title": vocabulary.title_in(codes),
        "terms": [
            {
                "slug": term.slug,
                "title": term.title_in(codes),
                "parent": slugs[term.parent_id] if term.parent_id else None,
            }
            for term in terms
        ],
    }


def service_json(catalogue: Catalogue, path: str) -> dict[str, object]:
    default_locale, default_journey = catalogue.default_locale, catalogue.atlas.default_journey
    names = ("journeys", "segments", "channels", "touchpoints", "kinds", "locales", "vocabularies", "content", "docs")
    return {
        "name": "Waymark",
        "links": {**{name: f"{path}{name}/" for name in names}, "openapi": f"{path}openapi.json"},
        "locales": list(catalogue.locales),
        "default_locale": default_locale.code if default_locale else None,
        "default_journey": default_journey.slug if default_journey else None,
    }
