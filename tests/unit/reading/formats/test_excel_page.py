"""A page that Excel opens as a workbook shows numbers under their formats: where that is
another figure than the text of the page, a person must look."""

import pytest
from one_value_forms import answer, page

ACCOUNTING = r"_ * \#\,\#\#0_ \;_ * \\-\#\,\#\#0_ \;_ * \0022-\0022_ \;_ \@_ "


def mso(code: str) -> str:
    return f"style='mso-number-format:{code}'"


@pytest.mark.parametrize(
    ("cell", "text", "right"),
    [
        ("x:num", "356", "356"),
        ('x:num="356"', "120", "hold"),
        ('x:num="355.6"', "356", "hold"),
        (f"x:num {mso('General')}", "356", "356"),
        (f"x:num {mso('0')}", "356", "356"),
        (f'x:num="356" {mso("Fixed")}', "356.00", "356"),
        (
            f'x:num="1356" {mso(chr(34) + ACCOUNTING + chr(34))}',
            " 1,356 ",
            "1356",
        ),
        (mso(r'"0\0022人\0022"'), "356人", "356"),
        (mso(r'"\@"'), "356", "356"),
        (mso(r"\@"), "356名", "356"),
        (mso(r'"\;\;\;"'), "356", "hold"),
        (mso(r'"\;\;\;"'), "356名", "hold"),
        (mso("Percent"), "356", "hold"),
        (mso('"Short Date"'), "356", "hold"),
        ("style='vnd.ms-excel.numberformat:@'", "356", "356"),
        ("style='vnd.ms-excel.numberformat:0%'", "356", "hold"),
    ],
)
def test_a_number_of_a_page(cell: str, text: str, right: str) -> None:
    content = page(text).replace(
        f"<td>{text}".encode(), f"<td {cell}>{text}".encode()
    )
    assert answer("旬报.xls", content) == right


def test_a_day_may_be_written_in_another_countrys_way() -> None:
    content = page("356").replace(
        "<td>2015年9月10日".encode(),
        f"<td x:num=42257 {mso(chr(34) + 'Short Date' + chr(34))}>2015-9-10".encode(),
    )
    assert answer("旬报.xls", content) == "356"
