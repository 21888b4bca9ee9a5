"""The commands of `xunbao`, thin: read the arguments, call a flow or a view, print,
choose the exit status.

Everything printed for people is Chinese; --json prints one object a line as shared in the contract.
"""
