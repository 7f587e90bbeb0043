"""For all tests: hypothesis measures no times. A busy machine is no defect, and nothing here is a timed test."""

from hypothesis import HealthCheck, settings

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
