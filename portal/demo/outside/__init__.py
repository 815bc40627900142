"""The world around the demo's hall, as one process: a national identity provider, WeChat and a gateway for texts.

Each speaks its real protocol over HTTP, so that the hall of the demo and of the tests does what it does in a city. No part of it
is ever installed in production. Run it with ``python -m portal.demo.outside PORT``.
"""
