"""Settings for all tests."""

import signal

from hypothesis import settings

# The first call of a compiled kernel takes seconds, so no single example has a deadline.
settings.register_profile("no deadline", settings(), deadline=None)
settings.load_profile("no deadline")

# In the background of a shell, or under nohup, these are ignored, and what the tests start would inherit that.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
