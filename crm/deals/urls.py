"""Deals, under /<workspace>/deals/, and how they are sold, under /<workspace>/settings/."""

from django.urls import include, path

from crm.deals.views import (
    board,
    closing,
    columns,
    copying,
    doing,
    expecting,
    forecast,
    months,
    participants,
    samples,
)
from crm.deals.views.kind import DEALS
from crm.deals.views.settings import (
    currencies,
    currency,
    pipeline,
    pipelines,
    reasons,
    removing,
    stages,
)
from crm.fields.urls import addresses

app_name = "deals"

of_deals = [
    *addresses(DEALS, listed=board.board),
    path("list/", board.listed, name="deals_list"),
    path("forecast/", forecast.forecast, name="deals_forecast"),
    path("forecast/<str:month>/cards/", months.cards, name="month"),
    path("stages/<uuid:uid>/cards/", columns.column, name="column"),
    path("<uuid:uid>/stage/", doing.move, name="deal_stage"),
    path("<uuid:uid>/month/", expecting.move, name="deal_month"),
    path("<uuid:uid>/closure/", closing.closure, name="deal_closure"),
    path("<uuid:uid>/copy/", copying.copy, name="deal_copy"),
    path("<uuid:uid>/participants/", participants.participants, name="participants"),
]
of_settings = [
    path("samples/", samples.samples, name="samples"),
    path("pipelines/", pipelines.pipelines, name="pipelines"),
    path("pipelines/order/", pipelines.order, name="pipelines_order"),
    path("pipelines/<uuid:uid>/", stages.pipeline, name="pipeline"),
    path("pipelines/<uuid:uid>/name/", pipeline.rename, name="pipeline_name"),
    path("pipelines/<uuid:uid>/following/", pipeline.following, name="pipeline_following"),
    path("pipelines/<uuid:uid>/closing/", pipeline.closing, name="pipeline_closing"),
    path("pipelines/<uuid:uid>/stages/", stages.add, name="stages"),
    path("pipelines/<uuid:uid>/order/", stages.order, name="stages_order"),
    path("stages/<uuid:uid>/", stages.change, name="stage"),
    path("stages/<uuid:uid>/removal/", removing.removal, name="stage_removal"),
    path("stage-removals/<uuid:uid>/", removing.progress, name="removal_progress"),
    path("lost-reasons/", reasons.reasons, name="reasons"),
    path("lost-reasons/order/", reasons.order, name="reasons_order"),
    path("lost-reasons/<uuid:uid>/", reasons.reason, name="reason"),
    path("currencies/", currencies.currencies, name="currencies"),
    path("currencies/order/", currencies.order, name="currencies_order"),
    path("currencies/<uuid:uid>/", currency.currency, name="currency"),
]

urlpatterns = [path("deals/", include(of_deals)), path("settings/", include(of_settings))]
