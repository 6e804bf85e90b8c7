// Units as people read them, and the kinds of things that figures count.
export const units = {
  "case-minutes/year": ["patient minutes a year", "patiëntminuten per jaar"],
  minutes: ["minutes", "minuten"],
  minutes_short: ["min", "min"],
  sites_unit: ["offers", "keer aangeboden"],
  changes_unit: ["changes", "wijzigingen"],
  "EUR/year": ["euro a year", "euro per jaar"],
  EUR: ["euro", "euro"],
  "cases/year": ["cases a year", "casussen per jaar"],
  inhabitants: ["inhabitants", "inwoners"],
  "kg/year": ["kg a year", "kg per jaar"],
  persons: ["persons", "personen"],
  seconds: ["seconds", "seconden"],
  fte: ["FTE", "fte"],
  hour: ["hours", "uren"],
} as const;
