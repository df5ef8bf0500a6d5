"""Images as models need them: opened safely, made small, described, compared, recognised.

`docs/parts/image.md` is the guide.
"""

from hanok.parts.image.descriptors import Descriptors, cosine
from hanok.parts.image.duplicates import ALIKE, apart, fingerprint, same
from hanok.parts.image.encoder import Encoder
from hanok.parts.image.load import Pixels, has_more_frames, load, resized, thumbnail

__all__ = [
    "ALIKE",
    "Descriptors",
    "Encoder",
    "Pixels",
    "apart",
    "cosine",
    "fingerprint",
    "has_more_frames",
    "load",
    "resized",
    "same",
    "thumbnail",
]
