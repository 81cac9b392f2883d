"""Lists come in pages that a cursor walks, so that new rows never shift what was read."""

from rest_framework.pagination import CursorPagination


class CursorPages(CursorPagination):
    """`?limit=` up to 200; `next` and `previous` are whole addresses."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "limit"
    ordering = "-id"
