"""Where the figures of a bulletin lead."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse

from dispatch.prose.values import Figures, Link


def link_to(name: str, **about: Any) -> str:
    """Where a figure leads: to a project, to a unit's projects, to the ranking, or to the list that is an annex."""
    try:
        match name:
            case "project":
                return reverse("projects:page", kwargs={"pk": about["id"]})
            case "unit":
                ranking = reverse("dispatch:ranking", kwargs={"period": about["period"]})
                query = {"group": about["group"], "unit": about["id"], "figure": about["figure"]}
                return f"{ranking}?{urlencode(query)}"
            case "list":
                return f"#annex.{about['key']}"
            case "problems":
                return _query("dispatch:problem_list", **_problems(about["state"], about["period"]))
            case "projects":
                planned = {"plan": "with"} if about["planned"] else {}
                more = {key: value for key, value in about.items() if key not in ("period", "planned")}
                return _query("projects:list", period=about["period"], counted="yes", **planned, **more)
            case "reports":
                return _query("projects:list", counted="yes", **about)
            case "ranking":
                ranking = reverse("dispatch:ranking", kwargs={"period": about.pop("period")})
                return f"{ranking}?{urlencode(about)}" if about else ranking
    except NoReverseMatch:
        pass
    return ""


def linking(figures: Figures) -> Link:
    """`link_to` for one paper of *figures*, an annex of which has thousands of projects: their address is looked up
    once. Of a paper about a list of the year projects open under its filter, a unit's too: no ranking is of it."""
    project = link_to("project", id=0)
    code, own = figures.get("list", ""), "scope" in figures

    def link(name: str, **about: Any) -> str:
        if name == "project":
            return project.replace("/0/", f"/{about['id']}/")
        if own and name in ("ranking", "unit"):
            unit = {"ranked": about["id"]} if name == "unit" else {}
            name, about = "projects", {"period": about["period"], "planned": False, **unit}
        if code and name in ("projects", "reports") and about.setdefault("list", code) != code:
            return ""  # those on both: no filter finds them
        return link_to(name, **about)

    return link


def _problems(state: str, month: str) -> dict[str, Any]:
    """The filter of the problem list that finds what the figure counts, as of now."""
    found: dict[str, dict[str, Any]] = {
        "open": {},
        "carried": {},
        "overdue": {"late": "yes"},
        "closed": {"status": "closed", "closed": month},
        "raised": {"status": ["open", "answered", "closed"], "raised": month},
    }
    return found[state]


def _query(url: str, **query: Any) -> str:
    return f"{reverse(url)}?{urlencode(query, doseq=True)}"
