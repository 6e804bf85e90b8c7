"""Does one way of a case and writes its answer: python -m benchmarks.do module:name '{arguments}' ANSWER.json."""

import importlib
import json
import sys
from pathlib import Path


def main(function: str, arguments: str, answer: str) -> None:
    module, name = function.split(":")
    do = vars(importlib.import_module(module))[name]
    Path(answer).write_text(json.dumps(do(**json.loads(arguments))))


if __name__ == "__main__":
    main(*sys.argv[1:])
