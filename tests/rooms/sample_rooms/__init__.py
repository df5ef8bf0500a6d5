"""Four rooms by somebody else: stateless; learning online; image in and audio out; cards to pick from."""
