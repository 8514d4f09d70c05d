"""Adds to the catalogue what an import names and its mapping allows: vocabularies, terms and locales."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from content.catalogue import Catalogue
from content.importers.folder.files import Folder
from content.models import Locale, Term, Vocabulary
from content.showings.locales import put_locale


def add_missing(folder: Folder, catalogue: Catalogue) -> list[str]:
    """Adds what the mapping allows and the files name: what was added, in words.

    A new locale falls back to the default one. A term that may not be added is left to be refused.
    """
    added: list[str] = []
    vocabularies = dict(catalogue.vocabularies)
    for slug, title in folder.mapping.vocabularies.items():
        if slug not in vocabularies:
            vocabularies[slug] = Vocabulary.objects.create(slug=slug, title=title)
            added.append(_("vocabulary %(slug)s") % {"slug": slug})
    leads = folder.leads()
    if "terms" in folder.mapping.create:
        titles = {key: title for text in leads for key, title in text.titles.items()}
        for name, slug in sorted(set(titles) - set(catalogue.terms)):
            if name in vocabularies:
                term = Term(vocabulary=vocabularies[name], slug=slug, title=titles[(name, slug)][:200])
                try:
                    term.save()
                except ValidationError as error:  # the files with it are refused, each by itself
                    words = {"term": f"{name}:{slug}", "reason": " ".join(error.messages)}
                    added.append(_("not the term %(term)s: %(reason)s") % words)
                else:
                    added.append(_("term %(term)s") % {"term": f"{name}:{slug}"})
    codes = {code for texts in folder.texts.values() for code in texts}
    for code in sorted(codes - set(catalogue.locales)):
        put_locale(Locale(code=code, title=code, fallback=catalogue.default_locale))
        added.append(_("locale %(code)s") % {"code": code})
    return added
