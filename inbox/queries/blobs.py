"""The bytes that were kept."""

import zstandard

from inbox.models import Blob


def data(blob_id: int) -> bytes:
    """The bytes of a blob, exactly as they came; raises Blob.DoesNotExist."""
    blob = Blob.objects.only("data", "size").get(pk=blob_id)
    return unpack(bytes(blob.data), blob.size)


def unpack(packed: bytes, size: int) -> bytes:
    return zstandard.ZstdDecompressor().decompress(packed, max_output_size=size or 1)
