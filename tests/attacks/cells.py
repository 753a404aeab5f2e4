"""Hostile cells, by family. Each defines `answer(*arguments)`, which the attacked function or methods call.

`ATTACKS[name].cell(exercise, is_class, places)` is the text of the answer cell. In a source stand {exercise}, {secret}
(a file that everybody may read and write, as far as its mode goes), {course} (the folder of the course) and {submitted}
(another student's notebook). All are bounded by the limits of the sandbox; only run them there.
"""

from __future__ import annotations

from dataclasses import dataclass, field

FUNCTION = """
def {exercise}(*arguments):
    return answer(*arguments)
"""
CLASS = """
class {exercise}:
    def __init__(self, *arguments):
        self.params, self.grads = list(arguments), list(arguments)
    def forward(self, *arguments):
        return answer(*arguments)
    backward = forward
"""
WIRE = "import sys\nwire = sys.modules['wire']"  # it cannot be imported by its name
# Finds the connection to the judge, as an attacker who knows our source would.
CONNECTION = """
import os, stat, struct, json
def connection():
    for number in range(64):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                return number
        except OSError:
            pass
def send(message, parts=b""):
    header = json.dumps(message).encode()
    os.write(connection(), struct.pack("!II", len(header), len(parts)) + header + parts)
def reply(number, value, kind="value"):
    send(["dict", [["reply", kind], ["number", number], ["value", value]]])
"""
TELL = """
def tell(secret):
    raise ValueError(repr(secret)[:400])
"""


@dataclass(frozen=True)
class Attack:
    """One hostile cell.

    reasons: what the attacked checks may fail for. poisons: it spoils the Python that the student's other answers run
    in too, so that these may lose points (never win any). limits: shorter ones, for what never ends.
    """

    family: str
    source: str
    reasons: tuple[str, ...]
    poisons: bool = False
    limits: dict = field(default_factory=dict)

    def cell(self, exercise: str, is_class: bool, places: dict[str, str]) -> str:
        """Return the text of the answer cell."""
        text = self.source + (CLASS if is_class else FUNCTION)
        for name, value in (places | {"exercise": exercise}).items():
            text = text.replace(f"{{{name}}}", value)
        return text


ATTACKS: dict[str, Attack] = {}
# Of the worker's processor time; what sleeps is waited for as long as 0.5 s of it would be.
SHORT = {"call_seconds": 0.1, "cell_seconds": 0.1, "exercise_seconds": 0.1, "patience": 30}
SMALL = {"memory_mib": 256}


def add(family: str, name: str, source: str, *reasons: str, before: str = "", **options) -> None:
    """Register an attack; it must have a name of its own."""
    if name in ATTACKS:
        raise ValueError(f"two attacks are called {name}")
    ATTACKS[name] = Attack(family, before + source, reasons, **options)


def returns(family: str, name: str, value: str, *reasons: str, before: str = "import numpy as np\n", **options) -> None:
    """Register an attack whose answer is one expression."""
    add(family, name, f"{before}\ndef answer(*arguments):\n    return {value}\n", *reasons, **options)


YES = """
import numpy as np
class Yes({base}):
    def __eq__(self, other): return True
    __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = __bool__ = __eq__
    def __sub__(self, other): return 0.0
    __rsub__ = __abs__ = __float__ = __array__ = __array_function__ = __array_ufunc__ = __sub__
    __hash__ = None
    shape, dtype, ndim, size = (2, 1), np.dtype(float), 2, 2
"""

returns("values", "a float that equals everything", "Yes()", "bad-type", before=YES.replace("{base}", "float"))
returns("values", "an object with every array protocol", "Yes()", "bad-type", before=YES.replace("{base}", ""))
returns("values", "an array of a class of its own", "np.zeros((2, 1)).view(Yes)", "bad-type",
        before="import numpy as np\nclass Yes(np.ndarray):\n    def __eq__(self, other): return True")
returns("values", "a list of a class of its own", "Yes()", "bad-type", before=YES.replace("{base}", "list"))
returns("values", "an object whose class lies", "Yes()", "bad-type",
        before="class Yes:\n    __class__ = float\n    __module__ = 'numpy'\n    def __eq__(self, other): return True")
