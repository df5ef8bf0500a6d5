"""Real events with times: baskets of an online shop stand in for views, descriptions for titles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hanok.core.run import Run
from hanok.systems.video import Config, Request, Sources, Video

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def shop(data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("retail")
    source = data / "online_retail"
    if not source.is_dir():
        pytest.skip("online_retail is not in the data folder")
    events = pl.read_parquet(source / "events.parquet")
    events.select(pl.col("user", "item").cast(pl.String), time="ts").write_csv(folder / "views.csv")
    items = pl.read_csv(source / "items.tsv", separator="\t", quote_char=None)
    items.select(pl.col("item").cast(pl.String), title="description").write_csv(folder / "items.csv")
    return {"views": folder / "views.csv", "items": folder / "items.csv"}


def test_on_real_events_it_beats_the_most_bought_by_far(shop: dict[str, Any]) -> None:
    data = Video.read(Sources.model_validate(shop))
    assert "10087 views stand in the data twice" in data.notes[0]
    fold = next(iter(Video.folds(data, Config(), seed=0)))
    video = Video(Config(depth=50)).fit(fold.train, fold.valid, Run(threads=2))
    report = video.evaluate(fold.test)
    assert report["ndcg@20"].value > 0.15
    assert report["ndcg@20"].of(report["ndcg@20"].baseline) < 0.03  # type: ignore[arg-type]
    slate = video(Request(source=data.catalogue.items[0], k=20))
    assert len(slate.entries) == 20
