"""Match results read from pictures: boards found and made straight, cells found, lines read, fields checked."""
