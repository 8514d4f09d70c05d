"""What others may lay upon the picture of a journey: plain data, by the slugs of stages and touchpoints."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mark:
    """A count and what it means, in a word; what ``lacks`` stands out."""

    count: int
    words: str
    lacks: bool = False

    @property
    def text(self) -> str:
        return f"{self.count} {self.words}".rstrip()


@dataclass(frozen=True)
class Overlay:
    """Marks with a caption that says what they tell, and addresses that stages and touchpoints lead to."""

    caption: str = ""
    stages: Mapping[str, Mark] = field(default_factory=dict)
    touchpoints: Mapping[str, Mark] = field(default_factory=dict)
    stage_links: Mapping[str, str] = field(default_factory=dict)
    touchpoint_links: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_linked(self) -> bool:
        return bool(self.stage_links or self.touchpoint_links)


NOTHING = Overlay()
