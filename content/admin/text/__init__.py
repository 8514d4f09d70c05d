"""The text of an asset in one language: its form, body, search preview, next steps and fields of its kind."""
