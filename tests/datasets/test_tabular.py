"""CSV files as they are met, and all that may be wrong with one."""

from __future__ import annotations

import csv
import io
import os
import tracemalloc
from pathlib import Path
from time import process_time

import numpy as np
import pytest

from autograd_fr import datasets
from autograd_fr.datasets import Table, read_csv
from autograd_fr.errors import DataError, DtypeError

NAN = float("nan")


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "table.csv"


def read(path: Path, text: str | bytes, **options: object) -> Table:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_csv(path, **options)


def refused(path: Path, text: str | bytes, **options: object) -> str:
    """What there is against the file; the message is one line, begins with it, and is not long."""
    with pytest.raises(DataError) as caught:
        read(path, text, **options)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    assert len(message) < len(str(path)) + 300
    return message.removeprefix(str(path))


def test_numbers_with_a_target(path):
    table = read(path, "a,b,c\n1,2.5,0\n-3,1e2,1\n", target="c")
    np.testing.assert_array_equal(table.x, np.array([[1, 2.5], [-3, 100]], np.float32))
    assert table.x.dtype == np.float32
    assert (table.y.tolist(), table.y.dtype) == ([0, 1], np.int64)
    assert (table.names, table.classes) == (("a", "b"), {})


def test_no_target(path):
    table = read(path, "1,2\n3,4\n", dtype="float64")
    assert (table.x.tolist(), table.x.dtype) == ([[1, 2], [3, 4]], np.float64)
    assert table.y is None
    assert table.names == ("column 0", "column 1")


@pytest.mark.parametrize("target", ["b", 1, -2, np.int64(1)])
def test_a_target_by_name_or_place(path, target):
    table = read(path, "a,b,c\n1,2,3\n", target=target)
    assert (table.x.tolist(), table.y.tolist()) == ([[1, 3]], [2])


def test_some_columns_in_an_order_of_ones_own(path):
    table = read(path, "id,a,b,y\nx1,1,2,3\nx2,4,5,6\n", columns=["b", 1], target="y")
    assert (table.x.tolist(), table.names) == ([[2, 1], [5, 4]], ("b", "a"))


@pytest.mark.parametrize(
    ("cells", "dtype", "values"),
    [
        ("1 -2 +3", np.int64, [1, -2, 3]),
        ("1 2.0 3", np.float32, [1, 2, 3]),
        ("1e0 2 3", np.float32, [1, 2, 3]),
        (f"{2**53 + 1} 2 {-(2**63)}", np.int64, [2**53 + 1, 2, -(2**63)]),
        ("1 1e20 2", np.float32, [1, float(np.float32(1e20)), 2]),
        (f"{10**25} 1. 2", np.float32, [float(np.float32(1e25)), 1, 2]),
    ],
)
def test_the_target_is_int64_where_all_is_written_as_integers(path, cells, dtype, values):
    text = "".join(f"0,{cell}\n" for cell in cells.split())
    table = read(path, text, target=1)
    assert (table.y.dtype, table.y.tolist()) == (dtype, values)
    assert table.x.shape == (3, 1)


@pytest.mark.parametrize(
    ("text", "header", "names"),
    [
        ("a,b\n1,2\n", None, ("a", "b")),
        ("1,2\n1,2\n", None, ("column 0", "column 1")),
        (",b\n1,2\n", None, ("column 0", "b")),
        (",2\n1,2\n", None, ("column 0", "column 1")),
        ("2015,2016\n1,2\n", True, ("2015", "2016")),
        ("a,b\nc,d\n", False, ("column 0=a", "column 0=c", "column 1=b", "column 1=d")),
    ],
)
def test_a_header_or_none(path, text, header, names):
    table = read(path, text, header=header, missing=0, encode="onehot" if header is False else None)
    assert table.names == names


def test_an_integer_beyond_int64_is_no_target(path):
    message = refused(path, f"a,b\n1,2\n3,{10**20}\n", target="b")
    assert message.startswith(", column 'b': 100000000000000000000 is beyond int64")
    assert refused(path, f"a,b\n1,{2**63}\n", target="b")


@pytest.mark.parametrize("text", ["country,2019,2020\nFR,1,2\n", "5.1,3.5,x\n4.9,3,x\n"])
def test_a_first_row_of_names_or_of_values_has_to_be_told(path, text):
    assert "line 1: of names or of values?" in (message := refused(path, text, encode="label"))
    assert "header=True or header=False" in message
    assert len(read(path, text, encode="label", header=True).x) == 1
    assert len(read(path, text, encode="label", header=False).x) == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("rows", [1, 30])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_delimiter_is_found(path, delimiter, rows, end):
    lines = [f"a{delimiter}b", *(f"{k}{delimiter}{k}.5" for k in range(rows))]
    table = read(path, end.join(lines))
    assert table.x.tolist() == [[k, k + 0.5] for k in range(rows)]


