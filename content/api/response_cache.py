"""The answers that a process keeps: those of the state that stands, within a bound."""

import gzip
from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from django.http import HttpResponse

from content.delivery.snapshot import PresentState
from content.delivery.surrogate_keys import MAP, SURROGATES

# What belongs to one sending of an answer and not to the answer.
PASSING = ("Vary", "Content-Length", "Set-Cookie")
LEAST_PACKED = 500  # bytes; below, packing costs more than it saves
LEVEL = 5
OVERHEAD = 2000  # bytes for names, headers and the entry itself


@dataclass(frozen=True)
class CachedResponse:
    """A body with its headers, and the same packed once, when somebody first takes it so."""

    body: bytes
    headers: dict[str, str]

    @classmethod
    def of(cls, response: HttpResponse) -> "CachedResponse":
        headers = {name: value for name, value in response.headers.items() if name not in PASSING}
        return cls(response.content, {SURROGATES: MAP, **headers})

    @property
    def worth_packing(self) -> bool:
        return len(self.body) >= LEAST_PACKED

    @property
    def is_ready(self) -> bool:
        """Whether nothing is left to be packed."""
        return "packed" in self.__dict__ or not self.worth_packing

    @cached_property
    def packed(self) -> bytes:
        return gzip.compress(self.body, LEVEL, mtime=0)

    @property
    def size(self) -> int:
        """Its bytes, packed too; JSON packs to less than half."""
        return len(self.body) + len(self.body) // 2 + OVERHEAD


class ResponseCache:
    """At most ``limit`` bytes of answers, those least lately asked for forgotten first, all of one state.

    When another state stands they are all forgotten: there is no way for an old one to be told.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.lock = Lock()
        self.state: PresentState | None = None
        self.held: OrderedDict[str, CachedResponse] = OrderedDict()
        self.size = 0

    def get(self, key: str, state: PresentState) -> CachedResponse | None:
        with self.lock:
            answer = self.held.get(key) if self.state is state else None
            if answer:
                self.held.move_to_end(key)
            return answer

    def keep(self, key: str, answer: CachedResponse, state: PresentState) -> None:
        if answer.size > self.limit:
            return
        with self.lock:
            if self.state is not state:
                self.state, self.size = state, 0
                self.held.clear()
            if before := self.held.pop(key, None):
                self.size -= before.size
            self.held[key] = answer
            self.size += answer.size
            while self.size > self.limit:
                self.size -= self.held.popitem(last=False)[1].size
