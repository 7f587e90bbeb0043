"""narrate: an offline audiobook maker. `narrate --help` says what it does; README.md says how."""

__version__ = "0.1.0"
