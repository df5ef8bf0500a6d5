"""The HTTP server: routes, batcher, versions, jobs, console."""
