"""Uploads: by piece, resumed, checked by content; forms; zip out and in, safe against bombs."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest

from services.catalog.api.uploads import safe_next
from services.catalog.rules.media import mime_of
from services.catalog.store import Store
from tests.catalog.authors import BODY, FOREIGN, PLACE, add_providers, draft
from tests.catalog.courses import SETTINGS, make_client
from tests.service_kit import CREATOR, ask

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"x" * 3000
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 64
VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\nनमस्ते\n".encode()
WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + b"\x00" * 60
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 60
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.fixture(scope="module")
def client(blank: Any) -> Any:
    add_providers(Store(blank))
    return make_client(blank)[0]


@pytest.fixture(scope="module")
def course_id(client: Any) -> str:
    return draft(client)


def begin(client: Any, course: str, body: bytes, kind: str = "pdf", **changed: Any) -> Any:
    asked = {
        "name": "a.pdf",
        "size": len(body),
        "sha256": hashlib.sha256(body).hexdigest(),
        "kind": kind,
    } | changed
    return ask(client, "POST", f"{PLACE}/{course}/files", CREATOR, asked)


def send(client: Any, url: str, offset: int, piece: bytes, who: Any = CREATOR) -> Any:
    headers = {**who.headers, "Upload-Offset": str(offset)}
    return client.patch(url, data=piece, headers=headers, content_type="application/offset+octet-stream")


def place(begun: Any) -> str:
    return str(begun.json["upload_url"]).removeprefix("/api/catalog")


def upload(client: Any, course: str, body: bytes, kind: str) -> Any:
    url = place(begin(client, course, body, kind))
    send(client, url, 0, body)
    return ask(client, "POST", f"{url}/finish", CREATOR)


def test_a_file_arrives_in_pieces_and_is_resumed_where_it_stands(client: Any, course_id: str) -> None:
    url = place(begin(client, course_id, PDF))
    first = send(client, url, 0, PDF[:1000])
    wrong = send(client, url, 500, PDF[500:])
    early = ask(client, "POST", f"{url}/finish", CREATOR)
    stands = client.head(url, headers=CREATOR.headers)

    send(client, url, int(stands.headers["Upload-Offset"]), PDF[1000:])
    done = [ask(client, "POST", f"{url}/finish", CREATOR).json for _ in range(2)]

    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "1000")
    assert (wrong.status_code, wrong.json["current"], early.status_code) == (409, {"offset": 1000}, 409)
    assert done[0] == done[1]
    assert (done[0]["mime"], done[0]["state"], done[0]["size"]) == ("application/pdf", "ready", len(PDF))


@pytest.mark.parametrize(
    ("body", "kind", "mime"),
    [
        (PDF, "pdf", "application/pdf"),
        (VTT, "captions", "text/vtt"),
        (WEBM, "video", "video/webm"),
        (MP4, "video", "video/mp4"),
    ],
    ids=["pdf", "vtt", "webm", "mp4"],
)
def test_what_courses_need_is_taken(client: Any, course_id: str, body: bytes, kind: str, mime: str) -> None:
    assert upload(client, course_id, body, kind).json["mime"] == mime


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (HTML, "pdf"),
        (HTML, "captions"),
        (PDF, "video"),
        (PNG, "pdf"),
        (b"MZ\x90", "image"),
        (b"\x00", "audio"),
    ],
)
def test_content_decides_and_not_the_name(client: Any, course_id: str, body: bytes, kind: str) -> None:
    answer = upload(client, course_id, body, kind)

    assert (answer.status_code, answer.json["slug"]) == (422, "file_type_not_taken")


def test_a_wrong_checksum_is_refused(client: Any, course_id: str) -> None:
    url = place(begin(client, course_id, PDF, sha256="0" * 64))
    send(client, url, 0, PDF)

    assert ask(client, "POST", f"{url}/finish", CREATOR).json["slug"] == "checksum_wrong"


def test_w05_sizes_are_limited(client: Any, course_id: str) -> None:
    url = place(begin(client, course_id, PDF))

    assert begin(client, course_id, PDF, size=SETTINGS.file_most + 1).status_code == 422
    assert send(client, url, 0, PDF + b"more").status_code == 422
    assert send(client, url, 0, b"x" * (SETTINGS.file_chunk + 1)).status_code == 413
    assert (
        client.patch(url, data=b"{}", headers=CREATOR.headers, content_type="application/json").status_code
        == 415
    )
    assert ask(client, "POST", PLACE, CREATOR, {"title": {"en": "x" * 70_000}}).status_code == 413
    packed = client.patch(url, data=b"x", headers={**CREATOR.headers, "Content-Encoding": "gzip"})
    assert packed.status_code == 415


def test_z01_nobody_else_writes_into_an_upload(client: Any, course_id: str) -> None:
    url = place(begin(client, course_id, PDF))
    other = url.replace(course_id, draft(client))

    assert send(client, url, 0, PDF, FOREIGN).status_code == 404
    assert send(client, other, 0, PDF).status_code == 404


def form(client: Any, course: str, body: bytes, **fields: Any) -> Any:
    data = {"file": (io.BytesIO(body), "../../a.pdf"), "kind": "pdf", **fields}
    path = f"{PLACE}/{course}/files/form"
    return client.post(path, data=data, headers=CREATOR.headers, content_type="multipart/form-data")


def test_a_form_sends_a_whole_file_and_goes_back(client: Any, course_id: str) -> None:
    answer = form(client, course_id, PDF, next="/cbp/courses/1?tab=files")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/cbp/courses/1?tab=files")
    assert form(client, course_id, HTML).status_code == 422


@pytest.mark.parametrize(
    "given",
    [
        "//host.example",
        "/\\host.example",
        "https:host.example",
        "https://host.example/",
        "javascript:alert(1)",
        "/%0d%0aX: 1",
        "",
        "/a\r\nb",
        "/ a",
        "///x",
    ],
)
def test_n08_next_stays_on_this_site(given: str) -> None:
    assert safe_next(given) == "/"


def archive(entries: dict[str, bytes], course: Any = None) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as packed:
        if course is not None:
            packed.writestr("course.json", json.dumps(course))
        for name, data in entries.items():
            packed.writestr(name, data)
    return made.getvalue()


def bring(client: Any, body: bytes) -> Any:
    return client.post(
        "/v1/authoring/import", data=body, headers=CREATOR.headers, content_type="application/zip"
    )


def with_file(name: str = "files/guide.pdf") -> dict[str, Any]:
    course = json.loads(json.dumps(BODY))
    course["modules"][0]["resources"][1] |= {"kind": "pdf", "file": name, "link_url": None, "pages": 2}
    return course  # type: ignore[no-any-return]


def test_a_course_goes_out_and_comes_in_the_same(client: Any) -> None:
    first = bring(client, archive({"files/guide.pdf": PDF}, with_file())).json
    sent = client.get(f"{PLACE}/{first['course_id']}/export", headers=CREATOR.headers)

    second = bring(client, sent.data).json

    one, other = (
        ask(client, "GET", f"{PLACE}/{made['course_id']}", CREATOR).json for made in (first, second)
    )
    assert (first["errors"], second["errors"], sent.content_type) == ([], [], "application/zip")
    assert one["files"][0]["sha256"] == other["files"][0]["sha256"]
    assert one["modules"][0]["resources"][1]["file"] == one["files"][0]["id"]
    assert one["assessments"] == other["assessments"]
    assert ask(client, "GET", f"{PLACE}/{second['course_id']}/checks", CREATOR).json["problems"] == []


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (b"not a zip", ""),
        (archive({}), "course.json"),
        (archive({"course.json": b"{"}), "course.json"),
        (archive({"course.json": b'{"a": 1, "a": 2}'}), "course.json"),
        (archive({"files/../../etc/passwd": PDF}, BODY), "files/../../etc/passwd"),
        (archive({"/etc/passwd": PDF}, BODY), "/etc/passwd"),
        (archive({"files/a.html": HTML}, BODY), "files/a.html"),
        (archive({"files/bomb.pdf": b"%PDF-" + b"\x00" * 30_000_000}, BODY), "files/bomb.pdf"),
        (archive({f"files/{number}.pdf": b"" for number in range(301)}, BODY), ""),
        (archive({}, with_file()), "course.json.modules.0.resources.1.file"),
        (archive({}, BODY | {"mode": "telepathy"}), "course.json.mode"),
        (archive({}, BODY | {"status": "published"}), "course.json.status"),
        (archive({}, BODY | {"provider_id": "closed"}), "provider_id"),
        (archive({}, {"modules": 1}), "course.json.modules"),
        (archive({}, BODY | {"modules": [{"id": "m", "resources": {"$gt": ""}}]}), "course.json.modules.0.resources"),
    ],
)  # fmt: skip
def test_a_wrong_archive_is_told_by_its_place_and_leaves_nothing(client: Any, body: bytes, path: str) -> None:
    parts = client.application.extensions["catalog"]
    before = (parts.store.courses.collection.count_documents({}), parts.store.files.count_documents({}))

    answer = bring(client, body)

    assert answer.status_code == 200
    assert answer.json["course_id"] is None
    assert path in {one["path"] for one in answer.json["errors"]}
    assert before == (
        parts.store.courses.collection.count_documents({}),
        parts.store.files.count_documents({}),
    )


def test_what_a_file_is_is_read_from_its_first_bytes() -> None:
    assert mime_of(b"GIF89a") is None
    assert mime_of(b"") is None
    assert mime_of(b"%PDF-1.4\n") == "application/pdf"
    assert mime_of(b"RIFF\x00\x00\x00\x00WEBPVP8 " + b"\x00" * 16) == "image/webp"
