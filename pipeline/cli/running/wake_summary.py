"""What a wake did, in the one line that every wake ends with."""


def summary(
    *,
    fetched: int = 0,
    recorded: int = 0,
    held: int = 0,
    planned: int = 0,
    sent: int = 0,
) -> str:
    return (
        f"收信 {fetched} 封，记录 {recorded} 封，待核 {held} 份；"
        f"拟发 {planned} 封，发出 {sent} 份"
    )
