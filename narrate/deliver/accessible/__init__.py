"""Forms for people who cannot see: DAISY 2.02, DAISY 3, W3C Audiobooks and Readium's.

A chapter's lines become the clips of a talking book (`parts`), which each form tells in its own words. The modules
go one way: parts → daisy202, daisy3, webpub.
"""
