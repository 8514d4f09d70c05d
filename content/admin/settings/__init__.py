"""Admin pages of what is set up once: kinds, languages, vocabularies, users, tokens, webhooks, links, media."""
