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


# A refusal that names no file: the output itself is full or broken
_OF_OUTPUT: Final = frozenset({errno.ENOSPC, errno.EFBIG, errno.EIO})


def is_the_systems(error: OSError) -> bool:
    """Whether a person can mend it: a file or folder is named, or the disk is full.
    What is left is a fault of the program."""
    return error.filename is not None or error.errno in _OF_OUTPUT


def os_sentence(error: OSError) -> str:
    """What the system refused, of which file, in one sentence."""
    if error.filename is None:
        return f"写不出去：{in_words(error)}"
    name = error.filename
    if isinstance(name, bytes):
        name = name.decode("utf-8", "replace")
    return (
        f"读写 {name} 时出错：{in_words(error)}；文件正开着的（例如在 Excel 里）先关掉，"
        "不然换一个位置，或检查权限和磁盘空间。"
    )
