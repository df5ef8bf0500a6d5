"""Nothing in the house executes what it reads: no pickle in any disguise, no eval, no shell."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"
LIBRARIES = {"pickle", "cPickle", "_pickle", "joblib", "marshal", "shelve", "dill", "cloudpickle"}
BUILTINS = {"eval", "exec"}
CALLS = {"yaml.load", "yaml.full_load", "yaml.unsafe_load", "os.system", "os.popen", "pd.read_pickle"}


def dangers(source: str) -> Iterator[tuple[int, str]]:
    """Line and text of everything that executes what it is given."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        elif isinstance(node, ast.Call) and dangerous(node):
            yield node.lineno, ast.unparse(node)
            continue
        else:
            continue
        yield from ((node.lineno, name) for name in names if name.partition(".")[0] in LIBRARIES)


def dangerous(call: ast.Call) -> bool:
    """Whether a call executes what it reads, or may."""
    name = ast.unparse(call.func)
    options = {keyword.arg: keyword.value for keyword in call.keywords}

    def lacks(option: str, value: bool) -> bool:
        given = options.get(option)
        return not (isinstance(given, ast.Constant) and given.value is value)

    if name == "torch.load":
        return lacks("weights_only", True)
    return (
        name in BUILTINS | CALLS
        or ("allow_pickle" in options and lacks("allow_pickle", False))
        or ("shell" in options and lacks("shell", False))
    )


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "import joblib.memory as m",
        "from marshal import loads",
        "def f():\n    from dill import load",
        "torch.load(path)",
        "torch.load(path, weights_only=False)",
        "torch.load(path, weights_only=trust)",
        "np.load(path, allow_pickle=True)",
        "numpy.load(path, allow_pickle=trust)",
        "yaml.load(text, Loader)",
        "eval(text)",
        "exec(text)",
        "subprocess.run(line, shell=True)",
        "os.system(line)",
    ],
)
def test_danger_is_seen(source: str) -> None:
    assert list(dangers(source))


@pytest.mark.parametrize(
    "source",
    [
        "torch.load(path, weights_only=True)",
        "np.load(path)",
        "np.load(path, allow_pickle=False)",
        "yaml.safe_load(text)",
        "model.eval()",
        "subprocess.run([program], shell=False)",
        "import json",
    ],
)
def test_what_is_harmless_passes(source: str) -> None:
    assert not list(dangers(source))


def test_nothing_in_the_house_executes_what_it_reads() -> None:
    found = [
        f"{path.relative_to(SRC)}:{line} {text}"
        for path in sorted(SRC.rglob("*.py"))
        for line, text in dangers(path.read_text(encoding="utf-8"))
    ]
    assert found == []
