"""The mean of the k nearest known points: a whole room, stateless."""
from typing import Annotated

import numpy as np
import polars as pl
from pydantic import BaseModel, Field

from hanok.rooms import SEARCH, Fold, Measure, Objective, Report, System, Table


class Config(BaseModel):
    k: Annotated[int, Field(ge=1, le=5), SEARCH] = 2
class X(BaseModel):
    x: float
class Row(X):
    y: float
class Sources(BaseModel):
    points: Table[Row]
class Nearest(System[Config, Sources, pl.DataFrame, X, Row]):
    name, title, summary = "nearest", "Nearest points", "The mean of the k nearest known points."
    objectives = (Objective("error", maximize=False),)
    @classmethod
    def read(cls, sources):
        return sources.points.read()
    @classmethod
    def folds(cls, data, config, *, seed):
        yield Fold("every third", data.filter(pl.int_range(pl.len()) % 3 > 0), data[1::3], data[::3])
    def fit(self, train, valid, run):
        self.known = train
        return self
    def predict(self, batch):
        return [Row(x=i.x, y=self.known.sort((pl.col("x") - i.x).abs())["y"][: self.config.k].mean()) for i in batch]
    def evaluate(self, data):
        items, y, mean = [X(x=x) for x in data["x"]], data["y"].to_numpy(), self.known["y"].mean()
        error = np.abs(y - [answer.y for answer in self.predict(items)])
        return Report([Measure("error", error, np.abs(y - mean), maximize=False)], items)
    def save(self, folder):
        self.known.write_parquet(folder / "known.parquet")
    def load(self, folder):
        self.known = pl.read_parquet(folder / "known.parquet")
