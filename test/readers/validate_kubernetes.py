"""Checks a manifest by the JSON schemas of Kubernetes, in which no field is allowed that there is not.

Usage:  validate_kubernetes.py FILE
Prints: one line of JSON: the version of the schemas, and of each document its kind, its name, and what is wrong with it or null
"""
import json
import sys

import kubernetes_validate
import yaml

version = kubernetes_validate.latest_version()
documents = []
with open(sys.argv[1]) as file:
    for document in yaml.safe_load_all(file):
        fault = None
        try:
            kubernetes_validate.validate(document, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            fault = str(error)
        documents.append({'kind': document['kind'], 'name': document['metadata']['name'], 'fault': fault, 'document': document})
print(json.dumps({'version': version, 'documents': documents}))
