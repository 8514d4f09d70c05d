"""Tokens of states as the service signs them."""

from datetime import datetime

from content.instants import micros
from content.keys import signature


def token(number: int, at: datetime) -> str:
    words = f"{number:x}-{micros(at):x}"
    return f"s_{words}-{signature('snapshot', words)}"
