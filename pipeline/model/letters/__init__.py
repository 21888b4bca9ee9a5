"""The facts of each letter, one module a kind: plain values, times in the zone of the campaign, shares as fractions of one."""
