from .book import read_pdf as read_pdf
