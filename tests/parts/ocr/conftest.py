import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path += [str(HERE), str(HERE.parents[1] / "stand_ins")]  # drawn.py, line_drawn.py; google_vision.py
