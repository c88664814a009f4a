/** The kinds of objects that are read from manifests. A new one is a file beside this one and a line here. */
import { deployment } from "./deployment.js";
import type { ManifestKind } from "./kind.js";
import { namespace } from "./namespace.js";
import { pod } from "./pod.js";
import { replicaSet } from "./replica-set.js";
import { service } from "./service.js";

export const MANIFEST_KINDS: readonly ManifestKind[] = [namespace, service, deployment, replicaSet, pod];
