import { parseAddress } from "../../src/model/address.js";
import type { Labels } from "../../src/model/labels.js";
import { type Deployment, newMetadata, type PodSpec, type Service } from "../../src/model/objects.js";
import type { Scenario } from "../../src/model/scenario.js";
import { type Diagnostic, type Location, Report } from "../../src/scenario/diagnostic.js";
import type { ManifestObjects } from "../../src/scenario/manifests.js";
import { parseScenario } from "../../src/scenario/parse-scenario.js";
import { resolveScenario, type ScenarioInput } from "../../src/scenario/resolve.js";

const NOWHERE: Location = { file: "scenario.yaml", line: 1, column: 1 };

export function podSpec(changes: Partial<PodSpec> = {}): PodSpec {
  return {
    containers: [
      { name: "main", image: "web:v1", ports: [], cpu: 0, memory: 0, readinessProbe: null, preStopSleepSeconds: null },
    ],
    nodeName: "",
    nodeSelector: {},
    tolerations: [],
    terminationGracePeriodSeconds: 30,
    hostname: "",
    subdomain: "",
    hostNetwork: false,
    dnsPolicy: "ClusterFirst",
    ...changes,
  };
}

export function deployment(name: string, namespace = "default", labels: Labels = { app: name }): Deployment {
  return {
    kind: "Deployment",
    metadata: newMetadata(namespace, name),
    spec: {
      replicas: 3,
      selector: { matchLabels: labels, matchExpressions: [] },
      template: { labels, annotations: {}, spec: podSpec() },
      minReadySeconds: 0,
      rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" },
    },
    status: { replicas: 0, updated: 0, ready: 0, available: 0 },
  };
}

export function service(
  name: string,
  namespace = "default",
  options: { selector?: Labels; ports?: readonly number[]; clusterIP?: string; protocol?: "TCP" | "UDP" } = {},
): Service {
  const { clusterIP } = options;
  return {
    kind: "Service",
    metadata: newMetadata(namespace, name),
    spec: {
      selector: options.selector ?? { app: name },
      ports: (options.ports ?? [80]).map((port) => ({
        name: `p${port}`,
        port,
        targetPort: 8080,
        protocol: options.protocol ?? "TCP",
      })),
      clusterIP: clusterIP === undefined ? null : clusterIP === "None" ? "None" : parseAddress(clusterIP),
      publishNotReadyAddresses: false,
    },
  };
}

export function objects(changes: Partial<ManifestObjects> = {}): ManifestObjects {
  return {
    namespaces: [],
    deployments: [deployment("web")],
    replicaSets: [],
    pods: [],
    services: [service("web")],
    ...changes,
  };
}

/** The text of a diagnostic as a test compares it. */
export function textOf({ severity, path, message, hint }: Diagnostic): string {
  return `${severity}: ${path}: ${message}${hint === "" ? "" : ` (${hint})`}`;
}

export interface Outcome {
  readonly scenario: Scenario | null;
  readonly texts: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses and resolves a spec, given as plain data. */
export function load(spec: unknown, given = objects(), more: Partial<ScenarioInput> = {}): Outcome {
  const report = new Report();
  const document = { apiVersion: "kubechurn/v1alpha1", kind: "Scenario", metadata: { name: "test" }, spec };
  const parsed = parseScenario(document, report, () => NOWHERE);
  const scenario =
    parsed === null
      ? null
      : resolveScenario(
          {
            spec: parsed.spec,
            metadata: { name: parsed.metadata.name ?? "test", description: parsed.metadata.description },
            objects: given,
            locate: () => NOWHERE,
            ...more,
          },
          report,
        );
  return { scenario, texts: report.diagnostics.map(textOf), diagnostics: report.diagnostics };
}
