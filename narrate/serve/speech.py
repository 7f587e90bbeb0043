"""The routes of speech, as OpenAI's clients call it."""

from starlette.routing import Route


def routes() -> list[Route]:
    """None yet."""
    return []
