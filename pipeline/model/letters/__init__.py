"""The facts of each letter and of the board, one module a kind: plain values, times in
the campaign's zone, shares of one."""
