"""Publish, schedule, withdraw: one at a time or many, with what it would do said first."""
