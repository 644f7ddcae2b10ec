"""``python3 main.py`` in a box is ``python3 main.py``."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from stockade.core.ports import Sandbox
from stockade.core.submission import Variable
from stockade.engine.execution import Execution
from stockade.languages.base import Catalogue, Reference
from stockade.languages.python import PYTHON

pytestmark = pytest.mark.anyio


async def told_by(sandbox: Sandbox, catalogue: Catalogue, source: str, *args: str) -> object:
    """What the program prints, read as JSON."""
    submission = PYTHON.submission_of(Reference(name="ask", source=source))
    submission = replace(
        submission, args=args, env=(Variable(name="MINE", value="1"),), stdin=b"in"
    )
    result = await Execution(submission, catalogue, sandbox).carry_out()
    assert result.run is not None
    assert result.run.is_success, result.run.stderr.data.decode()
    told: object = json.loads(result.run.stdout.data)
    return told


async def test_argv_path_and_folder_are_those_of_the_command_line(
    sandbox: Sandbox, catalogue: Catalogue
) -> None:
    source = (
        "import json, os, sys\n"
        "print(json.dumps([sys.argv, sys.path[0], os.getcwd(), __name__, __file__]))\n"
    )

    told = await told_by(sandbox, catalogue, source, "-x", "a b")

    assert told == [
        ["main.py", "-x", "a b"],
        "/workspace",
        "/workspace",
        "__main__",
        "/workspace/main.py",
    ]


async def test_nothing_of_the_interpreter_is_set_differently(
    sandbox: Sandbox, catalogue: Catalogue
) -> None:
    source = (
        "import json, os, sys\n"
        "print(json.dumps([list(sys.flags), sys.stdout.encoding, sys.stdout.isatty(),\n"
        "                  [name for name in os.environ if name.startswith('PYTHON')]]))\n"
    )

    told = await told_by(sandbox, catalogue, source)

    flags, encoding, is_tty, variables = told if isinstance(told, list) else []
    # All are 0 but hash_randomization, int_max_str_digits and their like: no option is given.
    assert flags[:10] == [0] * 10
    assert (encoding, is_tty, variables) == ("utf-8", False, [])


async def test_hashes_are_seeded_anew_for_every_run(sandbox: Sandbox, catalogue: Catalogue) -> None:
    hashes = {str(await told_by(sandbox, catalogue, "print(hash('a'))")) for _ in range(3)}

    assert len(hashes) > 1


async def test_home_folders_and_the_client_s_variables_are_there(
    sandbox: Sandbox, catalogue: Catalogue
) -> None:
    source = (
        "import getpass, json, os, tempfile\n"
        "print(json.dumps([os.path.expanduser('~'), tempfile.gettempdir(), os.environ['MINE'],\n"
        "                  bool(getpass.getuser())]))\n"
    )

    assert await told_by(sandbox, catalogue, source) == ["/workspace", "/tmp", "1", True]
