"""Whose quotations have a voice of their own, as the word `quotes` of project.toml says.

"off" leaves everything to the narrator, "confident" gives a voice to whoever surely speaks often enough,
"all" to the likeliest speaker of every quotation.
"""

OFF, CONFIDENTLY, ALL = "off", "confident", "all"
QUOTES = (OFF, CONFIDENTLY, ALL)
