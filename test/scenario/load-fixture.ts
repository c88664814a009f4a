import {
  type ApiObject,
  type Deployment,
  type Namespace,
  objectsOf,
  type Pod,
  type ReplicaSet,
  type Service,
} from "../../src/model/objects.js";
import { Report } from "../../src/scenario/diagnostic.js";
import { type Files, type InputArguments, type LoadedInputs, loadInputs } from "../../src/scenario/load.js";

/** Files in memory: a null text is a directory. */
export function memoryFiles(texts: Readonly<Record<string, string | null>>): Files {
  const under = (directory: string): string[] =>
    Object.keys(texts).filter((path) => path.startsWith(`${directory}/`) && texts[path] !== null);
  return {
    read(path) {
      const text = Object.hasOwn(texts, path) ? texts[path] : undefined;
      if (text === undefined) return { ok: false, reason: "missing" };
      return text === null ? { ok: false, reason: "directory" } : { ok: true, text };
    },
    glob: (pattern) => under(pattern.slice(0, pattern.indexOf("/*"))),
    list: under,
  };
}

/** The objects of manifests by their kinds. */
export interface ObjectsByKind {
  readonly namespaces: readonly Namespace[];
  readonly deployments: readonly Deployment[];
  readonly replicaSets: readonly ReplicaSet[];
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
}

export interface Loaded extends LoadedInputs {
  readonly objects: ObjectsByKind;
  readonly report: Report;
  /** Each as "line:column severity path: message", loud warnings with "loud" in front. */
  readonly said: readonly string[];
}

export function loadFiles(files: Files, given: InputArguments): Loaded {
  const report = new Report();
  const loaded = loadInputs(files, given, report);
  const said = report
    .sorted()
    .map(
      ({ location, severity, loud, path, message }) =>
        `${location.line}:${location.column} ${loud ? "loud " : ""}${severity} ${path}: ${message}`,
    );
  return { ...loaded, objects: byKind(loaded.manifests.objects), report, said };
}

function byKind(objects: readonly ApiObject[]): ObjectsByKind {
  return {
    namespaces: objectsOf(objects, "Namespace"),
    deployments: objectsOf(objects, "Deployment"),
    replicaSets: objectsOf(objects, "ReplicaSet"),
    pods: objectsOf(objects, "Pod"),
    services: objectsOf(objects, "Service"),
  };
}

export function loadText(text: string, strict = false): Loaded {
  return loadFiles(memoryFiles({ "a.yaml": text }), { files: ["a.yaml"], strict });
}

/** A Deployment and its Service; `patch` replaces a text within. */
export function webManifests(from = "", to = ""): string {
  if (!WEB.includes(from)) throw new Error(`not in the manifests: ${from}`);
  return WEB.replace(from, to);
}

const WEB = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  labels: {app: web}
spec:
  replicas: 3
  selector:
    matchLabels: {app: web}
  template:
    metadata:
      labels: {app: web}
    spec:
      containers:
        - name: web
          image: web:v1
          ports: [{name: http, containerPort: 8080}]
          readinessProbe:
            httpGet: {path: /healthz, port: http}
            periodSeconds: 5
          lifecycle:
            preStop:
              sleep: {seconds: 5}
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector: {app: web}
  ports:
    - port: 80
      targetPort: http
`;
