"""The rooms: each folder is one system, and none imports another."""
