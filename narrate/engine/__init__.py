"""Engines: requests in, audio out.

One method. Results come as they finish, in any order; requests are pulled as there is
room for them. Batching, back-pressure, progress and crash safety follow from that, with no
callback and no queue class: the caller's loop is the queue. A retry is another round of
`speak` over what failed, so retries are batched too.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
