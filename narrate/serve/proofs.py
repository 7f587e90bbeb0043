"""The proof pages of a home's projects, each opened when somebody first looks at it."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

from narrate.engine import Wanted
from narrate.serve.site import Site
from narrate.work import Opens, Proof, Run, Stop, find_project

MOST_OPEN = 8  # pages that are kept open; each looks at its project once a second


@dataclass(frozen=True, slots=True)
class _Page:
    site: Site
    app: ASGIApp
    run: Run
    open: AsyncExitStack

    async def close(self) -> None:
        await self.open.aclose()
        await asyncio.to_thread(self.run.close)


class Proofs:
    """An application that is mounted under a project's name."""

    def __init__(self, home: Path, wanted: Wanted, opens: Opens) -> None:
        self._home, self._wanted, self._opens = home, wanted, opens
        self._pages: dict[str, _Page] = {}  # the one that was asked for last comes last
        self._opening = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        page = await self._page(scope["path_params"]["name"])
        await page.app(scope, receive, send)

    @property
    def busy(self) -> bool:
        """Whether something that a page asked for is still to be done."""
        return any(page.site.busy for page in self._pages.values())

    def end(self) -> None:
        """Let go of those who listen, and end what takes longer."""
        for page in self._pages.values():
            page.site.end()

    async def close(self) -> None:
        """Close all pages."""
        while self._pages:
            await self._pages.popitem()[1].close()

    async def _page(self, name: str) -> _Page:
        async with self._opening:
            page = self._pages.pop(name, None) or await self._opened(name)
            self._pages[name] = page
            for idle in [n for n, p in self._pages.items() if not (p.site.busy or p.site.feed.heard)][:-1]:
                if len(self._pages) > MOST_OPEN:
                    await self._pages.pop(idle).close()
        return page

    async def _opened(self, name: str) -> _Page:
        project = await asyncio.to_thread(find_project, name, self._home)
        if project is None:
            raise HTTPException(404)
        run = Run(Stop(), opens=self._opens)
        site = Site(Proof(project, self._wanted, run), project.out)
        stack = AsyncExitStack()
        await stack.enter_async_context(site.looking())
        site.begin()
        return _Page(site, site.app(), run, stack)