returns("values", "an object with every attribute", "Yes()", "bad-type",
        before="class Yes:\n    def __getattr__(self, name): return self\n    def __call__(self, *a): return self")
returns("values", "a masked array", "np.ma.masked_all((2, 1))", "bad-type")
returns("values", "an array of objects", "np.array([[Yes()], [Yes()]])", "bad-type",
        before="import numpy as np\nclass Yes:\n    def __eq__(self, other): return True\n"
               "    def __abs__(self): return 0.0\n    __sub__ = __rsub__ = lambda self, other: 0.0")
returns("values", "a structured array", "np.zeros((2, 1), [('a', 'f8')])", "bad-type")
returns("values", "dates", "np.zeros((2, 1), 'M8[s]')", "bad-type")
returns("values", "not a number", "np.full((2, 1), np.nan)", "wrong-answer")
returns("values", "a long double that is no number", "np.longdouble('nan')", "wrong-answer")
returns("values", "infinity", "np.inf", "wrong-answer")
returns("values", "nothing", "None", "wrong-answer")
returns("values", "an empty array", "np.zeros(0)", "wrong-answer")
returns("values", "an array without rows", "np.zeros((0, 1 << 20))", "too-large")
returns("values", "three million rows of nothing", "np.zeros((3_000_000, 0))", "too-large")
returns("values", "a million entries", "np.zeros((1_000_000, 1))", "too-large")
returns("values", "two arrays of 30 MiB in a list", "[np.zeros(30 << 17), np.zeros(30 << 17)]", "too-large")
returns("values", "an entry for each of a hundred thousand lists", "[[] for _ in range(99_000)]", "too-large")
returns("values", "one entry that broadcasts", "np.zeros((1, 1))", "wrong-answer")
returns("values", "an array of strides zero", "np.broadcast_to(0.0, (2, 1))", "wrong-answer")
returns("values", "an array of twelve axes", "np.zeros((1,) * 12)", "wrong-answer")
returns("values", "true", "np.ones((2, 1), bool)", "wrong-answer")
returns("values", "a complex number", "1j * np.ones((2, 1))", "wrong-answer")
returns("values", "text that looks like a number", "'113.29'", "wrong-answer")
returns("values", "text that is not Unicode", "'\\ud800'", "bad-type")
returns("values", "a generator", "(0.0 for _ in range(2))", "bad-type")
returns("values", "a function", "answer", "bad-type")
returns("values", "a dict of its own keys", "{('a',): 1}", "bad-type")
returns("values", "an object that runs code when unpickled", "Bomb()", "bad-type",
        before="class Bomb:\n    def __reduce__(self): return (eval, ('1/0',))")
returns("values", "a list in itself", "endless", "too-large", before="endless = []\nendless.append(endless)")
returns("values", "an integer of a hundred bits", "1 << 100", "too-large")
returns("values", "a hundred thousand and one numbers", "[0] * 100_001", "too-large")
returns("values", "lists of lists of lists", "wide", "too-large", "timeout",
        before="wide = 0\nfor _ in range(30): wide = [wide] * 4", limits=SHORT)
returns("values", "an array of 2**40 entries", "np.lib.stride_tricks.as_strided(np.zeros(1), (1 << 20,) * 2, (0, 0))",
        "too-large")
returns("values", "sixty million entries", "np.ones(60 << 20, np.uint8)", "too-large", "wrong-answer")
returns("values", "a column and a row", "(np.ones((40_000, 1)), np.ones((1, 40_000)))", "wrong-answer",
        "too-large")
returns("values", "pairs of pairs thirty deep", "pairs", "too-large",
        before="pairs = ()\nfor _ in range(30): pairs = (pairs, pairs)")
add("values", "its arguments, overwritten", """
def answer(*arguments):
    for argument in arguments:
        argument[...] = 0.0
    return arguments[-1]
""", "wrong-answer")
add("values", "another value at every call", """
import itertools
count = itertools.count()
def answer(*arguments):
    return float(next(count))
""", "wrong-answer")

