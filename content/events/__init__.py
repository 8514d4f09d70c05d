"""Events, the webhooks that deliver them, and the purges of caches in front of the service.

An event is written in the transaction of the change itself, and delivered after it. Imported by publishing, the
commands and the admin.
"""
