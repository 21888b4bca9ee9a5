"""An OLE container, opened once: sniffing looks at its names, and the reader that follows takes its streams.

The last container is kept, since both are asked for the same bytes in turn; nothing else is. Trusts olefile to bound chains.
"""

import io
from functools import lru_cache

import olefile


@lru_cache(maxsize=1)
def opened(content: bytes) -> olefile.OleFileIO:
    """The container; its streams are read with `openstream`. Raises what olefile does on broken bytes (OSError mostly)."""
    return olefile.OleFileIO(io.BytesIO(content))
