"""The command ``tropical``: a room for each subject, where the declaration of a command stands beside its work.

Exit codes: 0 done, 1 certificate refused, 2 bad input or usage, 3 stopped at a limit or by the clock, 4 network not
supported, 5 an answer failed its check, 130 interrupted. Nothing is imported here, since Ctrl-C is to be answered
before the first library is loaded; the library itself is imported inside the commands, so that ``--help`` is quick.
"""
