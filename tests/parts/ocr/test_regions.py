from hanok.parts.ocr.regions import Region, with_room


def row(y: float, left: float, *rights: float) -> list[Region]:
    return [Region(left, y, right, y + 0.03) for right in rights]


def test_a_text_of_one_length_so_far_grows_where_others_in_its_column_do() -> None:
    names = {f"name.{k}": row(0.2 + 0.05 * k, 0.1, 0.3, 0.25 + 0.01 * k, 0.4) for k in range(4)}
    regions = with_room({"team": row(0.1, 0.1, 0.2, 0.2, 0.2), **names}, 16 / 9)
    assert 0.09 < regions["team"].left < 0.1
    assert regions["team"].right > 0.25


def test_a_text_in_the_middle_of_its_column_grows_to_both_sides() -> None:
    scores = {
        f"score.{k}": [Region(0.5 - w, 0.2 + 0.05 * k, 0.5 + w, 0.23 + 0.05 * k)] * 3
        for k, w in enumerate((0.01, 0.02, 0.01, 0.02))
    }
    region = with_room(scores, 16 / 9)["score.0"]
    assert region.left < 0.48
    assert region.right > 0.52
