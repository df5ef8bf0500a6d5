"""What a text is made of for a model that counts: words, pairs of words, and pieces of words."""

from __future__ import annotations

import re

from hanok.parts.text.normalise import HAN, HANGUL, KANA

_WORD = re.compile(r"[\w+#]+")  # with plus and hash, or C++ would be C#
_SYLLABIC = re.compile(f"[{HANGUL}{KANA}{HAN}]")
_LATIN = "a-z\u00b5-\u024f\u0370-\u052f"
_SEAM = re.compile(f"(?<=[{_LATIN}])(?=[{HANGUL}{KANA}{HAN}])|(?<=[{HANGUL}{KANA}{HAN}])(?=[{_LATIN}])")
_RUNS = re.compile(f"[{HAN}]+|[\u30a0-\u30ff]+|[\u3040-\u309f]+|[^{KANA}{HAN}]+")


def words(text: str) -> list[str]:
    """The words of a normalised text, without punctuation; Latin letters and Hangul, kana or kanji are kept apart.

    A run of Japanese without spaces stays one word here; `word_ngrams` cuts it where its script changes.

    Example
    -------
    >>> words("hanok을 설치, 했어요?")
    ['hanok', '을', '설치', '했어요']
    """
    return _WORD.findall(_SEAM.sub(" ", text))


def word_ngrams(text: str, longest: int) -> list[str]:
    """Words and sequences of up to `longest` words.

    Parameters
    ----------
    text : str
        Normalised.
    longest : int
        1: single words; 2: pairs as well; 0: nothing.

    Example
    -------
    >>> word_ngrams("lost my card", 2)
    ['lost', 'my', 'card', 'lost my', 'my card']
    >>> word_ngrams("カードを紛失した", 1)
    ['カード', 'を', '紛失', 'した']
    """
    units = [run for word in words(text) for run in _RUNS.findall(word)]
    return [
        " ".join(units[start : start + length])
        for length in range(1, longest + 1)
        for start in range(len(units) - length + 1)
    ]


def char_ngrams(text: str, shortest: int, longest: int) -> list[str]:
    """Pieces of each word, with a space for its edges; no piece crosses from one word into the next.

    The lengths are in letters of an alphabet. A Hangul syllable, a kana or a kanji says about as much as two letters:
    words written in them are cut into pieces of half that length. Since Japanese has no spaces, its pieces cross the
    whole phrase.

    Parameters
    ----------
    text : str
        Normalised.
    shortest, longest : int
        Lengths of the pieces, edges counted; a word shorter than that is taken whole, once.

    Example
    -------
    >>> char_ngrams("my pin", 3, 4)
    [' my', 'my ', ' my ', ' pi', 'pin', 'in ', ' pin', 'pin ']
    >>> char_ngrams("환불은", 2, 5)
    ['환', '불', '은', ' 환', '환불', '불은', '은 ']

    Source
    ------
    For alphabets the pieces are those of scikit-learn's ``analyzer="char_wb"``; it has no half lengths, and also
    counts the bare space when ``shortest`` is 1. McNamee and Mayfield 2004, "Character n-gram tokenization for
    European language text retrieval", is why pieces stand in for a morphological analyser.
    """
    pieces: list[str] = []
    for word in words(text):
        halved = _SYLLABIC.search(word) is not None
        low, high = ((shortest + 1) // 2, max(1, longest // 2)) if halved else (shortest, longest)
        padded = f" {word} "
        for length in range(low, max(low, high) + 1):
            if length >= len(padded):
                pieces.append(padded)
                break
            if length == 1:
                pieces += word
            else:
                pieces += [padded[start : start + length] for start in range(len(padded) - length + 1)]
    return pieces
