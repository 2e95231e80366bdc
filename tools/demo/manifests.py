"""The files of the demonstration repository: what a team writes for one application in one environment."""

import json

ENVIRONMENTS = ("dev", "staging", "prod")
REPLICAS = {"dev": 1, "staging": 2, "prod": 4}
DOMAINS = {"dev": "dev.shop.example", "staging": "staging.shop.example", "prod": "shop.example"}
PORTS = {"web": 8080, "cart": 8081, "payments": 8443, "search": 9200, "mailer": 8025, "reports": 8090}


def folder(environment, app):
    return f"clusters/{environment}/apps/{app}"


def deployment(environment, app, tag):
    return f"""\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {app}
  namespace: shop
  labels:
    app: {app}
    environment: {environment}
spec:
  replicas: {REPLICAS[environment]}
  selector:
    matchLabels:
      app: {app}
  template:
    metadata:
      labels:
        app: {app}
    spec:
      containers:
        - name: {app}
          image: registry.example/shop/{app}:{tag}
          ports:
            - containerPort: {PORTS[app]}
          env:
            - name: LOG_LEVEL
              value: {"debug" if environment == "dev" else "info"}
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 256Mi
"""


def service(app):
    return f"""\
apiVersion: v1
kind: Service
metadata:
  name: {app}
  namespace: shop
spec:
  selector:
    app: {app}
  ports:
    - name: http
      port: 80
      targetPort: {PORTS[app]}
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {app}
  namespace: shop
data:
  timeout: "30"
  feature-flags: none
"""


def kustomization(resources, namespace="shop"):
    lines = "".join(f"  - {resource}\n" for resource in sorted(resources))
    return f"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: {namespace}\nresources:\n{lines}"


def namespace(environment):
    return f"""\
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  labels:
    environment: {environment}
"""


def ingress(environment, apps):
    rules = "".join(
        f"""\
          - path: /{app}
            pathType: Prefix
            backend:
              service:
                name: {app}
                port:
                  name: http
"""
        for app in apps
    )
    return f"""\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  namespace: shop
spec:
  rules:
    - host: {DOMAINS[environment]}
      http:
        paths:
{rules}"""


def values(environment, checkout_timeout=20, banner=False):
    document = {
        "environment": environment,
        "features": {"banner": banner, "newCheckout": environment == "dev"},
        "limits": {"checkoutTimeoutSeconds": checkout_timeout, "uploadMegabytes": 8},
        "regions": ["eu-north-1"] if environment != "prod" else ["eu-north-1", "eu-west-1"],
    }
    return json.dumps(document, indent=2) + "\n"


def alerts(environment, latency=500):
    pager = "on-call" if environment == "prod" else "channel"
    return f"""\
# Thresholds that wake people up.
[latency]
p99_milliseconds = {latency}
window = "5m"

[errors]
ratio = 0.01
notify = "{pager}"
"""


def rollout(environment, pause=10):
    return f"""\
#!/bin/sh
# Restarts the deployments of {environment} one after the other.
set -eu
for app in "$@"; do
  kubectl --context {environment} --namespace shop rollout restart "deployment/$app"
  kubectl --context {environment} --namespace shop rollout status "deployment/$app"
  sleep {pause}
done
"""
