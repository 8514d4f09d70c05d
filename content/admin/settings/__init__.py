"""What is set up once: kinds, languages, vocabularies, people, tokens, webhooks, share links, media."""
