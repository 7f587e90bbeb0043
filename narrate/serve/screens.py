"""The routes of the screens Shelf, Cast, Render and Deliver."""

from starlette.routing import Route


def routes() -> list[Route]:
    """None yet."""
    return []
