"""What is wrong with a cell or a file, and where a cell stands."""


class Fault(ValueError):
    """What is wrong with a cell or a file: a code and the values of its sentences."""

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def address(row: int, column: int) -> str:
    """Return the Excel address of a cell; both numbers from 0.

    Examples
    --------
    >>> address(6, 2), address(0, 27)
    ('C7', 'AB1')
    """
    letters, column = "", column + 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row + 1}"
