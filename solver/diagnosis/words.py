"""A rule in the region's own words: names of sites and care types as the tables give them, limits with their unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from solver.case import PlainTables
from solver.rule import Rule

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Words:
    """The names of a region, to speak of its rules with."""

    names: Mapping[str, Mapping[str, str]]
    """table -> id -> name."""
    units: Mapping[str, str]
    """care_type_id -> what is counted, such as birth."""

    @classmethod
    def of(cls, tables: PlainTables) -> Words:
        """The names in the tables; an id without a name is its own."""
        keys = {"sites": "site_id", "care_types": "care_type_id", "organisations": "organisation_id"}
        keys["resources"] = "resource_id"
        names = {table: _column(tables, table, key, "name") for table, key in keys.items()}
        return cls(names, _column(tables, "care_types", "care_type_id", "unit"))

    def name(self, table: str, of: str) -> str:
        """The name of an id."""
        return self.names.get(table, {}).get(of, of)

    def care(self, fields: Json) -> str:
        """The care types a rule speaks of."""
        named = fields.get("care_type")
        listed = [named] if isinstance(named, str) else list(named or ())
        return " and ".join(self.name("care_types", one) for one in listed) or "all care"

    def rule(self, rule: Rule) -> str:
        """What a rule demands, and of whom it comes where that is known."""
        fields = rule.model_dump(mode="json", exclude_none=True)
        said = self._demand(fields)
        when = list(fields.get("periods", []))
        origin = [str(fields[name]) for name in ("party", "source") if fields.get(name)]
        said += f" in {when[0]}" if len(when) == 1 and when[0] != "today" else ""
        return said + (f" ({', '.join(origin)})" if origin else "")

    def _demand(self, fields: Json) -> str:
        say = {
            "access_norm": self._access, "backup": self._backup, "budget": self._budget, "capacity": self._capacity,
            "change_limit": self._changes, "interdependency": self._needs, "lock": self._lock,
            "organisation_balance": self._balance, "resource_limit": self._resource, "satellite": self._satellite,
            "site_count": self._count, "volume_norm": self._volume,
        }.get(str(fields["rule"]))  # fmt: skip
        return say(fields) if say is not None else f"{_spaced(fields['rule'])} {self.care(fields)}"

    def _volume(self, fields: Json) -> str:
        bearer = fields.get("bearer", "site")
        each = f"each {fields.get('network', 'network')} network" if bearer == "network" else f"each {bearer}"
        return f"volume norm {self.care(fields)} {_limits(fields)} a year at {each}"

    def _access(self, fields: Json) -> str:
        way = f"{number(fields['max_minutes'])} minutes{_by(fields)}"
        who = f" of {fields['group']}" if fields.get("group") else ""
        kind = fields.get("kind", "everyone")
        if kind == "share":
            return f"access norm {self.care(fields)} at least {share(fields['at_least_share'])}{who} within {way}"
        if kind == "no_worse":
            return f"access norm {self.care(fields)} no more inhabitants{who} beyond {way} than today"
        return f"access norm {self.care(fields)} everybody{who} within {way}"

    def _backup(self, fields: Json) -> str:
        way = f"{number(fields['max_minutes'])} minutes{_by(fields)}"
        return f"backup {self.care(fields)} at least {share(fields['at_least_share'])} with two sites within {way}"

    def _lock(self, fields: Json) -> str:
        state = "as today" if fields["state"] == "as_today" else fields["state"]
        return f"lock {self.name('sites', fields['site'])} {state} for {self.care(fields)}"

    def _count(self, fields: Json) -> str:
        where = f" in {fields['region']}" if fields.get("region") else ""
        what = self.care(fields) if fields.get("care_type") else "anything"
        return f"{_limits(fields)} sites offering {what}{where}"

    def _capacity(self, fields: Json) -> str:
        factor = fields.get("factor", 1.0)
        times = "" if factor == 1 else f"{number(factor)} times "
        return f"capacity {self.care(fields)} at most {times}what each site can treat"

    def _needs(self, fields: Json) -> str:
        required = [fields["requires"]] if isinstance(fields["requires"], str) else fields["requires"]
        other = " or ".join(self.name("care_types", str(one)) for one in required)
        relation = fields.get("relation", "same_site")
        minutes = fields.get("max_minutes", fields.get("minutes"))
        near = f"within {number(minutes)} minutes" if minutes is not None else "near"
        how = {"same_site": "on the same site", "same_organisation": "in the same organisation", "within_minutes": near}
        if relation == "excludes":
            return f"{self.care(fields)} never on one site with {other}"
        return f"{self.care(fields)} needs {other} {how[relation]}"

    def _resource(self, fields: Json) -> str:
        return f"no more {self.name('resources', str(fields['resource']))} than there are for {self.care(fields)}"

    def _budget(self, fields: Json) -> str:
        return f"{fields.get('scope', 'operating')} budget at most {number(fields['at_most_eur'])} euro"

    def _balance(self, fields: Json) -> str:
        kept = f"at least {share(fields['at_least_share'])} of today's {fields.get('measure', 'revenue')}"
        return f"every organisation keeps {kept}"

    def _changes(self, fields: Json) -> str:
        counted = {"both": "changes"}.get(fields.get("counts", "both"), str(fields.get("counts")))
        parts = [f"at most {number(fields['at_most'])} {counted} a period"] if fields.get("at_most") is not None else []
        parts += ["no change undone"] if fields.get("irreversible") else []
        parts += [f"no {counted} in the first {fields['lead_periods']} periods"] if fields.get("lead_periods") else []
        parts += ["receivers ready before givers stop"] if fields.get("receiver_first") else []
        per = f" per {fields['per']}" if fields.get("per") else ""
        return f"change limit {self.care(fields)} {', '.join(parts)}{per}"

    def _satellite(self, fields: Json) -> str:
        parent = self.name("care_types", self.name("sites", str(fields["parent"])))
        least = f", at least {number(fields['at_least'])} a year" if fields.get("at_least") is not None else ""
        return f"{self.care(fields)} only under the wing of {parent}{least}"


def number(value: float) -> str:
    """A number as people read it: 171,151.981."""
    return f"{float(value):,.12g}"


def share(value: float) -> str:
    """A share as a percentage."""
    return f"{100 * float(value):.8g} %"


def _limits(fields: Json) -> str:
    said = {"exactly": "exactly", "at_least": "at least", "at_most": "at most"}
    return " and ".join(f"{word} {number(fields[name])}" for name, word in said.items() if fields.get(name) is not None)


def _by(fields: Json) -> str:
    return f" by {fields['mode']}" if fields.get("mode") else ""


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _column(tables: PlainTables, table: str, key: str, column: str) -> dict[str, str]:
    rows = tables.get(table, {})
    if column not in rows:
        return {}
    return {str(one): str(value) for one, value in zip(rows[key], rows[column], strict=True) if value is not None}