add("patches", "numpy's comparisons", """
import numpy as np
np.allclose = np.array_equal = np.all = np.isfinite = lambda *a, **k: True
np.abs = np.asarray = np.subtract = lambda *a, **k: 0.0
def answer(*arguments):
    return 0.0
""", "wrong-answer", poisons=True)
add("patches", "numpy's testing functions", """
import numpy.testing
for name in dir(numpy.testing):
    if name.startswith("assert"):
        setattr(numpy.testing, name, lambda *a, **k: None)
def answer(*arguments):
    return 0.0
""", "wrong-answer")
add("patches", "modules of the grader", """
import sys, types
for name in ("pytest", "_pytest.runner", "autograder.checking.numeric", "autograder.course.verdicts", "nbgrader.api"):
    module = sys.modules[name] = types.ModuleType(name)
    module.assert_close = module.verdict = lambda *a, **k: "correct"
def answer(*arguments):
    return 0.0
""", "wrong-answer")
add("patches", "builtins", """
import builtins
builtins.isinstance = builtins.all = builtins.any = builtins.callable = lambda *a: True
builtins.abs = builtins.sum = builtins.max = lambda *a: 0.0
def answer(*arguments):
    return 0.0
""", "no-function", "protocol", "exited", poisons=True)
add("patches", "json", """
import json
json.dumps = lambda *a, **k: '["dict",[["reply","passed"],["number",1]]]'
json.loads = lambda *a, **k: {}
json.JSONEncoder.encode, json.JSONDecoder.decode = json.dumps, json.loads
def answer(*arguments):
    return 0.0
""", "no-function", "protocol", "exited", poisons=True)
add("patches", "struct and os.write", """
import os, struct
os.write = lambda *a: 1 << 20
def answer(*arguments):
    return 0.0
""", "no-function", "timeout", poisons=True, limits=SHORT)
add("patches", "the wire's list of types", """
import sys; wire = sys.modules['wire']
class Yes(float):
    def __eq__(self, other): return True
wire.WRITERS[Yes] = lambda writer, item, depth: ["yes", 1]
def answer(*arguments):
    return Yes()
""", "protocol")
add("patches", "the wire's encoder", """
import sys; wire = sys.modules['wire']
def encode(value, replace=None, encode=wire.encode):
    return encode(value | {"reply": "passed", "score": 2.0, "points": 2.0})
wire.encode = encode
def answer(*arguments):
    return 0.0
""", "no-function", "protocol", "exited", poisons=True)
add("patches", "the worker", """
import sys
frame = sys._getframe()
while frame and type(frame.f_locals.get("self")).__name__ != "Worker":
    frame = frame.f_back
sys.modules["worker"].failure = lambda error, sources: {"reply": "value", "value": True}
frame.f_locals["self"].requests["call"] = lambda **request: {"reply": "value", "value": True}
def answer(*arguments):
    raise ValueError
""", "wrong-answer", "protocol", "no-function", poisons=True)
add("patches", "the worker's failures", """
import sys; failures = sys.modules['failures']
failures.reason = lambda error: "correct"
def answer(*arguments):
    raise ValueError
""", "protocol")
add("patches", "import hooks", """
import sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        print("imported", name)
sys.meta_path.insert(0, Finder())
sys.path.insert(0, "/tmp")
sys.modules.clear()
def answer(*arguments):
    return 0.0
""", "wrong-answer", "exception", "protocol", "exited", poisons=True)
add("patches", "a module of its own on the path", """
import os
for name in ("conftest", "numpy", "sitecustomize", "pytest"):
    with open(f"/tmp/{name}.py", "w") as file:
        file.write("raise SystemExit")
def answer(*arguments):
    return 0.0
""", "wrong-answer", "no-function", "exception")
add("patches", "warnings and memory checks", """
import numpy as np, warnings
np.shares_memory = np.may_share_memory = lambda *a, **k: False
warnings.catch_warnings = warnings.simplefilter = None
def answer(*arguments):
    return arguments[-1]
""", "wrong-answer", "exception", poisons=True)

