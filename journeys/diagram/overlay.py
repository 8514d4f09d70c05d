"""Counts and links to draw over the diagram of a journey, by the slugs of stages and touchpoints."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Mark:
    """A count and a word for what it means; with ``lacks`` it stands out."""

    count: int
    words: str
    lacks: bool = False

    @property
    def text(self) -> str:
        return f"{self.count} {self.words}".rstrip()


@dataclass(frozen=True)
class Overlay:
    """Marks with a caption that explains them, and the addresses that stages and touchpoints link to."""

    caption: str = ""
    stages: Mapping[str, Mark] = field(default_factory=dict)
    touchpoints: Mapping[str, Mark] = field(default_factory=dict)
    stage_links: Mapping[str, str] = field(default_factory=dict)
    touchpoint_links: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_linked(self) -> bool:
        return bool(self.stage_links or self.touchpoint_links)


NOTHING = Overlay()
