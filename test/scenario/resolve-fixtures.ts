import { parseAddress } from "../../src/model/address.js";
import type { Labels } from "../../src/model/labels.js";
import type { ApiObject, Deployment, Pod, ReplicaSet, Service } from "../../src/model/objects.js";
import type { Scenario } from "../../src/model/scenario.js";
import { type Diagnostic, type Location, Report } from "../../src/scenario/diagnostic.js";
import { encodeSpec, type PlainMap } from "../../src/scenario/encode-spec.js";
import { parseScenario } from "../../src/scenario/parse-scenario.js";
import { resolveScenario, type ScenarioInput } from "../../src/scenario/resolve.js";
import { buildDeployment, buildPodTemplate, buildService } from "../support/objects.js";

const NOWHERE: Location = { file: "scenario.yaml", line: 1, column: 1 };

export function deployment(name: string, namespace = "default", labels: Labels = { app: name }): Deployment {
  const selector = { matchLabels: labels, matchExpressions: [] };
  return buildDeployment(name, { replicas: 3, selector, template: buildPodTemplate(labels) }, { namespace });
}

export function service(
  name: string,
  namespace = "default",
  options: { selector?: Labels; ports?: readonly number[]; clusterIP?: string; protocol?: "TCP" | "UDP" } = {},
): Service {
  const { clusterIP, selector = { app: name }, protocol = "TCP" } = options;
  const spec = {
    selector,
    ports: (options.ports ?? [80]).map((port) => ({ name: `p${port}`, port, targetPort: 8080, protocol })),
    clusterIP: clusterIP === undefined ? null : clusterIP === "None" ? clusterIP : parseAddress(clusterIP),
  } as const;
  return buildService(name, spec, { namespace });
}

interface GivenObjects {
  readonly deployments?: readonly Deployment[];
  readonly replicaSets?: readonly ReplicaSet[];
  readonly pods?: readonly Pod[];
  readonly services?: readonly Service[];
}

/** The Deployment web and its Service where no others are given. */
export function objects({ deployments, replicaSets, pods, services }: GivenObjects = {}): readonly ApiObject[] {
  return [
    ...(deployments ?? [deployment("web")]),
    ...(replicaSets ?? []),
    ...(pods ?? []),
    ...(services ?? [service("web")]),
  ];
}

/** The text of a diagnostic as a test compares it. */
export function textOf({ severity, path, message, hint }: Diagnostic): string {
  return `${severity}: ${path}: ${message}${hint === "" ? "" : ` (${hint})`}`;
}

export interface Outcome {
  readonly scenario: Scenario | null;
  /** The `spec` with every default, as a user could have written it; null without a scenario. */
  readonly resolved: PlainMap | null;
  readonly texts: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Parses and resolves a spec, given as plain data. */
export function load(spec: unknown, given = objects(), more: Partial<ScenarioInput> = {}): Outcome {
  const report = new Report();
  const document = { apiVersion: "kubechurn/v1alpha1", kind: "Scenario", metadata: { name: "test" }, spec };
  const parsed = parseScenario(document, report, () => NOWHERE);
  const resolution =
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
  const scenario = resolution?.settings ?? null;
  const resolved = resolution === null ? null : encodeSpec(resolution.spec);
  return { scenario, resolved, texts: report.diagnostics.map(textOf), diagnostics: report.diagnostics };
}
