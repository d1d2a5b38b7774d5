"""How does a file that somebody sent leave again, so that no browser opens it as a page of ours?"""

from typing import BinaryIO

from flask import Response, send_file

from foundation.file_types import MEDIA_TYPES, FileType


def as_download(content: BinaryIO, file_type: FileType, file_name: str) -> Response:
    """The file under its name: its type is the one that was found at upload, and it is shut in a sandbox."""
    response = send_file(content, mimetype=MEDIA_TYPES[file_type], as_attachment=True, download_name=file_name)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
