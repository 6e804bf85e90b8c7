"""The workbook to fill in, fetched as a browser or a script would."""

import hashlib

from tests.e2e.service import Service

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def test_the_workbook_comes_in_both_languages_and_only_once(service: Service) -> None:
    seen = set()
    for language in ("en", "nl"):
        answer = service.call("GET", f"/v1/workbook-templates/{language}")
        assert (answer.status, answer.headers["content-type"]) == (200, XLSX)
        assert answer.headers["content-disposition"] == f'attachment; filename="care-landscape-{language}.xlsx"'
        assert answer.body.startswith(b"PK")
        seen.add(hashlib.sha256(answer.body).hexdigest())
        again = service.call("GET", f"/v1/workbook-templates/{language}", If_None_Match=answer.headers["etag"])
        assert (again.status, again.body) == (304, b"")
    assert len(seen) == 2
    assert service.call("GET", "/v1/workbook-templates/fr").status == 404
