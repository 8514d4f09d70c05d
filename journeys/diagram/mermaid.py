"""A journey as a Mermaid flowchart, to paste where Mermaid is drawn."""

from journeys.diagram.network import DiagramWay, JourneyNetwork, Stop
from journeys.diagram.words import NO_STAGES, of_the_network

# What opens and closes a node, by (entry, goal): a stadium, a double frame, a hexagon for both.
SHAPES = {
    (False, False): ("[", "]"),
    (True, False): ("([", "])"),
    (False, True): ("[[", "]]"),
    (True, True): ("{{", "}}"),
}
PLAIN = frozenset(" ,")  # the only ASCII besides letters and digits that means nothing to Mermaid


def as_mermaid(drawn: JourneyNetwork) -> str:
    """A flowchart from left to right. Ways back are dotted, ways for some segments carry the segments' titles.

    Nodes are called n1, n2, …: a slug may be a word of Mermaid's own, like ``end``.
    """
    lines = ["flowchart LR", f"  accTitle: {escaped(drawn.label)}", f"  accDescr: {escaped(of_the_network(drawn))}"]
    if not drawn.stops:
        lines.append(f'  none["{escaped(str(NO_STAGES))}"]')
    lines += [_node(number, stop) for number, stop in enumerate(drawn.stops, start=1)]
    lines += [_edge(way) for way in drawn.ways]
    return "\n".join(lines) + "\n"


def _node(number: int, stop: Stop) -> str:
    opening, closing = SHAPES[stop.is_entry, stop.is_goal]
    return f'  n{number}{opening}"{escaped(stop.label)}"{closing}'


def _edge(way: DiagramWay) -> str:
    label = f'|"{escaped(", ".join(way.audience))}"|' if way.audience else ""
    return f"  n{way.start + 1} {'-.->' if way.is_back else '-->'}{label} n{way.end + 1}"


def escaped(text: str) -> str:
    """``text`` with every character that Mermaid could interpret as an entity, like #35;."""
    return "".join(letter if _is_plain(letter) else f"#{ord(letter)};" for letter in text)


def _is_plain(letter: str) -> bool:
    return letter.isalnum() or letter in PLAIN if letter.isascii() else letter.isprintable()
