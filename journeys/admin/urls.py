"""Addresses of the admin's own pages, and the keys in them."""

from django.db.models import Model
from django.urls import reverse

DIGITS = 18  # of a number that every database can compare


def admin_url(model: Model | type[Model], page: str, *args: object) -> str:
    """The address of an admin page of ``model``: ``changelist``, ``add``, ``change`` …"""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def id_from_url(text: str) -> int | None:
    """``text`` from an address as a primary key; ``None`` if it is none."""
    return int(text) if text.isdecimal() and len(text) <= DIGITS else None
