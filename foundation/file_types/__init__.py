"""Which kind of file has somebody uploaded, and is it one that a colleague can open without harm?

The content decides, never what a browser says of it: `check_file` gives the kind, or raises `FileRefused` with a
sentence for the person who chose the file (reliability B50-B60). Nothing is mended, changed or rendered here.
"""

from foundation.file_types.check import LARGEST_FILE, check_file
from foundation.file_types.kinds import ENDINGS, MEDIA_TYPES, FileType
from foundation.file_types.refusal import FileRefused

__all__ = ["ENDINGS", "LARGEST_FILE", "MEDIA_TYPES", "FileRefused", "FileType", "check_file"]
