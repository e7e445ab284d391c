"""Lets these tests import the sample values of the evaluation's tests."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "evaluate"))
