"""What boards call things, several words for each."""

from __future__ import annotations

import numpy as np

WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "title": ("MATCH RESULT", "Final Score", "GAME OVER", "VICTORY", "Results"),
        "rank": ("#", "Rank", "Pos"),
        "name": ("Player", "Name", "Nickname"),
        "kills": ("K", "Kills"),
        "deaths": ("D", "Deaths"),
        "assists": ("A", "Assists"),
        "kda": ("K/D/A", "KDA"),
        "score": ("Score", "Points", "PTS"),
        "total": ("TOTAL", "Total", "Sum"),
        "clock": ("TIME", "Duration"),
    },
    "ko": {
        "title": ("경기 결과", "최종 결과", "게임 종료", "승리", "대전 기록"),
        "rank": ("순위", "등수"),
        "name": ("선수", "이름", "닉네임"),
        "kills": ("킬", "처치"),
        "deaths": ("데스", "죽음"),
        "assists": ("도움", "어시스트"),
        "kda": ("K/D/A", "킬/데스/도움"),
        "score": ("점수", "득점"),
        "total": ("합계", "총점"),
        "clock": ("시간", "경기 시간"),
    },
    "ja": {
        "title": ("試合結果", "最終結果", "ゲーム終了", "勝利", "対戦結果"),
        "rank": ("順位", "位"),
        "name": ("選手", "名前", "プレイヤー"),
        "kills": ("キル", "撃破"),
        "deaths": ("デス", "被撃破"),
        "assists": ("アシスト", "支援"),
        "kda": ("K/D/A", "キル/デス/アシスト"),
        "score": ("得点", "スコア", "点数"),
        "total": ("合計", "総得点"),
        "clock": ("時間", "試合時間"),
    },
}


def chosen(language: str, rng: np.random.Generator) -> dict[str, str]:
    """One word for each thing."""
    return {thing: str(rng.choice(words)) for thing, words in WORDS[language].items()}
