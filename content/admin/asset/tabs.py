"""The tabs of an asset: its own page and one for each language, with what each needs to be published."""

from dataclasses import dataclass, field

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from content import clock
from content.accounts.ownership import may_edit
from content.admin.asset.state import COLOURS, first_state
from content.admin.local_time import localise_instants
from content.admin.publishing.anchors import is_shared, place_to_mend
from content.catalogue import current_catalogue
from content.models import Asset, Comment, Status, Translation
from content.models.comment import CommentKind
from content.publishing.checklist import checklist
from journeys.admin.urls import admin_url


@dataclass(frozen=True)
class Tab:
    """A page of an asset. The link is empty for those who may not go there; ``problems`` keep it from publishing."""

    title: str
    link: str
    is_here: bool
    code: str = ""
    is_written: bool = True
    problems: int = 0
    is_copy: bool = False


@dataclass
class GateMessage:
    """A message of the gates, the languages that it is about, and the address of the field to change."""

    message: str
    link: str
    codes: list = field(default_factory=list)  # of the languages


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
        self.findings = checklist(asset, current_catalogue(), at=clock.now())
        self.texts = dict(Translation.objects.filter(asset=asset).order_by().values_list("locale__code", "pk"))

    @property
    def context(self):
        findings = [
            finding
            for code, of_locale in self.findings.items()
            for finding in of_locale
            if self.here is None or self.locales[code].pk == self.here
        ]
        texts = Translation.objects.filter(asset=self.asset, locale=self.here)
        state = first_state(Asset.objects.filter(pk=self.asset.pk) if self.here is None else texts, at=clock.now())
        return {
            "sent_back": self._sent_back(texts),
            "state": state.label if state else "",
            "state_colour": COLOURS.get(state, ""),
            "tabs": [self._own_tab(), *(self._tab(locale) for locale in self.locales.values())],
            "problems": self._messages(finding for finding in findings if finding.refuses),
            "warnings": self._messages(finding for finding in findings if not finding.refuses),
            "is_copy": any(finding.code == "untranslated" for finding in findings),
            "brief_of": self.asset if self.asset.brief else None,
            "is_to_write": not (self.texts if self.here is None else self._is_written(self.here)),
            "names_languages": self.here is None,
            "is_unwritten": not (self.here is None or self._is_written(self.here)),
        }

    def _sent_back(self, texts):
        """The reviewer's comment, while the text is back with whoever asked for it. One query on the page of a text."""
        steps = Comment.objects.exclude(action=CommentKind.COMMENT).filter(
            translation__in=texts, translation__status=Status.DRAFT, translation__assignee__isnull=False
        )
        last = steps.select_related("by").first() if self.here else None
        return last if last and last.action == CommentKind.SEND_BACK else None

    def _own_tab(self):
        refusing = [finding for of_locale in self.findings.values() for finding in of_locale if finding.refuses]
        problems = self._messages(finding for finding in refusing if is_shared(finding, self.asset.kind))
        return Tab(_("Asset"), admin_url(Asset, "change", self.asset.pk), self.here is None, problems=len(problems))

    def _tab(self, locale):
        pk = self.texts.get(locale.code)
        link = ""
        if pk and self.screen.has_view_permission(self.request):
            link = admin_url(Translation, "change", pk)
        elif pk is None and self.screen.has_add_permission(self.request) and may_edit(self.request.user, self.asset):
            link = f"{admin_url(Translation, 'add')}?{urlencode({'asset': self.asset.pk, 'locale': locale.pk})}"
        findings = self.findings.get(locale.code, ())
        problems = sum(finding.refuses for finding in findings)
        is_copy = any(finding.code == "untranslated" for finding in findings)
        return Tab(locale.title, link, locale.pk == self.here, locale.code, pk is not None, problems, is_copy)

    def _is_written(self, locale_id):
        return any(self.locales[code].pk == locale_id for code in self.texts)

    def _messages(self, findings):
        """``findings`` as messages; one that several languages share stands once, with their codes."""
        messages = {}
        for finding in findings:
            link = place_to_mend(finding, self.asset, self.texts.get(finding.locale))
            message = messages.setdefault((link, finding.message), GateMessage(self._message(finding), link))
            message.codes.append(finding.locale)
        return list(messages.values())

    def _message(self, finding):
        """The gate's message, with the title of a kind's field in place of its path."""
        if finding.code != "fields_invalid":
            return localise_instants(finding.message)
        # “fields.rating: Must be a number.” becomes “Rating: Must be a number.”
        name = finding.field.split(".")[1] if "." in finding.field else ""
        title = self.asset.kind.schema["properties"].get(name, {}).get("title") or name or _("Fields of its kind")
        return _("%(field)s: %(message)s") % {"field": title, "message": finding.message.partition(": ")[2]}