raised = {
    "pytest's skip": "type('Skipped', (BaseException,), {'__module__': '_pytest.outcomes'})('skip')",
    "unittest's skip": "__import__('unittest').SkipTest('skip')",
    "pytest's xfail": "type('XFailed', (Exception,), {'__module__': '_pytest.outcomes'})('xfail')",
    "the end of the program": "SystemExit(0)",
    "a keyboard interrupt": "KeyboardInterrupt",
    "the end of a generator": "GeneratorExit",
    "a verdict of the grader": "type('StudentError', (AssertionError,), {'reason': 'correct'})('correct')",
    "a message without end": "ValueError('x' * 50_000_000)",
    "ten thousand lines": "ValueError('line\\n' * 10_000)",
    "a class with a name without end": "type('x' * 1_000_000, (Exception,), {})()",
    "an injection for terminal, page and sheet":
        "ValueError('=cmd|calc\\x1b]0;owned\\x07\\x1b[2J<script>alert(1)</script>\\u202e\\r\\n2 of 2 points')",
    "an injection in a class name": "type('<script>=1+1\\x1b[2J', (Exception,), {})('\\x00')",
}
for title, error in raised.items():
    add("endings", f"raises {title}", f"def answer(*arguments):\n    raise {error}\n", "exception")
add("endings", "raises the stub's own error", "def answer(*arguments):\n    raise NotImplementedError\n",
    "not-attempted")
add("endings", "an exception without text", """
class Cruel(Exception):
    def __str__(self): raise SystemExit
    __repr__ = __getattribute__ = __str__
def answer(*arguments):
    raise Cruel
""", "exception")
add("endings", "an exception whose text never ends", """
class Endless(Exception):
    def __str__(self):
        while True: pass
def answer(*arguments):
    raise Endless
""", "timeout", limits=SHORT)
add("endings", "a class whose name is a trap", """
class Trap(type):
    @property
    def __name__(cls): raise KeyboardInterrupt
class Trapped(Exception, metaclass=Trap): pass
def answer(*arguments):
    raise Trapped
""", "exception")
add("endings", "leaves the program at once", "import os\ndef answer(*arguments):\n    os._exit(0)\n", "exited")
add("endings", "leaves the program when loaded", """
def answer(*arguments):
    return 0.0
import os
os._exit(0)
""", "no-function", "exited")
add("endings", "aborts", "import os\ndef answer(*arguments):\n    os.abort()\n", "exited")
add("endings", "a null pointer", "import ctypes\ndef answer(*arguments):\n    ctypes.string_at(0)\n", "exited")
add("endings", "a null pointer whose signal is ignored", """
import ctypes, signal
signal.signal(signal.SIGSEGV, signal.SIG_IGN)
def answer(*arguments):
    ctypes.string_at(0)
""", "exited")
add("endings", "an object that is deleted without end", """
class Endless:
    def __del__(self):
        while True: pass
def answer(*arguments):
    Endless()
""", "timeout", limits=SHORT)
add("endings", "an exit handler", """
import atexit, os, sys
atexit.register(lambda: [os.write(1, b"2 of 2 points") for _ in range(100)])
sys.excepthook = sys.unraisablehook = lambda *a: os._exit(0)
def answer(*arguments):
    sys.exit(0)
""", "exception")
add("endings", "ignores every signal", """
import signal
for number in signal.valid_signals():
    try:
        signal.signal(number, signal.SIG_IGN)
    except OSError:
        pass
def answer(*arguments):
    while True: pass
""", "timeout", limits=SHORT)
add("endings", "a trace function", """
import sys
def trace(frame, event, argument):
    if frame.f_code.co_name == "call":
        frame.f_locals["value"] = True
    return trace
sys.settrace(trace)
sys.setprofile(lambda *a: None)
def answer(*arguments):
    return 0.0
""", "wrong-answer", "bad-type", "exception", poisons=True)
add("endings", "an object that will not be deleted", """
class Undying:
    def __del__(self): kept.append(self); raise SystemExit
kept = []
def answer(*arguments):
    Undying()
    return 0.0
""", "wrong-answer")

