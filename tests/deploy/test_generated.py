"""What is generated notices an edit by hand, and a new service needs no more than its place in the picture."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.local.stack import ROOT, SERVICES
from deploy.tools import crs, generate, lists, places, sbom
from deploy.tools.picture import DEPLOY, read


def test_an_edited_and_a_missing_file_are_named(tmp_path: Path) -> None:
    kept, edited, missing = (tmp_path / name for name in ("kept", "edited", "missing"))
    kept.write_text("as it should be")
    edited.write_text("by hand")

    assert generate.drifted(dict.fromkeys((kept, edited, missing), "as it should be")) == [edited, missing]


def test_the_picture_the_folders_and_the_local_stack_have_the_same_services() -> None:
    folders = {path.parent.name for path in (ROOT / "services").glob("*/app.py")}

    assert set(lists.services(read())) == folders == set(SERVICES)


def test_a_service_in_the_picture_is_routed_scaled_and_watched() -> None:
    picture: dict[str, Any] = copy.deepcopy(read())
    picture["processes"] |= {f"forum-{what}": {"calls": ["mongodb"]} for what in ("web", "worker", "indexes")}
    picture["processes"]["gateway"]["calls"].append("forum-web")

    assert "upstream forum { server forum-web:8080 " in lists.upstreams(picture)
    assert "forum-worker" in {one["metadata"]["name"] for one in lists.scalers(picture)}
    jobs = lists.prometheus(picture)["scrape_configs"][0]["static_configs"][0]["targets"]
    assert {"forum-web:8080", "forum-worker:8080"} <= set(jobs)
    assert {one["metadata"]["name"] for one in generate.policies(picture)} > {"forum-web", "forum-worker"}


def test_nginx_lets_go_of_kept_connections_before_gunicorn_does() -> None:
    """A stopping gunicorn keeps them for two seconds (gunicorn.workers.gthread.STOP_KEEPALIVE_LINGER)."""
    from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER

    lines = lists.upstreams(read()).splitlines()[2:]

    assert len(lines) == len(read()["processes"]["gateway"]["calls"])
    assert all("keepalive_timeout 1s;" in line for line in lines)
    assert STOP_KEEPALIVE_LINGER > 1


def test_every_image_has_its_list_of_parts_and_a_missing_part_is_named() -> None:
    assert set(sbom.images()) == {*SERVICES, "portal", "mail"}
    part = {"name": "flask", "version": "3.1.0", "purl": "pkg:pypi/flask@3.1.0",
            "externalReferences": [{"hashes": [{"alg": "SHA-256"}]}]}  # fmt: skip
    bom = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [part]}

    assert sbom.missing(bom, "flask==3.1.0 \\\n") == []
    assert sbom.missing(bom, "flask==3.1.1 \\\n") == ["flask 3.1.1"]
    assert sbom.missing(bom, "flask==3.1.0 \\\nnh3==0.3 \\\n") == ["nh3 0.3"]
    assert sbom.missing(bom | {"specVersion": "1.2"}, "") == ["it is not CycloneDX 1.6"]
    assert sbom.missing(bom | {"components": [part | {"externalReferences": []}]}, "flask==3.1.0 \\\n") != []


def test_images_lock_names_the_base_images_of_every_file(tmp_path: Path) -> None:
    assert places.bases(DEPLOY) == []
    for path in [*DEPLOY.glob("Dockerfile.*"), *DEPLOY.glob("compose*.yaml"), DEPLOY / "images.lock"]:
        (tmp_path / path.name).write_text(
            path.read_text(encoding="utf-8").replace("mongo:8.0", "mongo:7.0", 1)
        )
    (tmp_path / "images.lock").write_text((DEPLOY / "images.lock").read_text(encoding="utf-8"))

    assert len(places.bases(tmp_path)) == 2


@pytest.mark.parametrize(
    "path", sorted((DEPLOY / "platform").rglob("[ct]*.yaml")), ids=lambda path: path.parent.name
)
def test_resources_of_operators_fit_their_models_and_a_wrong_field_is_seen(path: Path) -> None:
    resources = [one for one in yaml.safe_load_all(path.read_text(encoding="utf-8")) if one]

    assert crs.problems(resources) == []
    resources[0]["spec"]["replicaz"] = 1
    assert len(crs.problems(resources)) == 1
    assert "no model" in crs.problems([resources[0] | {"kind": "Unheard"}])[0]
