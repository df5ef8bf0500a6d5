"""Makes the example: an invented platform of sports and e-sports cups. Run it to write the tables anew."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
N = 160

GAMES = {  # game: kind of game, players of a side
    "Hangang Strikers": ("football", 5),
    "Namsan Rush": ("racing", 1),
    "Seorak Siege": ("shooter", 5),
    "Dokkaebi Duel": ("fighting", 1),
    "Sakura Circuit": ("racing", 1),
    "Tanuki Tactics": ("strategy", 1),
    "将棋": ("board", 1),
    "바둑": ("board", 1),
    "장기": ("board", 1),
    "Street Basketball 3x3": ("basketball", 3),
    "Futsal": ("football", 5),
    "Beach Volleyball": ("volleyball", 2),
}
PLACES = ["Seoul", "부산", "대전", "제주", "東京", "大阪", "京都", "札幌", "Berlin", "Lisbon", "Austin", "Nairobi"]
SEASONS = ["Spring", "Summer", "가을", "겨울", "春", "Night", "Sunrise", "Lantern", "Moonlight"]
KINDS = ["Cup", "Open", "League", "대회", "カップ", "選手権", "Masters", "Festival"]
LEVELS = ["amateur", "school", "semi-pro", "pro"]

RULES: list[tuple[str, str]] = [  # rule, text
    ("Best of one", "One game decides a match."),
    ("Best of three", "A match is won with two games."),
    ("Best of five", "A match is won with three games."),
    ("Round robin", "Everybody meets everybody once."),
    ("Single elimination", "Who loses is out."),
    ("Double elimination", "Who loses twice is out."),
    ("Swiss system", "Each round pairs sides with equal points."),
    ("Seeding by rating", "The strongest meet late."),
    ("Random draw", "Pairs are drawn by lot."),
    ("Third place match", "The losers of the semi-finals play for third place."),
    ("Byo-yomi", "After the main time each move has thirty seconds. 초읽기, 秒読み."),
    ("Sudden death clock", "Who runs out of time loses."),
    ("Fischer clock", "Each move adds ten seconds."),
    ("Komi 6.5", "White is given six and a half points. 덤."),
    ("Impasse rule", "An entering king is counted out. 持将棋."),
    ("Touch move", "A piece that is touched has to be moved."),
    ("Repetition is a loss", "Whoever repeats a position the fourth time loses. 千日手."),
    ("Bikjang is a draw", "Facing generals end the game as a draw. 빅장."),
    ("Handicap stones", "The weaker player begins with stones on the board."),
    ("Two halves of twenty minutes", "The clock runs on."),
    ("Rolling substitutions", "Players change without stopping the game."),
    ("Shot clock of twelve seconds", "The attack has twelve seconds."),
    ("Golden goal", "The first goal of extra time ends the match."),
    ("Penalty shoot-out", "A draw is decided from the spot."),
    ("Video referee", "A second referee looks at the pictures."),
    ("Fair play points", "Conduct counts when points are equal."),
    ("Yellow cards add up", "Three yellow cards cost a match."),
    ("Side out scoring", "Only the serving side scores."),
    ("No let serves", "A serve that touches the net is played on."),
    ("Winner stays on", "The winner keeps the court."),
    ("Map veto", "Sides strike maps in turn until one is left."),
    ("Fixed maps", "The organiser names the maps beforehand."),
    ("Friendly fire on", "Shots hurt team mates, too."),
    ("No coaching during games", "Coaches are silent while a game runs."),
    ("Pauses of five minutes", "A side may stop the game twice."),
    ("Anti-cheat required", "The organiser's program has to run."),
    ("Hardware check", "Devices are inspected before a match."),
    ("Latency below 60 ms", "Slower connections may be refused."),
    ("Server near both sides", "The server is about as far from either side."),
    ("Delay of the stream", "The broadcast is three minutes late."),
    ("Mirror characters allowed", "Both may choose the same character."),
    ("Loser picks character", "Who lost may change, the winner may not."),
    ("Stage strike", "Players strike stages in turn."),
    ("Collisions off", "Cars pass through each other."),
    ("Qualifying laps", "Three laps decide the grid."),
    ("Equal cars", "All cars drive alike."),
    ("Damage on", "Contact slows the car."),
    ("Fog of war", "What is not scouted is not seen."),
    ("Draft of units", "Sides choose units in turn."),
    ("Age check", "Players show how old they are."),
    ("Consent of parents", "Minors bring a signed form."),
    ("School team only", "All players of a side go to one school."),
    ("Rating cap", "Nobody above the cap may play."),
    ("Mixed teams", "Every side has women and men."),
    ("One substitute", "A side may name one more player."),
    ("Two substitutes", "A side may name two more players."),
    ("Contract check", "Professional players show their contract."),
    ("Doping control", "Samples may be taken."),
    ("Prize in three parts", "The first three share the prize."),
    ("Winner takes all", "One prize only."),
    ("Entry fee", "A side pays to take part."),
    ("Free entry", "Nobody pays."),
    ("Charity share", "A tenth of the prize is given away."),
    ("Referee at every match", "A person decides what is unclear."),
    ("Self-reported scores", "Both sides report, a person looks only where they differ."),
    ("Ten minutes of grace", "Who comes later than that loses."),
]

BOARD = ["将棋", "바둑", "장기"]
ONLY = {  # rules that make no sense elsewhere
    "Komi 6.5": ["바둑"],
    "Handicap stones": ["바둑"],
    "Impasse rule": ["将棋"],
    "Repetition is a loss": ["将棋"],
    "Bikjang is a draw": ["장기"],
    "Byo-yomi": BOARD,
    "Touch move": BOARD,
    "Shot clock of twelve seconds": ["Street Basketball 3x3"],
    "Side out scoring": ["Beach Volleyball"],
    "No let serves": ["Beach Volleyball"],
}
OF_GENRE = {
    "football": "Two halves of twenty minutes, Rolling substitutions, Penalty shoot-out, Yellow cards add up",
    "basketball": "Shot clock of twelve seconds, Winner stays on, Fair play points, Rolling substitutions",
    "volleyball": "No let serves, Side out scoring, Best of three, Fair play points",
    "board": "Byo-yomi, Touch move, Swiss system",
    "racing": "Qualifying laps, Collisions off, Equal cars, Fixed maps",
    "shooter": "Map veto, Pauses of five minutes, Anti-cheat required, Best of three, Friendly fire on",
    "fighting": "Stage strike, Loser picks character, Mirror characters allowed, Double elimination, Best of three",
    "strategy": "Fog of war, Draft of units, Map veto, Best of five",
}
OF_GAME = {"바둑": "Komi 6.5", "将棋": "Impasse rule, Repetition is a loss", "장기": "Bikjang is a draw"}
OF_LEVEL = {
    "amateur": "Free entry, Ten minutes of grace, Random draw, Best of one",
    "school": "Free entry, School team only, Consent of parents, Age check, Charity share",
    "semi-pro": "Entry fee, Seeding by rating, Prize in three parts, Referee at every match",
    "pro": "Contract check, Doping control, Seeding by rating, Prize in three parts, Referee at every match",
}
DIGITAL = {"racing", "shooter", "fighting", "strategy"}


def chances(game: str, level: str, players: int, online: bool, tags: Sequence[str], prize: int) -> dict[str, float]:
    """How likely the organiser of such a competition chooses each rule."""
    genre, side = GAMES[game]
    found = {rule: 0.03 for rule, _ in RULES}

    def raise_to(names: str, chance: float) -> None:
        for name in names.split(", "):
            found[name] = max(found[name], chance)

    raise_to(OF_GENRE[genre], 0.65)
    raise_to(OF_LEVEL[level], 0.85)
    if game in OF_GAME:
        raise_to(OF_GAME[game], 0.9)
    raise_to("Round robin" if players <= 8 else "Single elimination, Third place match", 0.85)
    if players >= 48:
        raise_to("Swiss system", 0.6)
    if genre in DIGITAL:
        if online:
            raise_to("Latency below 60 ms, Server near both sides, Anti-cheat required, Self-reported scores", 0.9)
        else:
            raise_to("Hardware check, No coaching during games", 0.85)
        if "streamed" in tags:
            raise_to("Delay of the stream", 0.85)
    elif "streamed" in tags and side > 1:
        raise_to("Video referee", 0.7)
    if side > 1:
        raise_to("Two substitutes" if level in ("pro", "semi-pro") else "One substitute", 0.7)
    if "mixed" in tags and side > 1:
        raise_to("Mixed teams", 0.95)
    if "charity" in tags:
        raise_to("Charity share", 0.95)
    if "beginners" in tags:
        raise_to("Rating cap", 0.8)
        if game == "바둑":
            raise_to("Handicap stones", 0.8)
    if "blitz" in tags and genre == "board":
        found["Byo-yomi"] = 0.1
        raise_to("Sudden death clock, Fischer clock", 0.7)
    if prize == 0:
        found["Prize in three parts"] = 0.0
    elif prize < 500:
        raise_to("Winner takes all", 0.6)
    return {rule: chance for rule, chance in found.items() if game in ONLY.get(rule, [game])}


def write(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """One table."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(heads)
        table.writerows(rows)


