"""What is wrong with a cell or a file."""


class Fault(ValueError):
    """What is wrong with a cell or a file: a code and the values of its sentences."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values