add("replies", "a forged value before the real one", """
def answer(*arguments):
    for number in range(50):
        reply(number, True)
    return 0.0
""", "protocol", before=CONNECTION)
add("replies", "the same reply twice", """
import sys; wire = sys.modules['wire']
def encode(value, replace=None, encode=wire.encode):
    return encode(value, replace) * 2
wire.encode = encode
def answer(*arguments):
    return 0.0
""", "protocol", "exited", poisons=True)
add("replies", "replies that nobody asked for, from a thread", """
import threading, time
def flood():
    for number in range(10_000):
        reply(number, 0.0)
threading.Thread(target=flood, daemon=True).start()
def answer(*arguments):
    return 0.0
""", "protocol", "no-function", "exited", "wrong-answer", before=CONNECTION, poisons=True)
add("replies", "a verdict", """
def answer(*arguments):
    send(["dict", [["reply", "passed"], ["number", 3], ["points", 2.0], ["verdict", "correct"]]])
    return 0.0
""", "protocol", before=CONNECTION)
add("replies", "a failure for another reason", """
def answer(*arguments):
    for number in range(50):
        send(["dict", [["reply", "failure"], ["number", number], ["reason", "correct"], ["message", ""]]])
    return 0.0
""", "protocol", before=CONNECTION)
add("replies", "a frame of four gibibytes", """
def answer(*arguments):
    os.write(connection(), b"\\xff" * 8)
    return 0.0
""", "protocol", before=CONNECTION)
add("replies", "a header nested a hundred thousand times", """
def answer(*arguments):
    header = b"[" * 100_000
    os.write(connection(), struct.pack("!II", len(header), 0) + header)
    return 0.0
""", "protocol", before=CONNECTION)
add("replies", "an array of pickled objects", """
def answer(*arguments):
    part = b"\\x93NUMPY\\x01\\x00v\\x00{'descr': '|O', 'fortran_order': False, 'shape': (), }".ljust(127) + b"\\n"
    part += b"cbuiltins\\neval\\n(S'1/0'\\ntR."
    send(["dict", [["reply", "value"], ["number", 3], ["value", ["array", "|O", [], len(part)]]]], part)
    return 0.0
""", "protocol", before=CONNECTION)
add("replies", "bytes on every descriptor", """
import os
def answer(*arguments):
    for number in range(64):
        try:
            os.write(number, b"2 of 2 points, correct" * 50)
        except OSError:
            pass
    return 0.0
""", "protocol")
add("replies", "no descriptor left", """
import os
def answer(*arguments):
    os.closerange(0, 64)
    return 0.0
""", "exited")
add("replies", "a byte now and then", """
import time
def answer(*arguments):
    while True:
        os.write(connection(), b"\\0")
        time.sleep(0.1)
""", "timeout", "protocol", before=CONNECTION, limits=SHORT)
add("replies", "the judge's request, taken away", """
def answer(*arguments):
    return os.read(connection(), 1 << 20).hex()
""", "timeout", before=CONNECTION, limits=SHORT)
returns("replies", "a handle of another name", "wire.Handle('sse')", "protocol", before=WIRE)
returns("replies", "a handle of no object", "wire.Handle(10**9)", "no-function", "bad-type", before=WIRE)
returns("replies", "a function of the judge", "wire.Callback(0)", "protocol", before=WIRE)
add("replies", "a question about the judge's functions", """
def answer(*arguments):
    for number in (-1, 0, 1):
        send(["dict", [["reply", "ask"], ["number", 0], ["callback", number], ["arguments", ["tuple", []]],
                       ["keywords", ["dict", []]]]])
    return 0.0
""", "protocol", before=CONNECTION)

looked = {
    "the environment": "__import__('os').environ",
    "the environment in /proc": "open('/proc/self/environ').read()",
    "the parent's environment": "open(f'/proc/{__import__(\"os\").getppid()}/environ').read()",
    "the secret file": "open('{secret}').read()",
    "the secret file with numpy": "__import__('numpy').fromfile('{secret}', 'u1').tobytes()",
    "the secret file through a mapping": "__import__('numpy').memmap('{secret}').tobytes()",
    "the folder of the secret": "__import__('os').listdir('{secret}'.rpartition('/')[0])",
    "another student's notebook": "open('{submitted}').read()",
    "every file of the machine": "[*__import__('pathlib').Path('/').rglob('*.ipynb')] or open('{submitted}')",
    "the gradebook": "__import__('sqlite3').connect('{course}/gradebook.db').execute('select * from grade').fetchall()",
    "its own memory": "open('/proc/self/mem', 'rb').read()",
    "a name server": "__import__('socket').getaddrinfo('example.org', 80)",
    "a web server": "__import__('urllib.request').request.urlopen('http://127.0.0.1:80').read()",
    "a local socket": "__import__('socket').socket(1, 1).connect('/run/dbus/system_bus_socket')",
    "a program's output": "__import__('subprocess').check_output(['cat', '{secret}'])",
    "a shell's output": "{}[__import__('os').system('cat {secret}') or 'failed']",
}
for title, expression in looked.items():
    add("secrets", f"looks at {title}", f"def answer(*arguments):\n    tell({expression})\n", "exception", before=TELL)
