"""The ASGI application that the server runs: Django behind the edge."""

from config.wsgi import application as django

# isort: split
from config.serving.edge import RequestEdge  # its imports need a Django that is set up

application = RequestEdge(django)
