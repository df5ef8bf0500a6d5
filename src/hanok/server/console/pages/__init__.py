"""The pages, one file each; a view takes a `Visit` and gives a response."""
