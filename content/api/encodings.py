"""Which codings of a body a client takes, by its ``Accept-Encoding`` (RFC 9110, 12.5.3)."""

from functools import lru_cache


# Clients send a few dozen different headers between them; the bound is for one that makes them up.
@lru_cache(maxsize=256)
def accepted(header: str) -> frozenset[str]:
    """The codings that are named and not refused with ``q=0``, in lower case."""
    return frozenset(name for name, weight in _weights(header) if weight > 0)


@lru_cache(maxsize=256)
def takes_gzip(header: str) -> bool:
    weights = dict(_weights(header))
    return weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0))) > 0


def _weights(header: str) -> list[tuple[str, float]]:
    codings = (coding.partition(";") for coding in header.split(","))
    return [(name.strip().lower(), _weight(words)) for name, _, words in codings]


def _weight(words: str) -> float:
    """1 where nothing is said; 0 where nonsense is."""
    if not words.strip():
        return 1.0
    name, _, value = words.partition("=")
    try:
        return float(value) if name.strip().lower() == "q" else 1.0
    except ValueError:
        return 0.0
