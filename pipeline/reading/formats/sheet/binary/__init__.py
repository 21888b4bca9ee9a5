"""The readers of .xls: BIFF records to cells ([MS-XLS])."""
