"""Times as files hold them, in captions and read-along books."""


def timestamp(ticks: int, digits: int, point: str = ".") -> str:
    """A time of whole ticks, the last of so many `digits` after the point: `timestamp(3723004, 3)` is `1:02:03.004`."""
    seconds, fraction = divmod(ticks, 10**digits)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}{point}{fraction:0{digits}}"
