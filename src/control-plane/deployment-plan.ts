/**
 * What one sync of a Deployment writes (pkg/controller/deployment: deployment_controller.go `syncDeployment`, sync.go,
 * rolling.go, recreate.go): the new ReplicaSet, new sizes, or nothing but status. A creation counts as no scaling: the
 * sync that makes the new ReplicaSet of a rolling update goes on to the old ones.
 */
import { type Deployment, newMetadata, type ReplicaSet } from "../model/objects.js";
import { scaleProportionally } from "./proportional-scaling.js";
import { nextRollingUpdateStep, resolveFenceposts, sizeOfNew } from "./rolling-update.js";
import { POD_TEMPLATE_HASH, templateHash } from "./template-hash.js";

const DESIRED_REPLICAS = "deployment.kubernetes.io/desired-replicas";
const MAX_REPLICAS = "deployment.kubernetes.io/max-replicas";

export interface DeploymentPlan {
  /** Written first. */
  readonly create: ReplicaSet | null;
  /** Present ReplicaSets with a new size, to be written in this order. */
  readonly scale: readonly ReplicaSet[];
}

const NOTHING: DeploymentPlan = { create: null, scale: [] };

/** Name of the ReplicaSet of the Deployment's present template. */
export function newReplicaSetName(deployment: Deployment): string {
  return `${deployment.metadata.name}-${templateHash(deployment.spec.template)}`;
}

/**
 * `replicaSets` are those that the Deployment owns, from the oldest to the newest. `oldPodsRunning` tells whether a pod
 * of an old ReplicaSet is neither gone nor terminal; only Recreate asks.
 */
export function planDeployment(
  deployment: Deployment,
  replicaSets: readonly ReplicaSet[],
  oldPodsRunning: boolean,
): DeploymentPlan {
  const name = newReplicaSetName(deployment);
  const newest = replicaSets.find((each) => each.metadata.name === name) ?? null;
  const old = replicaSets.filter((each) => each !== newest);
  if (wasScaled(deployment, replicaSets)) return planScaling(deployment, newest, replicaSets);
  if (deployment.spec.rollingUpdate === null) return planRecreate(deployment, newest, old, oldPodsRunning);
  return planRollingUpdate(deployment, newest, old);
}

function planRollingUpdate(
  deployment: Deployment,
  newest: ReplicaSet | null,
  old: readonly ReplicaSet[],
): DeploymentPlan {
  const { replicas } = deployment.spec;
  const fenceposts = fencepostsOf(deployment);
  const total = old.reduce((sum, each) => sum + each.spec.replicas, 0);
  // made as large as it may be at once, so that only the old ones are left to be scaled
  const present = newest ?? newReplicaSet(deployment, sizeOfNew(replicas, fenceposts.maxSurge, 0, total));
  const create = newest === null ? present : null;
  const step = nextRollingUpdateStep(replicas, fenceposts, scaleOf(present), old.map(scaleOf));
  if (step.kind === "scale-new") return { create, scale: [resized(deployment, present, step.replicas)] };
  if (step.kind === "none") return { create, scale: [] };
  const scale = old.map((each, i) => resized(deployment, each, step.replicas[i] ?? 0));
  return { create, scale: scale.filter((each, i) => each.spec.replicas !== old[i]?.spec.replicas) };
}

function planRecreate(
  deployment: Deployment,
  newest: ReplicaSet | null,
  old: readonly ReplicaSet[],
  oldPodsRunning: boolean,
): DeploymentPlan {
  const active = old.filter((each) => each.spec.replicas > 0);
  if (active.length > 0) return { create: null, scale: active.map((each) => resized(deployment, each, 0)) };
  if (oldPodsRunning || old.some((each) => each.status.replicas > 0)) return NOTHING;
  const { replicas } = deployment.spec;
  if (newest === null) return { create: newReplicaSet(deployment, replicas), scale: [] };
  return newest.spec.replicas === replicas ? NOTHING : { create: null, scale: [resized(deployment, newest, replicas)] };
}

