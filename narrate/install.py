"""How this copy of narrate was installed, and the command that installs more of it."""

import json
from importlib.metadata import PackageNotFoundError, distribution
from urllib.parse import urlsplit
from urllib.request import url2pathname

DISTRIBUTION = "narrate-audiobook"  # on package indexes `narrate` is another program
DRAFT_ENGINE_COMMAND = 'pip install --force-reinstall "hibari-tts>=0.2.1,<0.3"'


def install_command(extras: str) -> str:
    """The shell command that adds `extras` ("qwen", "qwen,cluster") to the narrate that is running.

    A copy that was installed from a folder or a wheel file is named by its path, since no index may have it.
    """
    source = _installed_from()
    if not source:
        return f'pip install "{DISTRIBUTION}[{extras}]"'
    if source.endswith(".whl"):
        return f'pip install "{DISTRIBUTION}[{extras}] @ {source}"'
    return f'pip install "{_folder(source)}[{extras}]"'


def _installed_from() -> str:
    """The URL of the folder or wheel that pip took this copy from; empty for one from an index, or not installed."""
    try:
        told = distribution(DISTRIBUTION).read_text("direct_url.json")
    except PackageNotFoundError:
        return ""
    url = str(json.loads(told).get("url", "")) if told else ""
    return url if urlsplit(url).scheme == "file" else ""


def _folder(url: str) -> str:
    return url2pathname(urlsplit(url).path)  # it unquotes too
