"""Deals, under /<workspace>/deals/."""

from django.urls import path

from crm.deals.views import board, doing
from crm.deals.views.kind import DEALS
from crm.fields.urls import addresses

app_name = "deals"

urlpatterns = [
    *addresses(DEALS, listed=board.board),
    path("list/", board.listed, name="deals_list"),
    path("stages/<uuid:uid>/cards/", board.column, name="column"),
    path("<uuid:uid>/stage/", doing.move, name="deal_stage"),
    path("<uuid:uid>/closure/", doing.closure, name="deal_closure"),
]
