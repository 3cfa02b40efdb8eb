"""Tables of examples: what is read, and what is refused, naming the line."""

from __future__ import annotations

import numpy as np
import pytest

from autograd_fr.errors import DataError
from autograd_fr.recipes.data import complete
from autograd_fr.recipes.table import read_table


def written(tmp_path, text: str, encoding: str = "utf-8"):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding=encoding)
    return path


def refused(tmp_path, text: str, *args, **more) -> str:
    with pytest.raises(DataError) as caught:
        complete(read_table(written(tmp_path, text), *args, **more))
    assert "\n" not in str(caught.value)
    assert "table.csv" in str(caught.value)
    return str(caught.value)


def everything(data) -> tuple[list, list]:
    """All rows and targets again, in the order of the first column."""
    x, y = data.part("all")
    order = x[:, 0].argsort()
    return x[order].tolist(), y[order].tolist()


def test_words_are_classes_and_the_last_column_is_the_target(tmp_path):
    text = "\ufeffa, b ,kind\n1,5,yes\n2,6,no\n\n3,7,yes\n4,8,no\n"
    data = read_table(written(tmp_path, text))
    assert (data.columns, data.classes) == (("a", "b"), ("no", "yes"))
    assert everything(data) == ([[1, 5], [2, 6], [3, 7], [4, 8]], [1, 0, 1, 0])
    assert data.x.dtype == np.float32
    assert data.y.dtype == np.int64


@pytest.mark.parametrize("target", ["kind", "0"])
def test_another_target_by_its_name_or_place(tmp_path, target):
    data = read_table(written(tmp_path, "kind,a\n10,1\n2,2\n10,3\n"), target)
    assert (data.columns, data.classes) == (("a",), ("2", "10"))
    assert everything(data)[1] == [1, 0, 1]


def test_without_names_columns_are_numbered(tmp_path):
    text = "5.1,3.5,setosa\n4.9,3.0,virginica\n"
    assert "header=True or header=False" in refused(tmp_path, text)
    data = read_table(written(tmp_path, text), header=False)
    assert (data.columns, data.classes) == (("column 0", "column 1"), ("setosa", "virginica"))
    assert len(everything(data)[0]) == 2


def test_a_name_of_digits_is_a_name_before_it_is_a_place(tmp_path):
    text = "country,1,0\n5,1,2\n3,2,1\n"
    assert read_table(written(tmp_path, text), "1", header=True).columns == ("country", "0")
    assert read_table(written(tmp_path, text), "2", header=True).columns == ("country", "1")


def test_semicolons_and_decimal_commas(tmp_path):
    data = read_table(written(tmp_path, "a;y\n1,5;2,25\n2,5;3,75\n"))
    assert everything(data) == ([[1.5], [2.5]], [[2.25], [3.75]])
    assert data.classes == ()


def test_numbers_are_amounts_where_that_is_said(tmp_path):
    data = read_table(written(tmp_path, "a,y\n1,75\n2,82\n3,93\n"), numbers=True)
    assert data.classes == ()
    assert (data.y.dtype, data.outputs) == (np.float32, 1)
    assert everything(data)[1] == [[75], [82], [93]]


def test_a_fifth_of_every_class_is_held_out_and_always_the_same(tmp_path):
    rows = "\n".join(f"{k},{'ab'[k % 2]}" for k in range(100))
    path = written(tmp_path, f"n,kind\n{rows}\n")
    data, again = read_table(path), read_table(path)
    assert np.bincount(data.test_y).tolist() == [10, 10]
    assert len(data.y) == 80
    assert not set(data.x[:, 0]) & set(data.test_x[:, 0])
    np.testing.assert_array_equal(data.test_x, again.test_x)


@pytest.mark.parametrize("missing", ["", "NA", "nan", " ? ", "null"])
def test_missing_values_are_read_as_such_and_not_trained_on(tmp_path, missing):
    text = f"a,b,kind\n1,{missing},x\n2,3,y\n"
    x, _ = read_table(written(tmp_path, text), holes=True).part("all")
    assert np.isnan(x).sum() == 1
    assert "1 value is missing or not finite, in 'b':" in refused(tmp_path, text, holes=True)
    assert "line 2, column 'b': " in refused(tmp_path, text)


def test_missing_values_are_counted_in_all_of_the_table(tmp_path):
    text = "a,b,kind\n" + "".join(f"{k},{k if k % 3 else ''},{'xy'[k % 2]}\n" for k in range(30))
    assert "10 values are missing or not finite, in 'b':" in refused(tmp_path, text, holes=True)


def test_words_become_numbers_where_that_is_said(tmp_path):
    text = "colour,kind\nred,x\nblue,y\nred,y\n"
    path = written(tmp_path, text)
    assert read_table(path, encode="onehot").columns == ("colour=blue", "colour=red")
    label = read_table(path, encode="label")
    assert label.columns == ("colour=blue|red",)  # other words would have other numbers
    assert sorted(label.part("all")[0].ravel()) == [0, 1, 1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("a,b\n", "no rows below the names"),
        ("a\n1\n2\n", "one column"),
        ("a,b\n1,2\n3\n", "line 3: 1 fields; 2 were expected"),
        ("a,b\n1,2\n3,4,5\n", "line 3: 3 fields"),
        ("town,y\nParis,1\nLille,0\n", "line 2, column 'town': 'Paris' is no finite number"),
        ("a,kind\n1,x\n2,\n", "line 3, column 'kind': '' is a missing value"),
        ("a,kind\n1,x\n2,x\n", "'kind' is 'x' in every row"),
        ("a,y\n" + "\n".join(f"1,{k}" for k in range(200)), "200 values, too many for classes"),
        ('a,b\n1,"2\n', "line 2: unexpected end of data"),
    ],
)
def test_what_is_no_table(tmp_path, text, said):
    assert said in refused(tmp_path, text)


def test_too_few_to_hold_some_out(tmp_path):
    data = read_table(written(tmp_path, "a,kind\n1,x\n2,y\n"))
    assert len(data.some("train")[1]) == 2
    with pytest.raises(DataError, match="too small: of its 2 rows none is left to test"):
        data.some("test")


def test_a_target_that_is_not_there(tmp_path):
    said = refused(tmp_path, "a,b\n1,2\n3,4\n", "price")
    assert "no column 'price'; it has 2: a, b" in said
    assert "no column 3" in refused(tmp_path, "a,b\n1,2\n3,4\n", "3")


def test_other_encodings(tmp_path):
    path = written(tmp_path, "âge,kind\n1,x\n2,y\n", "latin-1")
    with pytest.raises(DataError, match="line 1: the byte 0xe2 is not utf-8"):
        read_table(path)
