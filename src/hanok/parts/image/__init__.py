"""Images as models need them: opened safely, made small, described, compared.

`docs/parts/image.md` is the guide.
"""

from hanok.parts.image.descriptors import Descriptors, cosine
from hanok.parts.image.encoder import Encoder
from hanok.parts.image.load import Pixels, has_more_frames, load, resized, thumbnail

__all__ = ["Descriptors", "Encoder", "Pixels", "cosine", "has_more_frames", "load", "resized", "thumbnail"]
