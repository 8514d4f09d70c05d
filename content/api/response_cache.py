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
        # ``mtime=0``: the same body packs to the same bytes in every process, since its ETag is the same in all of
        # them. Made when somebody first takes it: many answers are only ever asked for by one of the two kinds of
        # client.
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
        # One answer larger than the whole cache would throw out all others, and then itself.
        if answer.size > self.limit:
            return
        with self.lock:
            if self.state is not state:
                # States follow each other; that an older one comes back for a moment, from a request that began under
                # it, costs a cache that fills again, and never a wrong answer.
                self.state, self.size = state, 0
                self.held.clear()
            if before := self.held.pop(key, None):
                self.size -= before.size
            self.held[key] = answer
            self.size += answer.size
            # The bound is for bytes, not for entries: items differ in size a hundredfold. Without one the benchmark's
            # column “RSS MiB” would pass the 120 MiB that a worker may have as soon as enough addresses are asked for.
            while self.size > self.limit:
                self.size -= self.held.popitem(last=False)[1].size
