"""The route of the coverage matrix: who may ask, what it takes, what it says, and in which formats."""

import csv
import io
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from content.models import Target
from content.publish import publish
from journeys.models import Segment
from tests.drafts import draft
from tests.factories import KindFactory, TouchpointFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]
URL = "/api/v1/coverage/"
