"""Proof-listening: a page to hear the book by, line by line, and the data that it shows.

lines      a line as the page shows it: times, verdict, takes
page       `out/index.html` and `out/proof/`, written by every assembly
now        the same files as they would be now, for a book that is being rendered
peaks      a chapter's waveform
feed       events for the pages that are open
guard      who may ask the server anything
server     the page served, with what it may ask for
assets/    what the page is made of: HTML, CSS, JavaScript, wavesurfer.js
"""
