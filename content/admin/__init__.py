from django.contrib import admin

from content.admin.access_token import AccessTokenAdmin
from content.admin.asset import AssetAdmin
from content.admin.edition import EditionAdmin, PublicationAdmin
from content.admin.event import EventAdmin
from content.admin.expected_step import ExpectedStepAdmin
from content.admin.journey_map import JourneyWithMapAdmin
from content.admin.kind import KindAdmin
from content.admin.locale import LocaleAdmin
from content.admin.media import MediaAdmin
from content.admin.pin import PinAdmin
from content.admin.share_link import ShareLinkAdmin
from content.admin.source import SourceAdmin
from content.admin.stage import StageWithContentAdmin
from content.admin.target import TargetAdmin
from content.admin.touchpoint import TouchpointWithContentAdmin
from content.admin.translation import TranslationAdmin
from content.admin.users import PeopleAdmin, TeamAdmin
from content.admin.vocabulary import TermAdmin, VocabularyAdmin
from content.admin.waiver import WaiverAdmin
from content.admin.webhook_delivery import WebhookDeliveryAdmin
from content.admin.webhook_endpoint import WebhookEndpointAdmin

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
