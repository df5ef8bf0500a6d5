"""Text in pictures of match results. `docs/parts/ocr.md` is the guide."""

__all__: list[str] = []
