"""Files that hold something else than their ending says: what they are, and what to do."""

import re
from pathlib import Path

from cartolearn.errors import InputError

PACKED = (".gz", ".zip", ".bz2", ".xz", ".zst", ".7z", ".rar", ".tar", ".tgz")
SEPARATED, LINES = (".csv", ".tsv", ".txt"), (".jsonl", ".ndjson", ".json")
BOOKS, PARQUET = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"), (".parquet",)
TEXT = (*SEPARATED, *LINES)
ALL = (*TEXT, *BOOKS, *PARQUET)
OLE = re.escape(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
A_LINE = rb"[\t -~]{4,}(\r|\n|$)"

# What files of other endings are, and what to do.
_OTHERS = {
    (".numbers", ".gsheet", ".gdoc", ".doc", ".docx", ".odt", ".rtf", ".pdf", ".html", ".htm"): (
        "holds no table that is read here; export the table as CSV or as a workbook"
    ),
    (".dta", ".sav", ".por", ".sas7bdat", ".rds", ".rdata", ".mat"): (
        "is of statistics software; save it there as CSV, or with pandas as Parquet"
    ),
    (".pkl", ".pickle", ".joblib", ".npy", ".npz", ".pt"): (
        "may run code when it is read; save the table as Parquet or CSV where it was made"
    ),
    (".db", ".sqlite", ".sqlite3", ".orc", ".avro", ".tfrecord", ".xml", ".yaml", ".yml"): (
        "is no table that is read here; export the texts and labels as CSV, JSON Lines or Parquet"
    ),
    (".spacy", ".ann", ".conll", ".conllu", ".iob"): (
        "holds annotations inside texts; export one text a row with its label, as CSV or JSON Lines"
    ),
    (".libsvm", ".svm", ".svmlight", ".arff"): (
        "holds features and no texts; bring the texts themselves, as CSV or JSON Lines"
    ),
}

# What the start of a file tells, for files of which endings, and what to do then.
_SIGNS = (
    (rb"PK\x03\x04", TEXT, "is a workbook or an archive; name it .xlsx or unpack it"),
    (OLE, TEXT, "is a workbook of old; name it .xls"),
    (OLE, (".xlsx", ".xlsm"), "has a password, or is a workbook of old; save it anew"),
    (rb"PAR1\x15", (*TEXT, *BOOKS), "is a Parquet file; name it .parquet"),
    (rb"\x1f\x8b", (*TEXT, *PARQUET), "is compressed; unpack it first"),
    (rb"%PDF", ALL, "is a PDF; export the table as CSV"),
    (
        rb"version https://git-lfs",
        ALL,
        "is a pointer of Git LFS; get the data by: git lfs pull",
    ),
    (
        rb"\s*<(!doctype html|html|table)",
        ALL,
        "is a web page; did the download ask to sign in? A table in it can be saved as CSV",
    ),
    (rb"\s*<\?xml", ALL, "is XML; export the table as CSV"),
    (rb'\s*(\[\s*)?\{\s*"', SEPARATED, "holds JSON; name it .jsonl or .json"),
    (
        rb"__label__\w+\s",
        SEPARATED,
        "holds lines of fastText; write label and text in two columns, named in the first line",
    ),
    (
        rb"(?-i:[A-Z]{2,8}:[a-z]+ [A-Z])",
        SEPARATED,
        "holds lines of TREC; write label and text in two columns, named in the first line",
    ),
    (A_LINE, BOOKS, "is no workbook but text; name it .csv"),
    (A_LINE, PARQUET, "is no Parquet file but text; name it .csv or .jsonl"),
)


def refuse_mistaken(path: Path) -> None:
    """Refuse a file that holds something else than its ending says, as far as its start tells.

    Raises:
        InputError: It does; the message says what it holds and what to do.
    """
    ending = path.suffix.lower()
    if ending in PACKED:
        raise InputError(f"{path} is compressed; unpack it first")
    for endings, what in _OTHERS.items():
        if ending in endings:
            raise InputError(f"{path} {what}")
    with path.open("rb") as stream:
        head = stream.read(4096).removeprefix(b"\xef\xbb\xbf")
    for sign, endings, what in _SIGNS:
        if ending in endings and re.match(sign, head, re.IGNORECASE):
            raise InputError(f"{path} ends in {ending}, but {what}")