def main() -> None:
    """Draw competitions and their rules, with noise."""
    rng = np.random.default_rng(2026)
    competitions, chosen = [], []
    names: set[str] = set()
    for number in range(1, N + 1):
        game = str(rng.choice(list(GAMES)))
        genre, side = GAMES[game]
        level = str(rng.choice(LEVELS, p=[0.4, 0.2, 0.25, 0.15]))
        players = int(rng.choice([8, 16, 24, 32, 48, 64]))
        online = bool(genre in DIGITAL and rng.random() < 0.6)
        prize = 0 if level == "school" else int(rng.choice([0, 200, 500, 1000, 5000])) * (10 if level == "pro" else 1)
        tags = [
            tag for tag, share in (("streamed", 0.35), ("charity", 0.12), ("beginners", 0.15)) if rng.random() < share
        ]
        if side > 1 and rng.random() < 0.25:
            tags.append("mixed")
        if genre == "board" and rng.random() < 0.35:
            tags.append("blitz")
        place = "" if online and rng.random() < 0.5 else str(rng.choice(PLACES))
        name = ""
        while not name or name in names:
            words = [place, str(rng.choice(SEASONS)), "Blitz" if "blitz" in tags else "", str(rng.choice(KINDS))]
            name = " ".join(filter(None, [*words, str(rng.integers(1, 30))]))
        names.add(name)
        month = str(rng.choice(["spring", "summer", "autumn", "winter"]))
        sides = "" if rng.random() < 0.1 else str(players // side)
        row = [f"c{number:03}", name, game, level, "online" if online else "on site", place, sides, prize]
        competitions.append([*row, " | ".join(tags), month, "hanok cup server"])
        odds = chances(game, level, players // side, online, tags, prize)
        chosen += [[f"c{number:03}", rule] for rule, chance in odds.items() if rng.random() < chance]
    heads = ["competition", "name", "game", "level", "venue", "place", "sides", "prize", "tags", "season", "platform"]
    write("competitions.csv", heads, competitions)
    write("rules.csv", ["competition", "rule"], chosen)
    games = {rule: ONLY.get(rule, []) for rule, _ in RULES}
    write("catalogue.csv", ["rule", "text", "games"], [[rule, text, " | ".join(games[rule])] for rule, text in RULES])


if __name__ == "__main__":
    main()
