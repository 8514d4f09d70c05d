"""The admin: pages for editors, analysts and administrators, without any rule about content.

Importing the package registers every page; those in ``REPLACEMENTS`` replace one that another app registers.
"""

from django.contrib import admin
from django.contrib.auth.models import Group, User

from content.admin.asset.asset import AssetAdmin
from content.admin.findings.expected_step import ExpectedStepAdmin
from content.admin.map.journey_map import JourneyWithMapAdmin
from content.admin.map.pin import PinAdmin
from content.admin.map.stage import StageWithContentAdmin
from content.admin.map.target import TargetAdmin
from content.admin.map.touchpoint import TouchpointWithContentAdmin
from content.admin.publishing.edition import EditionAdmin, PublicationAdmin
from content.admin.publishing.waiver import WaiverAdmin
from content.admin.settings.access_token import AccessTokenAdmin
from content.admin.settings.event import EventAdmin
from content.admin.settings.kind import KindAdmin
from content.admin.settings.locale import LocaleAdmin
from content.admin.settings.media import MediaAdmin
from content.admin.settings.share_link import ShareLinkAdmin
from content.admin.settings.source import SourceAdmin
from content.admin.settings.users import GroupAdmin, UserAdmin
from content.admin.settings.vocabulary import TermAdmin, VocabularyAdmin
from content.admin.settings.webhook_delivery import WebhookDeliveryAdmin
from content.admin.settings.webhook_endpoint import WebhookEndpointAdmin
from content.admin.text.translation import TranslationAdmin
from journeys.models import Journey, Stage, Touchpoint

REPLACEMENTS = {
    Group: GroupAdmin,
    Journey: JourneyWithMapAdmin,
    Stage: StageWithContentAdmin,
    Touchpoint: TouchpointWithContentAdmin,
    User: UserAdmin,
}
# The first page shows the user's work instead of an alphabetical list of the apps.
admin.site.index_template = "admin/content/index.html"

__all__ = [
    "AccessTokenAdmin",
    "AssetAdmin",
    "EditionAdmin",
    "EventAdmin",
    "ExpectedStepAdmin",
    "GroupAdmin",
    "JourneyWithMapAdmin",
    "KindAdmin",
    "LocaleAdmin",
    "MediaAdmin",
    "PinAdmin",
    "PublicationAdmin",
    "ShareLinkAdmin",
    "SourceAdmin",
    "StageWithContentAdmin",
    "TargetAdmin",
    "TermAdmin",
    "TouchpointWithContentAdmin",
    "TranslationAdmin",
    "UserAdmin",
    "VocabularyAdmin",
    "WaiverAdmin",
    "WebhookDeliveryAdmin",
    "WebhookEndpointAdmin",
]