add("secrets", "runs the solutions", """
import pathlib
found = [pathlib.Path("{course}/solutions"), *pathlib.Path("/").rglob("solutions")]
for path in found:
    try:
        for file in path.glob("u0*.py"):
            exec(file.read_text())
        kept = globals()["{exercise}"]
    except Exception:
        pass
def answer(*arguments):
    return kept(*arguments)
""", "exception", "no-function", "wrong-answer")
add("secrets", "imports the solutions and the hidden checks", """
from autograder.course.units import load_reference
from autograder.units.u01_perceptron import hidden as test_u01_perceptron
reference = load_reference("u01_perceptron", "{course}")
def answer(*arguments):
    return getattr(reference, "{exercise}", None)(*arguments)
""", "bad-type", "exception", "wrong-answer")
add("secrets", "searches the frames and all objects", """
import gc, sys
def answer(*arguments):
    frame, found = sys._getframe(), []
    while frame:
        found += [name for name in frame.f_locals if name in ("expected", "wanted", "reference", "secret", "rng")]
        frame = frame.f_back
    found += [o for o in gc.get_objects() if type(o).__name__ in ("Judge", "Checks", "Settings", "Generator")]
    tell(found)
""", "exception", before=TELL)
add("secrets", "writes files beside the secret", """
import os
for act in (lambda: open("{secret}", "w"), lambda: os.unlink("{secret}"), lambda: os.rename("{secret}", "{secret}2"),
            lambda: os.chmod("{secret}", 0), lambda: os.symlink("/etc", "{secret}.link"),
            lambda: os.mkdir("{secret}.d"), lambda: open("{submitted}", "w"), lambda: os.truncate("{secret}", 0)):
    try:
        act()
    except OSError:
        pass
def answer(*arguments):
    return 0.0
""", "wrong-answer")
add("secrets", "system calls without Python", """
import ctypes, os
libc = ctypes.CDLL(None, use_errno=True)
def answer(*arguments):
    results = [libc.syscall(57), libc.syscall(101, 16, os.getppid(), 0, 0), libc.syscall(272, 0x10000000),
               libc.syscall(425, 8, ctypes.create_string_buffer(256)), libc.syscall(250, 0, 0, 0),
               libc.syscall(62, os.getppid(), 9), libc.syscall(310, os.getppid(), 0, 0, 0, 0, 0)]
    if 0 in results[:1]:
        os._exit(0)
    tell(results)
""", "exception", before=TELL)

for title, body in {
    "an endless loop": "while True: pass",
    "a sleep": "__import__('time').sleep(100)",
    "one step that cannot be interrupted": "9 ** 9 ** 9",
    "a search that never ends": "__import__('re').match('(a|a)*b', 'a' * 60)",
    "a loop that catches everything":
        "\n    while True:\n        try:\n            while True: pass\n        except BaseException: pass",
}.items():
    add("resources", title, f"def answer(*arguments):\n    {body}\n", "timeout", limits=SHORT)
