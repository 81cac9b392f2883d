"""Deals, under /<workspace>/deals/."""

from django.urls import path

from crm.deals.views import board, deals, doing
from crm.deals.views.kind import DEALS
from crm.fields.urls import addresses

app_name = "deals"

urlpatterns = [
    *addresses(DEALS, listed=board.board),
    path("list/", deals.listed, name="deals_list"),
    path("new/", deals.new, name="deal_new"),
    path("stages/<uuid:uid>/cards/", board.column, name="column"),
    path("<uuid:uid>/", deals.deal, name="deal"),
    path("<uuid:uid>/stage/", doing.move, name="deal_stage"),
    path("<uuid:uid>/closure/", doing.closure, name="deal_closure"),
]
