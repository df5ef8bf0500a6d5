"""Three rooms by somebody else: a stateless one, one that learns online, one for image in and audio out."""
