"""Assembly: takes to chapters to deliverables. The only package that imports pydub or runs ffmpeg.

`assemble` does it all; `find_ffmpeg` says which ffmpeg it would use.

ffmpeg.py    which one, running it, files that appear only when it succeeded
plan.py      what goes in and comes out
arrange.py   a chapter's lines → what is heard in order
mix.py       sounds and music, added to the speech
chapters.py  takes → one lossless file a chapter, and its AAC packets
levels.py    how loud each chapter is
tags.py      tags and marks as ffmpeg takes them; native.py those that it cannot write
cover.py     a given cover as files hold it
drawn.py     a cover for a book that has none; lettering.py sets its words
timeline.py  when each line is spoken, to the sample
press.py     what deliverables share, and the record of what was delivered
media.py     chapters → M4B, MP3, FLAC, Opus, WAV, stems
captions.py  the words with their times; texts.py puts them into files
library.py   a folder for Audiobookshelf
feed.py      a folder for podcasts, with its feed; episodes.py when each came out
assembled.py the chapters that are there, with the times of their lines
threads.py   work on several cores
delivered.py which deliverables are of the book as it is, and which are old
deliver.py   the whole way; what is kept and what is made
"""

from narrate.assembly.chapters import TakeError
from narrate.assembly.deliver import assemble, check_formats
from narrate.assembly.ffmpeg import Ffmpeg, find_ffmpeg, hear
from narrate.assembly.plan import Assembled, ChapterPlan, Level, Mark, Segment, Settings, Step, Tags

__all__ = [
    "Assembled",
    "ChapterPlan",
    "Ffmpeg",
    "Level",
    "Mark",
    "Segment",
    "Settings",
    "Step",
    "Tags",
    "TakeError",
    "assemble",
    "check_formats",
    "find_ffmpeg",
    "hear",
]
