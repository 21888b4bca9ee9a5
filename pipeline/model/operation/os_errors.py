"""What the system says when it refuses, in Chinese: an OSError's number in a person's words."""

import errno
from typing import Final

_WORDS: Final = {
    errno.ENOENT: "没有这个文件或目录",
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EEXIST: "已经有同名的文件或目录",
    errno.ENOTDIR: "路径里有一段不是目录",
    errno.EISDIR: "这是一个目录",
    errno.ENOTEMPTY: "目录不是空的",
    errno.ENOSPC: "磁盘满了",
    errno.EROFS: "这个磁盘是只读的",
    errno.EIO: "磁盘读写出错",
    errno.EMFILE: "同时打开的文件太多",
    errno.ENFILE: "同时打开的文件太多",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EBUSY: "文件正被别的程序使用",
    errno.ETXTBSY: "文件正被别的程序使用",
    errno.EFBIG: "文件太大",
    errno.EXDEV: "不在同一个磁盘上",
    errno.ENOMEM: "内存不够",
    errno.EDQUOT if hasattr(errno, "EDQUOT") else -1: "超过了磁盘配额",
}
# Windows: another program, such as Excel, holds the file
_SHARING_VIOLATION = 32


def in_words(error: OSError) -> str:
    """The refusal in Chinese; what is not known here as the system says it."""
    if getattr(error, "winerror", None) == _SHARING_VIOLATION:
        return _WORDS[errno.EBUSY]
    return _WORDS.get(error.errno or 0) or error.strerror or str(error)
