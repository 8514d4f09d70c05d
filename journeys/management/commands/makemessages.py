from django.core.management.commands import makemessages


class Command(makemessages.Command):
    """Django's own, which also extracts ``_lazy``: ``gettext_lazy`` in modules whose ``_`` is ``gettext``."""

    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=_lazy"]