@pytest.mark.parametrize(
    ("text", "options", "x"),
    [
        ("1,5;2\n2,5;3\n", {"decimal": ","}, [[1.5, 2], [2.5, 3]]),
        ("1,5;2,5\n", {"decimal": ","}, [[1.5, 2.5]]),
        ("1,5;2\n2,5;3\n", {}, [[1.5, 2], [2.5, 3]]),
        ("1.5;2\n2.5;3\n", {}, [[1.5, 2], [2.5, 3]]),
        ("1;2\n" * 20 + "1,5;3\n", {}, [[1, 2]] * 20 + [[1.5, 3]]),
        ("a\tb\n1,5\t,25\n", {}, [[1.5, 0.25]]),
        ("1:2\n3:4\n", {"delimiter": ":"}, [[1, 2], [3, 4]]),
        ("a\n1\n2\n", {}, [[1], [2]]),
        ("1, 2\n 3 ,\t4\n", {"delimiter": ","}, [[1, 2], [3, 4]]),
        ('"a\n, b","c"\n"1","2"\n', {}, [[1, 2]]),
        ("\n\na,b\n\n1,2\n\n", {}, [[1, 2]]),
        ("a,b\n1,2", {}, [[1, 2]]),
    ],
    ids=["decimal comma", "both commas", "decimal comma found", "point found",
         "comma with semicolons", "comma with tabs", "colon", "one column", "blanks", "quotes",
         "blank lines",
         "no last newline"],
)  # fmt: skip
def test_files_as_they_are_met(path, text, options, x):
    assert read(path, text, **options).x.tolist() == x


@pytest.mark.parametrize(
    ("encoding", "options"),
    [("utf-8", {}), ("utf-8-sig", {}), ("cp1252", {"encoding": "cp1252"}),
     ("utf-16", {"encoding": "utf-16"})],
)  # fmt: skip
def test_encodings_and_byte_order_marks(path, encoding, options):
    assert read(path, "été,âge\n1,2\n".encode(encoding), **options).names == ("été", "âge")


def test_quotes_may_go_on_beyond_the_lines_that_tell_the_delimiter(path):
    text = "size;cm,kind,n\n" + "1,a,2\n" * 8 + '1,"b\nb",2\n'
    assert read(path, text, encode="label").names == ("size;cm", "kind", "n")


def test_the_other_decimal_sign_is_advised(path):
    text = "1\t2\n" * 20 + "1,5\t3\n"
    assert "line 21, column 'column 0': '1,5' is no" in (message := refused(path, text))
    assert message.endswith("it is one with decimal=','")


@pytest.mark.parametrize(
    ("text", "options", "advice"),
    [
        ('a,b\n"1,234",2\n', {}, "is one with decimal=',', unless the comma separates thousands"),
        ("a;b\n1.234;2\n", {"decimal": ","}, "decimal='.', unless the point separates thousands"),
        ('a,b\n"1,234,567",2\n', {}, "is one if the comma separates thousands: take it out"),
        ('a,b\n"-12,345.5",2\n', {}, "is one if the comma separates thousands: take it out"),
        ('a,b\n3,2\n"1,234,567",2\n', {}, "if the comma separates thousands: take it out"),
        ('a,b\n"1,2345",2\n', {}, "it is one with decimal=','"),
        ('a,b\n"0,123",2\n', {}, "it is one with decimal=','"),
    ],
)
def test_a_sign_before_three_digits_may_separate_thousands(path, text, options, advice):
    message = refused(path, text, **options)
    assert advice in message
    assert ("thousands" in advice) == ("thousands" in message)


@pytest.mark.parametrize("options", [{}, {"decimal": "."}, {"decimal": ","}])
@pytest.mark.parametrize("between", [0, 70_000])
def test_both_decimal_signs_are_told_of_at_once(path, between, options):
    message = refused(path, "a;b\n1,5;2\n" + "1;2\n" * between + "2;2.5\n", **options)
    assert message == (
        f": '1,5' in line 2 and '2.5' in line {between + 3} have different decimal signs; write "
        "all numbers with the same"
    )


def test_the_other_decimal_sign_is_advised_if_only_columns_left_out_have_this_one(path):
    text = "a;b;c\n1.5;2,5;3\nx;3,5;4\n"
    message = refused(path, text, decimal=".", columns=["b", "c"])
    assert message.endswith("it is one with decimal=','")
    assert read(path, text, decimal=",", columns=["b", "c"]).x.tolist() == [[2.5, 3], [3.5, 4]]


