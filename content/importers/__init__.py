"""Import of content: lines of JSON become drafts and editions, through the same gates and verbs as everything else.

One shape stands in the middle (``shape``); ``load`` writes it, and one package a source makes it. Imported by the
commands and the demo.
"""
