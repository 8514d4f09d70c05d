"""The read model: what is shown where, to whom and when, as plain rows that one indexed statement can read.

The only writer of ``content_showing`` and ``content_livepath``; equal at any time to what ``rebuild_showings`` would
write. Imported by publishing, the importers and the commands.
"""
