import os
import sys


class _Gone(BaseException):
    """The candidate's side has ended."""


def _r1_tests(setup, entry_point, tests):
    requests, answers = os.fdopen(4, "wb"), os.fdopen(3, "rb")
    report = os.fdopen(os.dup(1), "w", encoding="utf-8", errors="backslashreplace")
    os.dup2(2, 1)

    def receive():
        data = _receive(answers)
        if data is None:
            raise _Gone()
        return data

    def ask(operation, name=None, target=None, arguments=(), keywords={}):
        def refuse(value):
            raise TypeError("a test passes a %s, which cannot travel to the solution" % type(value).__name__)

        request = (operation, name, target, list(arguments), dict(keywords))
        try:
            _send(requests, b"".join(_Wire.dump(part, refuse) for part in request))
        except BrokenPipeError:
            raise _Gone()
        data = receive()
        try:
            wire = _Wire(data[1:], Remote)
            if data[:1] == b"V":
                return wire.load()
            kind, message = str(wire.load()), str(wire.load())
        except Exception as error:  # bytes that no honest answer has
            raise _Solution("the answer of the solution cannot be read") from error
        known = getattr(builtins, kind, None)
        try:
            error = known(message) if issubclass(known, Exception) else _Solution(kind + ": " + message)
        except TypeError:  # no class, or one that takes more than a message
            error = _Solution(kind + ": " + message)
        error.of_solution = True
        raise error

    class _Solution(Exception):
        """An error of the solution that is none of Python's own."""

    class Remote(_Handle):
        """An object of the solution. It is equal to itself only: what it says about equality is not asked."""
        def __call__(self, *arguments, **keywords):
            return ask("call", None, self, arguments, keywords)

        def __getattr__(self, name):
            if name.startswith("__") or name == "of_solution":
                raise AttributeError(name)
            return ask("attribute", name, self)

        def __setattr__(self, name, value):
            if name in ("number", "kind"):
                object.__setattr__(self, name, value)
            else:
                ask("set", name, self, (value,))

        def __iter__(self):
            return iter(ask("iterate", None, self))

        def __len__(self):
            return int(ask("call", "__len__", self))

        def __getitem__(self, key):
            return ask("call", "__getitem__", self, (key,))

        def __next__(self):
            return ask("call", "__next__", self)

        def __str__(self):
            return str(ask("call", "__str__", self))

        def __bool__(self):
            return True

        def __eq__(self, other):
            return isinstance(other, Remote) and self.number == other.number

        def __hash__(self):
            return hash(self.number)

        def __repr__(self):
            return "<%s of the solution>" % self.kind

    class Names(dict):
        """Names of the tests; then Python's own and its library's; then the solution's."""
        def __missing__(self, name):
            if hasattr(builtins, name):
                return getattr(builtins, name)
            if name in sys.stdlib_module_names:
                self[name] = __import__(name)
                return self[name]
            try:
                return ask("name", name)
            except KeyError:
                raise NameError("name %r is not defined" % name) from None

    def same(got, expected):
        """The comparison of call tests: lists and tuples are the same, and so are numbers near each other."""
        if isinstance(expected, list):
            return isinstance(got, (list, tuple)) and len(got) == len(expected) and all(map(same, got, expected))
        if isinstance(expected, dict):
            return isinstance(got, dict) and got.keys() == expected.keys() and all(same(got[k], expected[k]) for k in expected)
        if isinstance(expected, bool) or isinstance(got, bool):
            return got is expected
        if isinstance(expected, float) and isinstance(got, (int, float)):
            return got == expected or abs(got - expected) <= 1e-9 * max(1, abs(expected))
        return type(got) in (int, float, str, type(None)) and got == expected

    def line_of(error, source):
        number = 0
        trace = error.__traceback__
        while trace is not None:
            if trace.tb_frame.f_code.co_filename == "<test>":
                number = trace.tb_lineno
            trace = trace.tb_next
        lines = source.splitlines()
        return lines[number - 1].strip() if 0 < number <= len(lines) else source.strip()

    def guess_entry_point():
        """The last function of the setup that the tests call, as a prompt ends with the function to write; else the outermost call
        of a name that is neither theirs nor Python's; else the outermost call ("sum" may be meant)."""
        import ast
        trees = [ast.parse(source) for source in tests]
        nodes = [node for tree in trees for node in ast.walk(tree)]
        own = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
        called = [node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]
        called = [name for name in called if name not in own]
        stubs = [node.name for node in ast.parse(setup).body if isinstance(node, ast.FunctionDef) and node.name in called]
        strange = [name for name in called if not hasattr(builtins, name) and name not in sys.stdlib_module_names]
        return (stubs[-1:] or strange or called or [""])[0]

    def say(text):
        report.write(" ".join(text.split())[:2000] + "\n")
        report.flush()

    try:
        if receive() != b"ready":
            raise _Gone()
        names = Names({"__name__": "tests", "__builtins__": builtins, "_r1_same": same})
        if setup:
            exec(compile(setup, "<setup>", "exec"), names)
        entry_point = entry_point or guess_entry_point()
        if entry_point:
            names[entry_point] = lambda *arguments, **keywords: ask("call", entry_point, None, arguments, keywords)
        for source in tests:
            try:
                exec(compile(source, "<test>", "exec"), names)
                say("P")
            except Exception as error:
                kind = type(error).__name__
                what = str(error) if isinstance(error, _Solution) else "%s: %s" % (kind, error) if str(error) else kind
                if isinstance(error, AssertionError) and not hasattr(error, "of_solution"):
                    say("F " + line_of(error, source) + (" (" + str(error) + ")" if str(error) else ""))
                else:
                    say("R " + what + " in " + line_of(error, source))
        say("done")
    except _Gone:
        say("gone")
    os._exit(0)


