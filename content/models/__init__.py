from content.models.access_token import AccessToken
from content.models.address import Address
from content.models.asset import Asset
from content.models.assignment import Assignment
from content.models.audit_run import AuditRun
from content.models.comment import Comment
from content.models.edition import Edition, EditionMention, EditionTerm
from content.models.event import Event
from content.models.expected_step import ExpectedStep
from content.models.former_address import FormerAddress
from content.models.kind import Kind
from content.models.live_path import LivePath
from content.models.locale import Locale
from content.models.media import Media
from content.models.next_step import NextStep
from content.models.pin import Pin
from content.models.placement import Placement
from content.models.publication import Publication, PublishedState
from content.models.refusal import Refusal
from content.models.share_link import ShareLink
from content.models.showing import Showing
from content.models.source import Source
from content.models.target import Target
from content.models.translation import Status, Teaser, Translation
from content.models.vocabulary import Term, Vocabulary
from content.models.waiver import Waiver
from content.models.webhook_delivery import WebhookAttempt, WebhookDelivery
from content.models.webhook_endpoint import WebhookEndpoint

__all__ = [
    "AccessToken",
    "Address",
    "Asset",
    "Assignment",
    "AuditRun",
    "Comment",
    "Edition",
    "EditionMention",
    "EditionTerm",
    "Event",
    "ExpectedStep",
    "FormerAddress",
    "Kind",
    "LivePath",
    "Locale",
    "Media",
    "NextStep",
    "Pin",
    "Placement",
    "Publication",
    "PublishedState",
    "Refusal",
    "ShareLink",
    "Showing",
    "Source",
    "Status",
    "Target",
    "Teaser",
    "Term",
    "Translation",
    "Vocabulary",
    "Waiver",
    "WebhookAttempt",
    "WebhookDelivery",
    "WebhookEndpoint",
]
