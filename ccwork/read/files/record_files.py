"""Files of records (JSON, Parquet) as a table of text: one heading, one row a record."""

import io
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd

from ccwork.read.files.book_cells import LONGEST_CELL, MOST_COLUMNS, as_text
from ccwork.read.files.cell_grid import Cells, Grid
from ccwork.read.files.decoding import decode
from ccwork.read.files.faults import Fault

RECORDS: Final = (".json", ".parquet")


def record_rows(suffix: str, content: bytes) -> Sequence[list[str]]:
    """Read a file: names of fields in the order they come in, then one row a record.

    Numbers of a JSON file stay digit by digit; a field that is absent or null is a blank cell.

    Raises
    ------
    Fault
        When the file is no list of records, holds more than a table can, or is damaged, or when
        the package that reads it is not installed.
    """
    records = _from_parquet(content) if suffix == ".parquet" else _from_json(content)
    if isinstance(records, Grid):
        return records
    names = list(dict.fromkeys(name for record in records for name in record))
    if len(names) > MOST_COLUMNS:
        raise Fault("too_many_columns", n=len(names), most=MOST_COLUMNS)
    nested = [name for name in names
              if any(isinstance(record.get(name), dict | list) for record in records)]  # fmt: skip
    if nested:
        raise Fault("nested_cells", found="; ".join(nested))
    if not names:
        raise Fault("empty_file")
    return [names, *([as_cell(record.get(name)) for name in names] for record in records)]


def as_cell(value: object) -> str:
    """Write a value of a field as text; nothing, and what is no number, as a blank cell."""
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    if isinstance(value, str) and value.isascii():
        return value[:LONGEST_CELL]
    if isinstance(value, str):
        value = value[:LONGEST_CELL]
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return "" if value is None or value != value else as_text(value)


def _from_parquet(content: bytes) -> Grid | Sequence[dict[str, Any]]:
    try:
        from pyarrow import parquet
    except ImportError:
        raise Fault("surveys_needed", found=".parquet", package="pyarrow") from None
    try:
        schema = parquet.read_schema(io.BytesIO(content))
        words = [field.name for field in schema if str(field.type).endswith("string")]
        table = parquet.ParquetFile(io.BytesIO(content), read_dictionary=words).read()
    except Exception:  # the reader raises several kinds of its own
        raise Fault("damaged") from None
    _record([(name, None) for name in table.column_names])
    for place, field in enumerate(table.schema):
        if str(field.type) == "float":  # of single precision: with the digits it was given
            digits = table.column(place).cast("string").cast("double")
            table = table.set_column(place, field.name, digits)
    try:
        if 0 < table.num_columns <= MOST_COLUMNS and table.num_rows:
            return Grid([*map(_cells, table.column_names, table.columns)])
    except (NotImplementedError, TypeError):  # nested ones among them
        pass
    return table.to_pylist()


def _cells(name: str, column: Any) -> Cells:
    """Write each different value of a column once, below its name."""
    kept = column.dictionary_encode().unify_dictionaries().combine_chunks()
    known, words = kept.dictionary.to_pylist(), str(kept.dictionary.type).endswith("string")
    longest = max(map(len, known), default=0) if words and "".join(known).isascii() else np.inf
    told = known if longest <= LONGEST_CELL else map(as_cell, known)
    again, cells = pd.factorize(np.array([name, *told, *[""] * bool(kept.null_count)], object))
    at = kept.indices.fill_null(len(again) - 2).to_numpy()
    codes = again.astype(np.min_scalar_type(len(cells)))
    return Cells(np.concatenate([codes[:1], codes[1:][at]]), cells)


def _from_json(content: bytes) -> Sequence[dict[str, Any]]:
    try:
        found = json.loads(decode(content)[0], object_pairs_hook=_record, parse_int=str,
                           parse_float=str, parse_constant=str)  # fmt: skip
    except json.JSONDecodeError as error:
        raise Fault("json_syntax", line=str(error.lineno)) from None
    except RecursionError:
        raise Fault("json_rows") from None
    lists = [each for each in found.values() if isinstance(each, list)] if isinstance(
        found, dict) else [found]  # fmt: skip
    rows = lists[0] if len(lists) == 1 else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Fault("json_rows")
    return rows


def _record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = Counter(name for name, _ in pairs)
    if twice := [name for name, count in names.items() if count > 1]:
        raise Fault("json_twice", found="; ".join(twice))
    return dict(pairs)
