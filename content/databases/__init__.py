"""Database backends that never let a request wait too long: ``deadlines`` bounds how long work may wait, ``failures``
explains errors, and there is a wrapper of Django's own backend for each database. Any package may import it.
"""
