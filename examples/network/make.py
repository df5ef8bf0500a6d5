"""Draws the invented garden of this folder: plants, their scents, pests, and which pest settles on which plant."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent

FAMILIES = {  # pathways whose scents are common in the family
    "mint family": ("menthane", "phenol"),
    "daisy family": ("lactone", "pyrethrin"),
    "cabbage family": ("mustard", "nitrile"),
    "carrot family": ("phenol", "furan"),
    "nightshade family": ("alkaloid", "lactone"),
    "onion family": ("sulphide", "mustard"),
    "rose family": ("nitrile", "rosanol"),
    "bean family": ("furan", "rosanol"),
}
PLANTS = {
    "mint family": "Peppermint, Sage, Basil, Thyme, Rosemary, Lavender, Oregano, 깻잎, シソ",
    "daisy family": "Marigold, Calendula, Lettuce, Chicory, Tarragon, Yarrow, 쑥갓, 春菊",
    "cabbage family": "White cabbage, Kale, Rocket, Radish, Mustard, Broccoli, 배추, 小松菜",
    "carrot family": "Carrot, Parsley, Dill, Fennel, Coriander, Celery, 미나리, 三つ葉",
    "nightshade family": "Tomato, Potato, Aubergine, Chilli, Physalis, Tobacco, 피망, シシトウ",
    "onion family": "Onion, Garlic, Leek, Chives, Shallot, 대파, ニラ",
    "rose family": "Rose, Strawberry, Raspberry, Apple, Plum, 매화, ハマナス",
    "bean family": "Pea, Broad bean, Lentil, Clover, Sweet pea, 팥, 枝豆",
}
PATHWAYS = sorted({pathway for pair in FAMILIES.values() for pathway in pair})
PESTS = (
    "Aphid, Whitefly, Spider mite, Thrips, Leafhopper, Flea beetle, Cutworm, Cabbage moth, Carrot fly, Onion fly, "
    "Leek moth, Slug, Snail, Vine weevil, Colorado beetle, Leaf miner, Scale insect, Sawfly, Codling moth, Psyllid, "
    "Earwig, Wireworm, Gall mite, 노린재, カメムシ"
)
SOILS = ["sandy soil", "loam", "clay", "peat", "chalk", "wet soil"]
LURE = 5.0
"""By how much a pest prefers plants that make the one scent it is lured by."""

ENDS = ["ol", "one", "ene"]


def write(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """One table."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(heads)
        table.writerows(rows)


def main() -> None:
    """Draw everything, with noise."""
    rng = np.random.default_rng(2026)
    scents = [(f"{pathway}-{end}", pathway) for pathway in PATHWAYS for end in ENDS]
    of = {pathway: [scent for scent, own in scents if own == pathway] for pathway in PATHWAYS}
    edges: list[list[object]] = []
    features: list[list[object]] = []
    made: dict[str, dict[str, int]] = {}
    scents_of: dict[str, list[str]] = {}
    traits: dict[str, tuple[float, float]] = {}
    for family, names in PLANTS.items():
        for plant in (kind + name for name in names.split(", ") for kind in ("", "Wild ")):
            chosen: dict[str, None] = {}
            for _ in range(int(rng.integers(5, 9))):
                common = rng.random() < 0.65
                pathway = str(rng.choice(FAMILIES[family] if common else PATHWAYS))
                chosen[str(rng.choice(of[pathway]))] = None
            made[plant] = {pathway: sum(scent in of[pathway] for scent in chosen) for pathway in PATHWAYS}
            scents_of[plant] = list(chosen)
            for scent in chosen:
                edges.append([plant, "plant", scent, "scent", round(float(rng.uniform(0.5, 2)), 2)])
            edges.append([plant, "plant", str(rng.choice(SOILS)), "soil", 1])
            tough, sugar = rng.normal(size=2)
            traits[plant] = float(tough), float(sugar)
            cells = [round(50 + 15 * tough), "" if rng.random() < 0.08 else round(8 + 2.5 * sugar, 1)]
            height = int(rng.integers(10, 200))
            light = str(rng.choice(["sun", "half shade", "shade"], p=[0.6, 0.3, 0.1]))
            features.append([plant, "plant", family, *cells, height, light])
    for scent, pathway in scents:
        edges.append([scent, "scent", pathway, "pathway", 1])
    for pathway in PATHWAYS:
        for first, second in zip(of[pathway][:-1], of[pathway][1:], strict=True):
            edges.append([first, "scent", second, "scent", 0.5])
    responses = []
    for pest in PESTS.split(", "):
        likes, hates = (str(name) for name in rng.choice(PATHWAYS, 2, replace=False))
        lure = str(rng.choice([scent for scent, pathway in scents if pathway != hates]))
        for pathway, share in ((likes, 0.7), (hates, 0.4)):
            edges += [[pest, "pest", scent, "scent", 1] for scent in of[pathway] if rng.random() < share]
        chews, sucks = rng.normal(0, 0.6, 2)
        scores = {}
        for plant, counts in made.items():
            tough, sugar = traits[plant]
            smell = 0.6 * counts[likes] - 0.6 * counts[hates] + LURE * (lure in scents_of[plant])
            scores[plant] = smell + chews * tough + sucks * sugar + rng.normal(0, 0.4)
        line = float(np.quantile(list(scores.values()), rng.uniform(0.6, 0.8)))
        for plant, score in scores.items():
            if rng.random() < 0.8:
                responses.append([plant, pest, int(score > line), round(score, 2)])
    write("edges.csv", ["source", "source_type", "target", "target_type", "weight"], edges)
    write("responses.csv", ["left", "right", "label", "strength"], responses)
    heads = ["node", "type", "group", "leaf toughness", "sugar", "height", "light"]
    write("features.csv", heads, features)


if __name__ == "__main__":
    main()
