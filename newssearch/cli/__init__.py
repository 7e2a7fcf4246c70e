"""The command line: options in, one library call, what `render` makes of it out.

main.py is the way in; each command has its module (`*_command.py`), imported when it is called.
"""
