import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))  # stand_in.py, drawn.py, line_drawn.py
