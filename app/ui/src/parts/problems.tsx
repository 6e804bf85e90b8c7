// What is wrong, as a list that points: table, row, field, the problem and its remedy.
import { Refusal } from "../api/http";
import type { Finding } from "../api/contract";
import { t } from "../words/words";
import { Button } from "./controls";
import { Table } from "./table";

const PLACE = /^(?<table>[^,]+?)(?:, row (?<row>\d+))?(?:, (?<field>[^,]+))?$/;

export function Problems(props: { error: unknown; title?: string | undefined; onRetry?: (() => void) | undefined }) {
  const { error } = props;
  const findings = error instanceof Refusal ? error.findings : [];
  const said = error instanceof Refusal ? error.message : t("no_connection");
  return (
    <div class="utrecht-alert utrecht-alert--error" role="alert">
      <div class="utrecht-alert__content">
        <p class="alert-title">{props.title ?? said}</p>
        {props.title && <p>{said}</p>}
        {error instanceof Refusal && error.status === 401 && (
          <p><a class="utrecht-link" href={`/v1/login?returnTo=${encodeURIComponent(location.pathname + location.search)}`}>{t("sign_in")}</a></p>
        )}
        {props.onRetry && !(error instanceof Refusal && error.status < 500) && <Button onClick={props.onRetry}>{t("retry")}</Button>}
        {findings.length > 0 && <FindingTable findings={findings} caption={t("problems")} />}
      </div>
    </div>
  );
}

export function FindingTable(props: { findings: Finding[]; caption: string }) {
  return (
    <Table
      caption={props.caption}
      columns={[{ title: t("table") }, { title: t("row"), numeric: true }, { title: t("field") }, { title: t("problem") }, { title: t("remedy") }]}
      rows={props.findings.map(({ where, problem, fix }) => {
        const place = PLACE.exec(where)?.groups ?? { table: where };
        return [place["table"] ?? where, place["row"] ? Number(place["row"]) : "", place["field"] ?? "", problem, fix];
      })}
    />
  );
}
