"""What an import may add to the catalogue before it writes: vocabularies, terms and locales that it names."""

from content.catalogue import Catalogue
from content.fallback import put_locale
from content.importers.folder import Folder
from content.models import Locale, Term, Vocabulary


def add_missing(folder: Folder, catalogue: Catalogue) -> list[str]:
    """Adds what the mapping allows to be added and the files name: what was added, in words.

    A new locale falls back to the default one. What the mapping does not allow is left to be refused.
    """
    added: list[str] = []
    vocabularies = dict(catalogue.vocabularies)
    for slug, title in folder.mapping.vocabularies.items():
        if slug not in vocabularies:
            vocabularies[slug] = Vocabulary.objects.create(slug=slug, title=title)
            added.append(f"vocabulary {slug}")
    texts = [text for group in folder.texts.values() for text in group.values()]
    if "terms" in folder.mapping.create:
        wanted = {
            (vocabulary, slug) for text in texts for vocabulary, slugs in text.asset["terms"].items() for slug in slugs
        }
        for name, slug in sorted(wanted - set(catalogue.terms)):
            if name in vocabularies:
                Term.objects.create(vocabulary=vocabularies[name], slug=slug, title=slug.replace("-", " ").capitalize())
                added.append(f"term {name}:{slug}")
    if "locales" in folder.mapping.create:
        for code in sorted({text.report.locale for text in texts} - set(catalogue.locales)):
            put_locale(Locale(code=code, title=code, fallback=catalogue.default_locale))
            added.append(f"locale {code}")
    return added