add("resources", "an endless loop when loaded", """
def answer(*arguments):
    return 0.0
while True: pass
""", "no-function", "timeout", limits=SHORT)
add("resources", "a loop when loaded that catches everything", """
def answer(*arguments):
    return 0.0
while True:
    try:
        while True: pass
    except BaseException: pass
""", "no-function", "timeout", limits=SHORT)
add("resources", "a thread that never rests", """
import threading
def spin():
    while True: pass
threading.Thread(target=spin, daemon=True).start()
def answer(*arguments):
    return 0.0
""", "wrong-answer")
add("resources", "lists without end", """
hoard = []
def answer(*arguments):
    while True:
        hoard.append(bytearray(1 << 24))
""", "memory", "exception", "exited", "timeout", limits={"memory_mib": 192})
add("resources", "memory maps without end", """
import mmap
kept = []
def answer(*arguments):
    while True:
        kept.append(mmap.mmap(-1, 4096))
""", "exception", "memory", "exited", limits=SMALL)
add("resources", "one array of a terabyte", """
import numpy as np
def answer(*arguments):
    return np.ones(1 << 37)
""", "memory")
add("resources", "a compressed bomb", """
import zlib
bomb = zlib.compress(bytes(1 << 22))
def answer(*arguments):
    return len([zlib.decompress(bomb) for _ in range(400)])
""", "memory", "timeout", limits=SMALL | {"call_seconds": 0.5, "exercise_seconds": 0.5})
add("resources", "a fork bomb", """
import os
def answer(*arguments):
    while True:
        os.fork()
""", "exception")
add("resources", "programs without end", """
import subprocess, sys
def answer(*arguments):
    while True:
        subprocess.Popen([sys.executable, "-c", "while True: pass"], start_new_session=True)
""", "exception")
add("resources", "a pool of processes", """
import multiprocessing
def answer(*arguments):
    with multiprocessing.Pool(8) as pool:
        return pool.map(abs, range(100))
""", "exception")
add("resources", "threads without end", """
import threading
threading.stack_size(1 << 16)
def answer(*arguments):
    while True:
        threading.Thread(target=threading.Event().wait, daemon=True).start()
""", "exception")
add("resources", "files without end", """
def answer(*arguments):
    for number in range(10_000):
        with open(f"/tmp/{number}", "wb") as file:
            file.write(bytes(1 << 20))
""", "exception")
add("resources", "descriptors without end", """
import os
kept = []
def answer(*arguments):
    while True:
        kept.append(os.pipe())
""", "exception", "exited", "protocol")
add("resources", "print without end", """
def answer(*arguments):
    for _ in range(2_000):
        print("2 of 2 points" * 1_000)
    return 0.0
""", "wrong-answer")
add("resources", "output without end on the descriptors", """
import os
def answer(*arguments):
    for _ in range(500):
        os.write(1, b"x" * 65_536)
        os.write(2, b"y" * 65_536)
    return 0.0
""", "wrong-answer")
add("resources", "recursion without end", "def answer(*arguments):\n    return answer(*arguments)\n", "exception")
add("resources", "recursion through the stack of C", """
import sys
sys.setrecursionlimit(1 << 30)
class Deep:
    def __repr__(self): return repr(self)
def answer(*arguments):
    return repr(Deep())
""", "exited", "exception", "memory", "timeout", limits={"call_seconds": 2})

add("cells", "overrides the check cell", """
def check(*arguments, **keywords):
    return 100.0
def assert_close(*arguments, **keywords):
    return None
points = score = earned = 2.0
def answer(*arguments):
    return 0.0
""", "wrong-answer")
add("cells", "magics and shell escapes", """
!cat {secret}
%run {secret}
text = !cat {secret}
get_ipython().system("cat {secret}")
get_ipython().run_cell_magic("bash", "", "cat {secret}")
def answer(*arguments):
    tell(globals().get("text"))
""", "exception", before=TELL)
add("cells", "a bash cell", """%%bash
cat {secret}
rm -rf {course}
def answer(*arguments): pass
""", "no-function", "not-attempted")
add("cells", "a syntax error that shows a file", """
def answer(*arguments):
    return compile("(", "{secret}", "exec")
""", "exception")
add("cells", "prints what a right answer prints", """
print("{exercise}: 2 of 2 points (correct)")
def answer(*arguments):
    print("passed")
    return "correct"
""", "wrong-answer")
add("cells", "names of the grader", """
__name__ = "autograder.grading.judge"
__file__ = "{course}/autograder/grading.py"
student = reference = rng = tier = None
def answer(*arguments):
    return reference
""", "wrong-answer", "bad-type", poisons=True)
