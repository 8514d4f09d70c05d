"""The databases, and what becomes of work while one is away: ``deadlines`` says how long it waits, ``failures`` what
an error means, and a wrapper of Django's own for each database keeps to it. Whoever asks the database may import it.
"""
