"""The `quotes` setting of project.toml: which quotations get a voice of their own.

"off" leaves everything to the narrator, "confident" gives a voice to whoever surely speaks often enough,
"all" to the likeliest speaker of every quotation.
"""

OFF, CONFIDENTLY, ALL = "off", "confident", "all"
QUOTES = (OFF, CONFIDENTLY, ALL)
