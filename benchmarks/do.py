"""Does one way of a case and writes its answer: python -m benchmarks.do module:name '{arguments}' ANSWER.json."""

import importlib
import json
import os
import sys
from pathlib import Path

from solver.highs import left_running


def main(function: str, arguments: str, answer: str) -> None:
    module, name = function.split(":")
    do = vars(importlib.import_module(module))[name]
    Path(answer).write_text(json.dumps(do(**json.loads(arguments))))
    if left_running():
        os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
