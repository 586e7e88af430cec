"""The two servers the app needs, PostgreSQL and Redis, for a checkout that brings none of its own.

Everything they own lives under `var/`. This package never imports Django, so that it can run before anything
is installed, and it is the one place to change when the embedded servers are swapped for others.
"""
