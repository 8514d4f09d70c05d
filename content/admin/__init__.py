"""What editors, analysts and administrators see: screens that translate, and no rule of content.

Importing it registers every screen; those in ``REPLACEMENTS`` take the place of one that another app registers.
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
# The first page follows the tasks, as the sidebar does, not the alphabet of the apps.
admin.site.index_template = "admin/content/index.html"

__all__ = [
    "AccessTokenAdmin",
    "AssetAdmin",
    "EditionAdmin",
    "EventAdmin",
    "ExpectedStepAdmin",
    "JourneyWithMapAdmin",
    "KindAdmin",
    "LocaleAdmin",
    "MediaAdmin",
    "PeopleAdmin",
    "PinAdmin",
    "PublicationAdmin",
    "ShareLinkAdmin",
    "SourceAdmin",
    "StageWithContentAdmin",
    "TargetAdmin",
    "TeamAdmin",
    "TermAdmin",
    "TouchpointWithContentAdmin",
    "TranslationAdmin",
    "VocabularyAdmin",
    "WaiverAdmin",
    "WebhookDeliveryAdmin",
    "WebhookEndpointAdmin",
]
