"""Workbooks of every age: xlsx, xls, ods, et, Excel 2003 XML."""
