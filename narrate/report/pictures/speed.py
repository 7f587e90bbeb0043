"""Speed over the night: seconds of audio a second of rendering, against the time it took."""

from collections.abc import Sequence
from itertools import pairwise

from narrate.project.figures import clock
from narrate.report.pictures.drawing import (
    COLOURS,
    LEFT,
    RIGHT,
    TIMES,
    Scale,
    across,
    add,
    markup,
    number,
    picture,
    plain,
    ticks,
    upright,
)

HEIGHT, TOP, BOTTOM = 260.0, 44.0, 208.0


def draw_speed(pace: Sequence[tuple[float, float]]) -> str:
    """`pace` holds wall time and audio made by then, in seconds, both from the run's start on and ascending.

    A step a stretch: an engine gives its takes in batches, so a curve through points would lie. Empty
    when there is nothing to draw.
    """
    points = [(0.0, 0.0), *(point for point in pace if point[0] > 0)]
    stretches = [(a, b, (audio_b - audio_a) / (b - a)) for (a, audio_a), (b, audio_b) in pairwise(points) if b > a]
    if not stretches:
        return ""
    wall_s, audio_s = points[-1]
    mean = audio_s / wall_s
    speeds = [speed for _, _, speed in stretches]
    said = (
        f"{clock(audio_s)} of audio in {clock(wall_s)}, {plain(mean)} times real time on the whole; "
        f"stretches between {plain(min(speeds))} and {plain(max(speeds))}."
    )
    svg = picture("speed", "Speed over the run", said, HEIGHT)
    rows = ticks(0, max(*speeds, mean), 5)
    columns = ticks(0, wall_s, 8, (*TIMES, wall_s))
    x, y = Scale(0, wall_s, LEFT, RIGHT), Scale(0, rows[-1], BOTTOM, TOP)
    upright(svg, y, rows, "RTF, seconds of audio a second", plain)
    across(svg, x, [at for at in columns if at <= wall_s], BOTTOM, "time since the run began", clock)
    steps = "".join(f"H{number(x(start))}V{number(y(speed))}H{number(x(end))}" for start, end, speed in stretches)
    at_zero = f"M{number(LEFT)} {number(BOTTOM)}"
    add(svg, "path", d=f"{at_zero}{steps}V{number(BOTTOM)}Z", fill=COLOURS[0], opacity=0.25)
    add(svg, "path", d=f"{at_zero}{steps}", fill="none", stroke=COLOURS[0], stroke_width=1.5, class_="steps")
    across_mean = f"M{number(LEFT)} {number(y(mean))}H{number(RIGHT)}"
    add(svg, "path", d=across_mean, stroke=COLOURS[1], stroke_width=1.5, stroke_dasharray="6 4", class_="mean")
    add(svg, "text", f"– – on the whole {plain(mean)}", x=RIGHT, y=TOP - 14, text_anchor="end", class_="mean-label")
    return markup(svg)
