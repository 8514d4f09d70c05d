"""The pages of this repository, rendered from their Markdown files and served at ``/docs/``.

``contents`` says which there are, ``rendering`` makes HTML of one, ``view`` answers. Knows no content. Imported by
``config.urls`` alone.
"""
