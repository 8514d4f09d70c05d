"""Why content was left out of an answer, in a sentence each, by the code of the reason."""

WORDS = {
    "not_published": "Nothing of it has been published.",
    "locale_missing": "It is not shown in this language: there is no text in it or in those it falls back to.",
    "not_yet_live": "It goes live later.",
    "expired": "It has ended or was withdrawn.",
    "excluded_by_caller": "The request leaves it out (exclude or id__in).",
    "kind_excluded": "The request asks for other kinds.",
    "term_excluded": "Its terms do not meet the request.",
    "stage_excluded": "It has no placement that the request asks for, or one that it refuses.",
    "segment_excluded": "Its placement there is for other segments.",
    "channel_excluded": "Its placement there is for other channels.",
    "not_changed": "It has not changed since then.",
    "already_offered": "Another step leads there already, or it is the asset itself.",
}