def test_both_signs_where_one_may_separate_thousands(path):
    message = refused(path, 'a,b\n1.5,2\n"1,234",3\n')
    assert "'1.5' in line 2 and '1,234' in line 3 have different decimal signs" in message
    assert message.endswith("unless the comma separates thousands: take it out")


def test_a_target_of_words_becomes_labels(path):
    table = read(path, "a,kind\n1,yes\n2,no\n3,yes\n", target="kind")
    assert (table.y.tolist(), table.classes) == ([1, 0, 1], {"kind": ("no", "yes")})
    assert "'x' is no finite number; encode=" in refused(path, "a,k\nx,1\n", target="k")


def test_words_as_labels_and_as_columns(path):
    text = "year,kind,size,class\n1,b,9,yes\n2,a,10,no\n3,b,9,no\n"
    table = read(path, text, target="class", encode="label")
    assert table.x.tolist() == [[1, 1, 9], [2, 0, 10], [3, 1, 9]]
    assert (table.y.tolist(), table.y.dtype) == ([1, 0, 0], np.int64)
    assert table.classes == {"kind": ("a", "b"), "class": ("no", "yes")}
    table = read(path, text, target="class", encode="onehot")
    assert table.names == ("year", "kind=a", "kind=b", "size")
    assert table.x.tolist() == [[1, 0, 1, 9], [2, 1, 0, 10], [3, 0, 1, 9]]
    assert table.y.tolist() == [1, 0, 0]


def test_numbers_taken_as_words_are_sorted_by_size(path):
    text = "size,class\n9,2\n10,3\nx,2\n9,30\n"
    table = read(path, text, target="class", encode={"size": "onehot", -1: "label"})
    assert table.names == ("size=9", "size=10", "size=x")
    assert table.x.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0]]
    assert table.y.tolist() == [0, 1, 0, 2]
    assert table.classes == {"size": ("9", "10", "x"), "class": ("2", "3", "30")}


@pytest.mark.parametrize("cell", ["", " ", "NA", "n/a", "NaN", "null", "None", "?", '""'])
def test_missing_values(path, cell):
    text = f"a,b\n1,2\n3,{cell}\n"
    assert ", line 3, column 'b': " in (message := refused(path, text))
    assert "is a missing value; missing=float('nan')" in message
    np.testing.assert_array_equal(read(path, text, missing=NAN).x, [[1, 2], [3, NAN]])
    np.testing.assert_array_equal(read(path, text, missing=-1).x, [[1, 2], [3, -1]])
    message = refused(path, text, missing=NAN, target="b")
    assert "line 3, column 'b'" in message
    assert message.endswith("a target has none: leave such rows out")


def test_missing_words(path):
    text = "a,b,c\n?,,0\nx,5,1\ny,?,2\n"
    table = read(path, text, missing=NAN, encode="onehot")
    np.testing.assert_array_equal(table.x, [[NAN, NAN, NAN, 0], [1, 0, 5, 1], [0, 1, NAN, 2]])
    assert table.names == ("a=x", "a=y", "b", "c")
    np.testing.assert_array_equal(read(path, text, missing=-1, encode="label").x[:, 0], [-1, 0, 1])
    table = read(path, "a,b\n,1\n", missing=2, encode={"a": "onehot"})
    assert (table.x.tolist(), table.names) == ([[2, 1]], ("a", "b"))


@pytest.mark.parametrize("missing", [0, 1.0])
def test_what_stands_for_a_missing_word_is_no_label(path, missing):
    text = "a,b\nx,2\n,3\ny,4\n"
    message = refused(path, text, encode="label", missing=missing)
    assert f"column 'a': missing={missing:g} is the label of {'xy'[int(missing)]!r}" in message
    assert len(read(path, text.replace("\n,", "\ny,"), encode="label", missing=missing).x) == 3
    assert read(path, text, encode="onehot", missing=missing).x[1].tolist() == [missing, missing, 3]


@pytest.mark.parametrize("cell", ["abc", "1_000", "inf", "-infinity", "1e999", "1.2.3", "0x1f"])
def test_cells_that_are_no_numbers(path, cell):
    message = refused(path, f"a,b\n1,2\n3,{cell}\n")
    assert f", line 3, column 'b': {cell!r} is no finite number, as those before it are" in message
    message = refused(path, f"a,b\n1,{cell}\n")
    assert f", line 2, column 'b': {cell!r} is no finite number; encode='onehot'" in message


