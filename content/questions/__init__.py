"""Words into questions: names, types, meaning and refusals of parameters, for the API, the admin and commands alike.

Asks no content; what it refuses says what would be taken. Imported by ``api``, ``admin`` and ``management``.
"""
