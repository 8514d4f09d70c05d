"""The tabs of an asset: its own page and one for each language, with what each lacks to be published."""

from dataclasses import dataclass, field

from django.utils.http import urlencode

from content import clock
from content.accounts.ownership import may_edit
from content.admin.asset.state import COLOURS, state_label_of
from content.admin.local_time import localise_instants
from content.admin.publishing.anchors import is_shared, place_to_mend
from content.catalogue import current_catalogue
from content.models import Asset, Comment, Status, Translation
from content.models.comment import CommentKind
from content.publishing.checklist import checklist
from journeys.admin.urls import admin_url


@dataclass(frozen=True)
class Tab:
    """A page of an asset, the link empty for who may not go; ``lacking`` is how much speaks against publishing."""

    title: str
    link: str
    is_here: bool
    code: str = ""
    is_written: bool = True
    lacking: int = 0
    is_copy: bool = False


@dataclass
class MissingItem:
    """One thing the gates say, of which languages, and where to mend it."""

    message: str
    link: str
    codes: list = field(default_factory=list)


TABS = "admin/content/tabs.html"  # what draws the context of a ``TabBar`` above the form


class TabBar:
    """The tabs of one asset and what is missing, as somebody on one of its pages sees them.

    ``here`` is the id of the page's language, ``None`` for the page of the asset itself. Ten queries, or eleven
    where waivers may be.
    """

    def __init__(self, request, site, asset, here):
        self.request = request
        self.asset = asset
        self.here = here
        self.screen = site.get_model_admin(Translation)
        self.locales = current_catalogue().locales
        self.found = checklist(asset, current_catalogue(), at=clock.now())
        self.texts = dict(Translation.objects.filter(asset=asset).order_by().values_list("locale__code", "pk"))

    @property
    def context(self):
        shown = [
            finding
            for code, said in self.found.items()
            for finding in said
            if self.here is None or self.locales[code].pk == self.here
        ]
        texts = Translation.objects.filter(asset=self.asset, locale=self.here)
        word = state_label_of(Asset.objects.filter(pk=self.asset.pk) if self.here is None else texts, at=clock.now())
        return {
            "sent_back": self._sent_back(texts),
            "state": word,
            "state_colour": COLOURS.get(word, ""),
            "tabs": [self._own_tab(), *(self._tab(locale) for locale in self.locales.values())],
            "lacking": self._told(finding for finding in shown if finding.refuses),
            "worth_knowing": self._told(finding for finding in shown if not finding.refuses),
            "is_copy": any(finding.code == "untranslated" for finding in shown),
            "ordered": self.asset if self.asset.brief else None,
            "is_to_write": not (self.texts if self.here is None else self._is_written(self.here)),
            "names_languages": self.here is None,
            "is_unwritten": not (self.here is None or self._is_written(self.here)),
        }

    def _sent_back(self, texts):
        """What the reviewer said, as long as the text is back with whoever asked. One query on the page of a text."""
        said = Comment.objects.exclude(action=CommentKind.COMMENT).filter(
            translation__in=texts, translation__status=Status.DRAFT, translation__assignee__isnull=False
        )
        last = said.select_related("by").first() if self.here else None
        return last if last and last.action == CommentKind.SEND_BACK else None

    def _own_tab(self):
        refusing = [finding for said in self.found.values() for finding in said if finding.refuses]
        lacking = self._told(finding for finding in refusing if is_shared(finding, self.asset.kind))
        return Tab("Asset", admin_url(Asset, "change", self.asset.pk), self.here is None, lacking=len(lacking))

    def _tab(self, locale):
        pk = self.texts.get(locale.code)
        link = ""
        if pk and self.screen.has_view_permission(self.request):
            link = admin_url(Translation, "change", pk)
        elif pk is None and self.screen.has_add_permission(self.request) and may_edit(self.request.user, self.asset):
            link = f"{admin_url(Translation, 'add')}?{urlencode({'asset': self.asset.pk, 'locale': locale.pk})}"
        said = self.found.get(locale.code, ())
        lacking = sum(finding.refuses for finding in said)
        is_copy = any(finding.code == "untranslated" for finding in said)
        return Tab(locale.title, link, locale.pk == self.here, locale.code, pk is not None, lacking, is_copy)

    def _is_written(self, locale_id):
        return any(self.locales[code].pk == locale_id for code in self.texts)

    def _told(self, findings):
        """``findings`` in words; what is said of the asset in several languages stands once."""
        told = {}
        for finding in findings:
            link = place_to_mend(finding, self.asset, self.texts.get(finding.locale))
            told.setdefault((link, finding.message), MissingItem(self._words(finding), link)).codes.append(
                finding.locale
            )
        return list(told.values())

    def _words(self, finding):
        """A field of the kind goes by its title here."""
        if finding.code != "fields_invalid":
            return localise_instants(finding.message)
        name = finding.field.split(".")[1] if "." in finding.field else ""
        title = self.asset.kind.schema["properties"].get(name, {}).get("title") or name or "Fields of its kind"
        return f"{title}: {finding.message.partition(': ')[2]}"
