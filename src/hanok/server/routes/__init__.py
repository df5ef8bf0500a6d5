"""The routes of the API, one file a noun."""

from fastapi import APIRouter

from hanok.server.routes import assets, docs, feedback, health, jobs, keys, models, predict, stream, systems, uploads

MODULES = (systems, predict, stream, feedback, assets, models, jobs, uploads, keys, health, docs)

routers: tuple[APIRouter, ...] = tuple(module.router for module in MODULES)
"""In the order of the documentation."""
