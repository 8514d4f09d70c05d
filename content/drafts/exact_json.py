"""JSON for the history of drafts: instants to the microsecond, where Django's own keeps milliseconds."""

from datetime import datetime
from typing import Any

from django.core.serializers.json import Deserializer, DjangoJSONEncoder
from django.core.serializers.json import Serializer as DjangoSerializer

__all__ = ["Deserializer", "Serializer"]


class Encoder(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


class Serializer(DjangoSerializer):
    def _init_options(self) -> None:
        super()._init_options()  # type: ignore[misc]
        self.json_kwargs: dict[str, Any] = {**self.json_kwargs, "cls": Encoder, "ensure_ascii": False}
