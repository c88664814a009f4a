/** Deployments, with the defaults of the API server. */
import type { RollingUpdate } from "../../model/objects.js";
import { type Field, quoted } from "../documents/field.js";
import type { ManifestKind } from "./kind.js";
import { readMetadata } from "./names.js";
import { readReplicated } from "./replicated.js";

export const deployment: ManifestKind<"Deployment"> = {
  kind: "Deployment",
  apiVersion: "apps/v1",
  type: "V1Deployment",
  names: "subdomain",
  namespaced: true,
  fields: {
    modelled: {
      V1Deployment: "apiVersion kind metadata spec",
      V1DeploymentSpec: "replicas selector template minReadySeconds strategy",
      V1DeploymentStrategy: "type rollingUpdate",
      V1RollingUpdateDeployment: "maxSurge maxUnavailable",
    },
    defaults: {
      V1DeploymentSpec: { replicas: 1, minReadySeconds: 0, strategy: {} },
      V1DeploymentStrategy: ({ type }) => (type === "Recreate" ? {} : { type: "RollingUpdate", rollingUpdate: {} }),
      V1RollingUpdateDeployment: { maxSurge: "25%", maxUnavailable: "25%" },
    },
    neutral: {
      "V1DeploymentSpec.paused": [false],
      "V1DeploymentSpec.progressDeadlineSeconds": [600],
      "V1DeploymentSpec.revisionHistoryLimit": [10],
    },
    loud: { "V1DeploymentSpec.paused": "the Deployment rolls out as usual" },
  },
  read: (root, namespace, name) => ({
    kind: "Deployment",
    metadata: readMetadata(root, namespace, name),
    spec: { ...readReplicated(root), rollingUpdate: readStrategy(root.at("spec", "strategy")) },
    status: { replicas: 0, updated: 0, ready: 0, available: 0, terminating: 0 },
  }),
};

/** Null for Recreate. */
function readStrategy(field: Field): RollingUpdate | null {
  const rolling = field.at("rollingUpdate");
  if (field.at("type").oneOf(["RollingUpdate", "Recreate"], "RollingUpdate") === "Recreate") {
    if (rolling.present) rolling.error("has no place in the strategy Recreate");
    return null;
  }
  const maxSurge = readShare(rolling.at("maxSurge"));
  const maxUnavailable = readShare(rolling.at("maxUnavailable"));
  if (isZero(maxSurge) && isZero(maxUnavailable)) {
    rolling.error("maxSurge and maxUnavailable cannot both be 0", "no pod could ever be replaced");
  }
  if (typeof maxUnavailable === "string" && Number.parseInt(maxUnavailable, 10) > 100) {
    rolling.at("maxUnavailable").error("cannot be more than 100%");
  }
  return { maxSurge, maxUnavailable };
}

function readShare(field: Field): number | string {
  if (typeof field.value !== "string") return field.present ? field.integer(0, 0) : "25%";
  if (!/^\d{1,6}%$/.test(field.value)) field.error(`must be a count or a percentage, not ${quoted(field.value)}`);
  return field.value;
}

function isZero(share: number | string): boolean {
  return share === 0 || share === "0%";
}
