"""Between the socket and Django: the event loop in front, the pool of workers behind it, and the limits of bodies.

Nothing here knows content but for the answers that are ready (``content.api.http_cache``).
"""
