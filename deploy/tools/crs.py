"""Custom resources against models: the maker's models where a package ships them, strict schemas of ours elsewhere.

A kind without a model is a problem: a schema check that knows no kind passes everything.
"""

from __future__ import annotations

import importlib
from typing import Any

import jsonschema

Resource = dict[str, Any]
BUILT_IN = ("v1", "apps/v1", "batch/v1", "policy/v1", "autoscaling/v2", "networking.k8s.io/v1")
MODELS = {
    "keda.sh/v1alpha1": "cloudcoil.models.keda.v1alpha1",
    "monitoring.coreos.com/v1": "cloudcoil.models.prometheus_operator.v1",
    "cert-manager.io/v1": "cloudcoil.models.cert_manager.v1",
}
TEXT: Resource = {"type": "string", "minLength": 1}
FLAG: Resource = {"type": "boolean"}
MAP: Resource = {"type": "object"}


def _object(required: dict[str, Resource], **optional: Resource) -> Resource:
    return {
        "type": "object",
        "properties": required | optional,
        "required": list(required),
        "additionalProperties": False,
    }


CLUSTER = _object({"name": TEXT}, namespace=TEXT)
RIGHTS = _object({"configure": TEXT, "write": TEXT, "read": TEXT})
TOPIC_RIGHTS = _object({"exchange": TEXT, "write": TEXT, "read": TEXT})
PATH_MATCH = _object({"type": {"enum": ["PathPrefix", "Exact"]}, "value": TEXT})
SCHEMAS: dict[str, Resource] = {
    "rabbitmq.com/v1beta1 Vhost": _object({"name": TEXT, "rabbitmqClusterReference": CLUSTER}, tags=MAP),
    "rabbitmq.com/v1beta1 Exchange": _object(
        {"name": TEXT, "type": {"enum": ["topic", "direct"]}, "durable": {"const": True}, "vhost": TEXT,
         "rabbitmqClusterReference": CLUSTER}, arguments=MAP, autoDelete=FLAG,
    ),
    "rabbitmq.com/v1beta1 Queue": _object(
        {"name": TEXT, "type": {"enum": ["quorum", "stream"]}, "durable": {"const": True},
         "autoDelete": {"const": False}, "vhost": TEXT, "arguments": MAP, "rabbitmqClusterReference": CLUSTER},
    ),
    "rabbitmq.com/v1beta1 Binding": _object(
        {"source": TEXT, "destination": TEXT, "destinationType": {"enum": ["queue", "exchange"]},
         "routingKey": TEXT, "vhost": TEXT, "rabbitmqClusterReference": CLUSTER}, arguments=MAP,
    ),
    "rabbitmq.com/v1beta1 User": _object(
        {"rabbitmqClusterReference": CLUSTER, "importCredentialsSecret": _object({"name": TEXT})},
        tags={"type": "array", "items": {"enum": ["management", "policymaker", "monitoring", "administrator"]}},
    ),
    "rabbitmq.com/v1beta1 Permission": _object(
        {"vhost": TEXT, "user": TEXT, "permissions": RIGHTS, "rabbitmqClusterReference": CLUSTER}
    ),
    "rabbitmq.com/v1beta1 TopicPermission": _object(
        {"vhost": TEXT, "user": TEXT, "permissions": TOPIC_RIGHTS, "rabbitmqClusterReference": CLUSTER}
    ),
    "rabbitmq.com/v1beta1 Policy": _object(
        {"name": TEXT, "pattern": TEXT, "applyTo": {"enum": ["queues", "streams", "quorum_queues", "all"]},
         "vhost": TEXT, "definition": MAP, "rabbitmqClusterReference": CLUSTER}, priority={"type": "integer"},
    ),
    "rabbitmq.com/v1beta1 RabbitmqCluster": _object(
        {"replicas": {"const": 3}, "image": TEXT, "persistence": _object({"storage": TEXT}),
         "resources": _object({"requests": MAP, "limits": MAP}), "tls": _object({"secretName": TEXT}),
         "rabbitmq": _object({"additionalConfig": TEXT}, additionalPlugins={"type": "array", "items": TEXT})},
        terminationGracePeriodSeconds={"type": "integer"}, override=_object({"statefulSet": MAP}),
    ),
    "mongodbcommunity.mongodb.com/v1 MongoDBCommunity": _object(
        {"type": {"const": "ReplicaSet"}, "members": {"const": 3}, "version": TEXT,
         "security": _object({"authentication": _object({"modes": {"const": ["SCRAM"]}}), "tls": MAP}),
         "users": {"type": "array", "items": _object(
             {"name": TEXT, "db": TEXT, "passwordSecretRef": _object({"name": TEXT}),
              "roles": {"type": "array", "maxItems": 1, "items": _object({"name": {"const": "readWrite"}, "db": TEXT})},
              "scramCredentialsSecretName": TEXT})}},
        additionalMongodConfig=MAP,
    ),
    "gateway.networking.k8s.io/v1 HTTPRoute": _object(
        {"parentRefs": {"type": "array", "items": _object({"name": TEXT}, namespace=TEXT, sectionName=TEXT)},
         "rules": {"type": "array", "items": _object(
             {"backendRefs": {"type": "array", "items": _object({"name": TEXT, "port": {"type": "integer"}})}},
             matches={"type": "array", "items": _object({"path": PATH_MATCH})})}},
        hostnames={"type": "array", "items": TEXT},
    ),
}  # fmt: skip


def problems(resources: list[Resource]) -> list[str]:
    """Custom resources that their model refuses, or that hold a field it does not know."""
    found = []
    for one in resources:
        if one["apiVersion"] in BUILT_IN:
            continue
        name = f"{one['kind']}/{one['metadata']['name']}"
        text = _by_model(one) if one["apiVersion"] in MODELS else _by_schema(one)
        if text:
            found.append(f"{name}: {text}")
    return found


def _by_model(one: Resource) -> str:
    cls = getattr(importlib.import_module(MODELS[one["apiVersion"]]), one["kind"], None)
    if cls is None:
        return f"no model of {one['apiVersion']} {one['kind']}"
    try:
        read = cls.model_validate(one).model_dump(by_alias=True, exclude_unset=True, mode="json")
    except ValueError as error:
        return str(error).replace("\n", " ")[:300]
    return _lost(one["spec"], read["spec"], "spec")


def _lost(given: Any, read: Any, place: str) -> str:
    if isinstance(given, dict):
        for key, value in given.items():
            if not isinstance(read, dict) or key not in read:
                return f"{place}.{key} is no field"
            if text := _lost(value, read[key], f"{place}.{key}"):
                return text
    if isinstance(given, list):
        for n, (mine, theirs) in enumerate(zip(given, read, strict=True)):
            if text := _lost(mine, theirs, f"{place}.{n}"):
                return text
    return ""


def _by_schema(one: Resource) -> str:
    schema = SCHEMAS.get(f"{one['apiVersion']} {one['kind']}")
    if schema is None:
        return f"no model of {one['apiVersion']} {one['kind']}"
    errors = sorted(jsonschema.Draft202012Validator(schema).iter_errors(one["spec"]), key=str)
    return f"{errors[0].json_path} {errors[0].message}"[:300] if errors else ""
