"""The HTTP contract: views that parse, call one verb and answer; shapes, caches and errors.

No SQL and no rule of content is here. ``README.md`` draws the caches. Imported by ``config`` alone.
"""
