"""Share links: a draft shown to somebody without an account, until the link ends."""