/** A scaling event: some ReplicaSet with pods was sized for another number of replicas. */
function wasScaled(deployment: Deployment, replicaSets: readonly ReplicaSet[]): boolean {
  const replicas = String(deployment.spec.replicas);
  return replicaSets.some((each) => {
    const desired = each.metadata.annotations[DESIRED_REPLICAS];
    return each.spec.replicas > 0 && desired !== undefined && desired !== replicas;
  });
}

function planScaling(deployment: Deployment, newest: ReplicaSet | null, all: readonly ReplicaSet[]): DeploymentPlan {
  const { replicas } = deployment.spec;
  const active = all.filter((each) => each.spec.replicas > 0);
  const only = active.length === 1 ? active[0] : undefined;
  if (only !== undefined) return { create: null, scale: [resized(deployment, only, replicas)] };
  if (isSaturated(newest, replicas)) {
    const left = active.filter((each) => each !== newest);
    return { create: null, scale: left.map((each) => resized(deployment, each, 0)) };
  }
  // Recreate never has two with pods for long: the ordinary sync will shrink the old ones
  const allowed = replicas === 0 ? 0 : replicas + fencepostsOf(deployment).maxSurge;
  const sizes =
    deployment.spec.rollingUpdate === null
      ? active.map((each) => (each === newest ? replicas : 0))
      : scaleProportionally(
          allowed,
          active.map((each) => sizeOf(each, deployment)),
        );
  return { create: null, scale: active.map((each, i) => resized(deployment, each, sizes[i] ?? 0)) };
}

function isSaturated(newest: ReplicaSet | null, replicas: number): boolean {
  return (
    newest !== null &&
    newest.metadata.annotations[DESIRED_REPLICAS] === String(replicas) &&
    newest.spec.replicas === replicas &&
    newest.status.available === replicas
  );
}

function sizeOf(replicaSet: ReplicaSet, deployment: Deployment): { replicas: number; maxReplicas: number } {
  const noted = replicaSet.metadata.annotations[MAX_REPLICAS];
  const maxReplicas = noted === undefined ? deployment.status.replicas : Number(noted);
  return { replicas: replicaSet.spec.replicas, maxReplicas };
}

function scaleOf(replicaSet: ReplicaSet): { replicas: number; available: number } {
  return { replicas: replicaSet.spec.replicas, available: replicaSet.status.available };
}

function fencepostsOf({ spec }: Deployment): { maxSurge: number; maxUnavailable: number } {
  return spec.rollingUpdate === null
    ? { maxSurge: 0, maxUnavailable: 0 }
    : resolveFenceposts(spec.rollingUpdate, spec.replicas);
}

function sizeNotes(deployment: Deployment): Record<string, string> {
  const { replicas } = deployment.spec;
  return { [DESIRED_REPLICAS]: `${replicas}`, [MAX_REPLICAS]: `${replicas + fencepostsOf(deployment).maxSurge}` };
}

function resized(deployment: Deployment, replicaSet: ReplicaSet, replicas: number): ReplicaSet {
  const { metadata, spec } = replicaSet;
  const annotations = { ...metadata.annotations, ...sizeNotes(deployment) };
  return {
    ...replicaSet,
    metadata: { ...metadata, annotations, generation: metadata.generation + 1 },
    spec: { ...spec, replicas },
  };
}

function newReplicaSet(deployment: Deployment, replicas: number): ReplicaSet {
  const { namespace, name } = deployment.metadata;
  const { selector, template, minReadySeconds } = deployment.spec;
  const label = { [POD_TEMPLATE_HASH]: templateHash(template) };
  const labels = { ...template.labels, ...label };
  const owner = { kind: "Deployment" as const, name };
  return {
    kind: "ReplicaSet",
    metadata: {
      ...newMetadata(namespace, newReplicaSetName(deployment), labels, owner),
      annotations: sizeNotes(deployment),
    },
    spec: {
      replicas,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, ...label } },
      template: { ...template, labels },
      minReadySeconds,
    },
    status: { replicas: 0, ready: 0, available: 0, terminating: 0 },
  };
}
