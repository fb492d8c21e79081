"""`python -m bot` is the `urtuu` command."""

import sys

from bot.commands import main

sys.exit(main(sys.argv[1:]))
