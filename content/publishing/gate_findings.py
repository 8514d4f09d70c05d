"""What the publishing gates say, and how a refusal reaches whoever asked to publish."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.core.exceptions import ValidationError

WAIVABLE = frozenset({"stage_missing", "cta_missing", "cta_target_dead", "binary_choice", "not_approved"})


class Weight(StrEnum):
    """``refusal`` always refuses, ``waivable`` unless waived, ``warning`` is shown and stored."""

    REFUSAL = "refusal"
    WAIVABLE = "waivable"
    WARNING = "warning"


@dataclass(frozen=True)
class GateFinding:
    """One thing a gate says of one asset in one locale, in words, with the field it hangs on."""

    code: str
    weight: Weight
    message: str
    asset: str
    locale: str
    field: str = ""
    waived: bool = False

    @property
    def key(self) -> str:
        """Stable as long as the fault stands: what a waiver hangs on."""
        return f"{self.code}:{self.asset}:{self.locale}"

    @property
    def refuses(self) -> bool:
        return self.weight is not Weight.WARNING and not self.waived

    def as_data(self) -> dict[str, object]:
        return {**asdict(self), "key": self.key}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "GateFinding":
        """The finding that ``as_data`` made ``data`` of."""
        return cls(**{name: value for name, value in data.items() if name != "key"})


class PublishRefused(ValidationError):
    """A publishing verb refused; nothing has changed.

    ``findings`` are all that speak against it, ``warnings`` what the gates say besides; both by asset.
    """

    def __init__(self, findings: list[GateFinding]) -> None:
        self.findings = [finding for finding in findings if finding.refuses]
        self.warnings = [finding for finding in findings if not finding.refuses]
        errors = ((f.message.replace("%", "%%"), f.code, {"key": f.key}) for f in self.findings)
        super().__init__([ValidationError(message, code=code, params=params) for message, code, params in errors])
