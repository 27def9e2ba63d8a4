"""Settings for all tests."""

from hypothesis import settings

# The first call of a compiled kernel takes seconds, so no single example has a deadline.
settings.register_profile("no deadline", settings(), deadline=None)
settings.load_profile("no deadline")
