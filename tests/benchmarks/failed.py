"""What stops a run."""


class Failed(Exception):
    """The run cannot go on; its message says why, to people."""
