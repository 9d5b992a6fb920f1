"""Run the command line with `python -m assuage`."""

from assuage.cli import main

main()
