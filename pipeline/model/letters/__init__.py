"""The facts of each letter, one module a kind: plain values, times in the campaign's zone, shares of one."""
