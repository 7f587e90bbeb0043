"""Checks: is a take what was asked for? Pure functions of a waveform and a request, each with its reason.

    measures   what can be measured of a waveform             always
    norms      what a voice's own takes are like              always
    light      the measures against the norms                 always
    heard      what was said, as a recogniser hears it        with `full`
    speaker    who said it, by an embedding of the voice      with `full`
    watch      all of it beside a render, and the retries

A check gives Findings. A finding's score says how far a take is from what is right: under 1 it
passes, from 1 it fails, and of several attempts at a line the one with the lowest score is kept.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
