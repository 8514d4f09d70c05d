"""What an import may add to the catalogue before it writes: vocabularies, terms and locales that it names."""

from django.core.exceptions import ValidationError

from content.catalogue import Catalogue
from content.importers.folder.files import Folder
from content.models import Locale, Term, Vocabulary
from content.showings.locales import put_locale


def add_missing(folder: Folder, catalogue: Catalogue) -> list[str]:
    """Adds what the mapping allows to be added and the files name: what was added, in words.

    A new locale falls back to the default one. A term that may not be added is left to be refused.
    """
    added: list[str] = []
    vocabularies = dict(catalogue.vocabularies)
    for slug, title in folder.mapping.vocabularies.items():
        if slug not in vocabularies:
            vocabularies[slug] = Vocabulary.objects.create(slug=slug, title=title)
            added.append(f"vocabulary {slug}")
    leads = folder.leads()
    if "terms" in folder.mapping.create:
        wanted = {named: title for text in leads for named, title in text.titles.items()}
        for name, slug in sorted(set(wanted) - set(catalogue.terms)):
            if name in vocabularies:
                term = Term(vocabulary=vocabularies[name], slug=slug, title=wanted[(name, slug)][:200])
                try:
                    term.save()
                except ValidationError as error:  # whatever carries it is refused by itself
                    added.append(f"not the term {name}:{slug}: {' '.join(error.messages)}")
                else:
                    added.append(f"term {name}:{slug}")
    codes = {code for texts in folder.texts.values() for code in texts}
    for code in sorted(codes - set(catalogue.locales)):
        put_locale(Locale(code=code, title=code, fallback=catalogue.default_locale))
        added.append(f"locale {code}")
    return added
