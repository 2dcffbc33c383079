import os
import sys


def _r1_serve():
    requests, answers = os.fdopen(3, "rb"), os.fdopen(4, "wb")
    kept = {}

    def keep(value):
        kept[len(kept)] = value
        return len(kept) - 1

    def answer(operation, name, target, arguments, keywords):
        if operation == "name":
            return namespace[name]
        if operation == "attribute":
            return getattr(target, name)
        if operation == "set":
            return setattr(target, name, arguments[0])
        if operation == "iterate":
            return [item for item, _ in zip(target, range(1 << 20))]
        function = namespace[name] if target is None else getattr(target, name) if name else target
        return function(*arguments, **keywords)

    def failure(error):
        return b"X" + _Wire.dump(type(error).__name__, keep) + _Wire.dump(str(error)[:1000], keep)

    solution = type(sys)("solution")
    sys.modules["solution"] = solution
    namespace = solution.__dict__
    with open("/box/main.py", "rb") as file:
        exec(compile(file.read(), "main.py", "exec"), namespace)
    _send(answers, b"ready")
    while True:
        data = _receive(requests)
        if data is None:
            os._exit(0)
        try:
            request = _Wire(data, lambda number, kind: kept[number])
            data = b"V" + _Wire.dump(answer(*[request.load() for _ in range(5)]), keep)
        except BaseException as error:
            data = failure(error)
        _send(answers, data)


_r1_serve()
