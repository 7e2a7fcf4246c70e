"""Results as text: one module a form. In go the library's values, out come strings.

Nothing here writes anywhere; the command line does (cli/streams.py). All text that came from an
archive passes `safe` on its way, so that no title can steer a terminal.
"""
