"""Settings for all tests."""

import gc
import signal

from hypothesis import settings

# The first call of a compiled kernel takes seconds, so no single example has a deadline. By default a commit passes
# or fails whenever it is run; new examples, and more of them, are searched for by --hypothesis-profile search, as in
# make test-all.
settings.register_profile("search", settings(), deadline=None)
settings.register_profile("repeatable", settings(), deadline=None, derandomize=True, max_examples=25)
settings.load_profile("repeatable")

# In the background of a shell, or under nohup, these are ignored, and what the tests start would inherit that.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """What was loaded to collect the tests stays: no garbage collection looks at it again."""
    gc.collect()
    gc.freeze()