def test_a_typing_error_does_not_make_a_column_of_words(path):
    assert "'1O'" in refused(path, "a\n10\n1O\n", encode="label")
    message = refused(path, "a\nx\n10\n", encode="label")
    assert "'10' is a number among words; encode={'a': 'label'} takes all as words" in message
    assert "'1.x' is no finite number" in refused(path, "a;b\n1,5;2\n1.x;3\n", decimal=",")


def test_a_long_cell_is_not_repeated_in_full(path):
    assert f"'{'x' * 40}...'" in refused(path, "a,b\n1," + "x" * 10_000)


@pytest.mark.parametrize(("row", "fields"), [("1", 1), ("1,2,3", 3), ("1,2,", 3)])
def test_ragged_rows(path, row, fields):
    message = refused(path, f"a,b\n1,2\n\n{row}\n")
    assert message == f", line 4: {fields} fields; 2 were expected, as in the first"


def test_a_line_is_counted_as_an_editor_counts_it(path):
    assert "line 5, column 'b'" in refused(path, 'a,b\n"1\n",2\n\n3,x\n')


@pytest.mark.parametrize("text", ["", "\n\n", "\ufeff"])
def test_nothing_in_the_file(path, text):
    assert refused(path, text) == " is empty; a CSV file was expected"


def test_a_header_alone(path):
    assert refused(path, "a,b\n") == " has no rows below the names of its columns"


def test_two_columns_of_a_name(path):
    assert refused(path, "a,b,a\n1,2,3\n") == ", line 1: two columns are called 'a'"


@pytest.mark.parametrize("key", ["c", 2, -3])
@pytest.mark.parametrize("asked", ["target", "columns", "encode"])
def test_a_column_that_is_not_there(path, key, asked):
    options = {"target": key, "columns": [key], "encode": {key: "label"}}
    message = refused(path, "a,b\n1,2\n", **{asked: options[asked]})
    assert message == f" has no column {key!r}; it has 2: a, b"
    assert refused(path, '"a\nb"\n1\n', target=5) == " has no column 5; it has 1: a b"


def test_nul_bytes(path):
    assert ", line 2: a NUL byte" in refused(path, b"a,b\n1,\0\n")
    assert ", line 1: " in refused(path, os.urandom(0) + b"\x7fELF\x02\x01\0\0")


def test_bytes_of_another_encoding(path):
    message = refused(path, "a,b\n1,2\nété,3\n".encode("cp1252"))
    assert ", line 3: the byte 0xe9 is not utf-8-sig; give the file's encoding" in message
    assert "is not ascii" in refused(path, "é\n1\n", encoding="ascii")
    assert "looks like UTF-16" in refused(path, "a,b\n1,2\n".encode("utf-16"))
    assert "is not utf-16 after line 0" in refused(path, b"\xff\xfea", encoding="utf-16")


def test_a_gzipped_file(path):
    assert refused(path, b"\x1f\x8b\x08\0") == " is gzipped; unpack it first"


@pytest.mark.parametrize("text", ['a,b\n1,"2\n3,4\n', 'a,b\n1,"2"3\n'])
def test_quotes_that_do_not_fit(path, text):
    assert ", line " in refused(path, text)


def test_huge_fields_and_lines(path):
    limit = csv.field_size_limit()
    assert f", line 2: field larger than field limit ({limit})" in refused(
        path, "a,b\n1," + "2" * (limit + 1)
    )
    assert ", line 2: longer than 1048576 characters" in refused(path, "a\n" + "1," * (1 << 20))


def test_too_many_columns(path):
    assert refused(path, "1," * 200_000) == ", line 1: more than 131072 columns"


def test_values_beyond_float32(path):
    text = "a,b\n1,1e300\n"
    assert ", column 'b': 1e+300 is beyond float32; dtype='float64'" in refused(path, text)
    assert read(path, text, dtype="float64").x.tolist() == [[1, 1e300]]


@pytest.mark.parametrize(
    ("columns", "named"),
    [(["b", "y"], "'y', the target"), ([1, -1], "'y', the target"), (["b", 1], "'b' twice")],
)
def test_columns_that_x_cannot_have_as_asked(path, columns, named):
    with pytest.raises(ValueError, match=named):
        read(path, "a,b,y\n1,2,0\n", target="y", columns=columns)


def test_a_missing_file_and_a_folder(tmp_path):
    for name, fault in [("nowhere", "does not exist"), (".", "is a folder")]:
        with pytest.raises(DataError, match=f"{fault}; a CSV file was expected"):
            read_csv(tmp_path / name)


