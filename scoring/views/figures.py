"""How are the figures of the fund and of the law seen and written in the browser?"""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from foundation.clock import today
from foundation.db import commits, current_session
from foundation.identity.roles import Role
from foundation.permissions import needs, signed_in
from foundation.web import apply_or_show, go, now
from scoring import actions, queries
from scoring.forms.figures import FundFiguresForm, LegalFigureForm
from scoring.rules.fund import HONORARIA_ORE, SECRETARIAT_ORE, running_costs
from scoring.views.blueprint import label_fields, scoring


@scoring.get("/fund-figures")
@needs("fund.view")
def fund_figures() -> ResponseReturnValue:
    """Every row of the fund's figures, the newest first."""
    session, on = current_session(), today(now())
    return render_template(
        "scoring/fund_figures.html",
        entries=queries.all_fund_figures(session),
        used=queries.fund_figures(session, on=on),
        may_edit=signed_in().role is Role.SECRETARIAT,
    )


@scoring.route("/fund-figures/new", methods=["GET", "POST"])
@commits
@needs("fund.edit")
def enter_fund_figures() -> ResponseReturnValue:
    form = FundFiguresForm(data={"as_of": today(now())})
    label_fields(form)

    def act() -> ResponseReturnValue:
        _, replaces = actions.enter_fund_figures(current_session(), form.to_draft(), actor=signed_in(), at=now())
        also = " De træder i stedet for tallene fra samme dag, når noget bliver sorteret." if replaces else ""
        return go(url_for("scoring.fund_figures"), f"Fondens tal er gemt.{also}")

    def show() -> str:
        return render_template(
            "scoring/enter_fund_figures.html",
            form=form,
            secretariat_ore=SECRETARIAT_ORE,
            honoraria_ore=HONORARIA_ORE,
            costs=running_costs(),
        )

    return apply_or_show(form, act, show)


@scoring.get("/legal-figures")
@needs("legalfigure.view")
def legal_figures() -> ResponseReturnValue:
    """Every limit and rate that the law gives, by kind and the newest first."""
    session, on = current_session(), today(now())
    return render_template(
        "scoring/legal_figures.html",
        entries=queries.all_legal_figures(session, on=on),
        may_edit=signed_in().role is Role.ADMINISTRATOR,
    )


@scoring.route("/legal-figures/new", methods=["GET", "POST"])
@commits
@needs("legalfigure.edit")
def enter_legal_figure() -> ResponseReturnValue:
    form = LegalFigureForm(data={"valid_from": today(now())})
    label_fields(form)

    def act() -> ResponseReturnValue:
        actions.enter_legal_figure(current_session(), form.to_draft(), actor=signed_in(), at=now())
        return go(url_for("scoring.legal_figures"), "Tallet er gemt.")

    return apply_or_show(form, act, lambda: render_template("scoring/enter_legal_figure.html", form=form))
