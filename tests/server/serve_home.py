"""A server before a home: ``python serve_home.py HOME PORT REFERENCE…``, for tests that kill it."""

import logging
import sys

from hanok.lifecycle.workspace import Workspace
from hanok.server.options import Options
from hanok.server.run import serve

if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    home, port, *references = sys.argv[1:]
    with Workspace.open(home) as workspace:
        serve(workspace, references or None, Options(port=int(port)))
