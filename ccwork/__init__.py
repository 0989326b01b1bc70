"""ccwork: adopt customer centricity in a public agency, and measure it.

All a notebook needs beside its one room of :mod:`ccwork.stages`: ``check`` (an exercise),
``glossary``, ``load`` (an agency), ``show`` (a table or a figure), ``summary``.
"""

import os

from ccwork.stages import face

__version__ = "0.1.0"

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # sums this short only wait for each other

__getattr__, __dir__ = face(
    __name__,
    """
    learn.exercises check
    tell.display glossary show summary
    read.loading load
    """,
)
