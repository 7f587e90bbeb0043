"""Who speaks: quotations to speakers, by rules that each can be tested alone."""