@pytest.mark.parametrize(
    "options",
    [{"encode": "one-hot"}, {"encode": {"a": "x"}}, {"decimal": ";"}, {"delimiter": ""},
     {"delimiter": "ab"}, {"delimiter": ",", "decimal": ","}, {"delimiter": "\n"},
     {"encoding": "latin-99"}, {"dtype": "int64"}, {"columns": []},
     {"columns": ["a"], "target": "a"}, {"columns": "ab"}, {"target": True}, {"target": 1.0},
     {"columns": [None]}, {"encode": {1.5: "label"}}, {"delimiter": 5}, {"delimiter": '"'},
     {"encoding": "rot13"}, {"encoding": None}, {"missing": "x"}, {"header": "no"}],
)  # fmt: skip
def test_arguments_that_make_no_sense(path, options):
    with pytest.raises((ValueError, DtypeError)) as caught:
        read(path, "a,b\n1,2\n", **options)
    assert not isinstance(caught.value, DataError)


def test_paths_as_they_are_given(path, monkeypatch):
    assert read(path, "1,2\n").x.tolist() == read_csv(os.fsencode(path)).x.tolist()
    monkeypatch.setenv("HOME", str(path.parent))
    monkeypatch.setenv("USERPROFILE", str(path.parent))
    assert read_csv("~/table.csv").x.tolist() == [[1, 2]]
    for name, fault in [("~/nope", f"{path.parent / 'nope'} does not exist"), ("a\0b", "a NUL")]:
        with pytest.raises(DataError) as caught:
            read_csv(name)
        assert fault in str(caught.value)


@pytest.mark.parametrize(
    ("given", "told"),
    [(io.StringIO("1,2"), "not StringIO; write what it holds into a file"), (None, "not NoneType"),
     (3, "not int"), ([1, 2], "not list")],
)  # fmt: skip
def test_what_is_no_path(given, told):
    with pytest.raises(TypeError, match=f"a path is text or a pathlib.Path, {told}$"):
        read_csv(given)


@pytest.mark.parametrize("read_file", [read_csv, datasets.read_idx])
@pytest.mark.parametrize(
    "address", ["http://a.org/b.csv", "HTTPS://a.org/b", b"https://a.org/b", Path("https://a.org")]
)
def test_an_address_is_not_fetched(address, read_file):
    with pytest.raises(DataError, match=r"not fetched.*local file.*datasets\.download\.fetch"):
        read_file(address)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("\n".join([",".join(map(str, range(785)))] * 200), (200, 785)),
        (",".join(["1.5"] * 50_000), (1, 50_000)),
        ("\n" * 500_000 + "1,2", (1, 2)),
        ("1.5,2,a word\n" * 50_000, (50_000, 3)),
    ],
    ids=["wide", "one line", "blank lines", "long"],
)
def test_large_files_take_little_time(path, text, shape):
    path.write_text(text)
    start = process_time()
    table = read_csv(path, header=False, encode="label")
    assert process_time() - start < 3
    assert table.x.shape == shape


def test_a_fault_deep_in_a_large_file_is_found(path):
    rows = ["1,2,x"] * 50_000
    rows[40_000] = "1,2_0,x"
    message = refused(path, "\n".join(rows), encode="label", header=False)
    assert message.startswith(", line 40001, column 'column 1': '2_0' is no finite number")


def test_memory_is_bounded_by_the_file(path):
    words = "word,n\n" + "".join(f"w{k},1\n" for k in range(6000))
    assert "would make 6001 columns of its words" in measured(path, words, encode="onehot")
    quoted = 'a,b\n1,"' + "x\n" * (1 << 19)
    assert "field limit" in measured(path, quoted)
    measured(path, b"," * (1 << 24))
    measured(path, b"\0" * (1 << 24))


def measured(path: Path, text: str | bytes, **options: object) -> str:
    """What there is against the file, found with a few megabytes of memory besides its text."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    tracemalloc.start()
    try:
        with pytest.raises(DataError) as caught:
            read_csv(path, **options)
        assert tracemalloc.get_traced_memory()[1] < 12 << 20
    finally:
        tracemalloc.stop()
    return str(caught.value)


def test_the_sales_table_as_a_file(path):
    table = datasets.sales_table()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(table._fields)
        writer.writerows(zip(table.year, table.category, table.product, table.sales, table.rating))
    found = read_csv(path, columns=["category", "sales"], target="rating", encode="onehot")
    assert found.names[:5] == tuple(f"category={c}" for c in sorted(set(table.category)))
    np.testing.assert_array_equal(found.x[:, 5], table.sales)
    np.testing.assert_array_equal(found.y, table.rating)
