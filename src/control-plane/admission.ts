/** What the API server makes of new objects before they are stored: addresses for Services, tolerations for pods. */
import type { Admission, ApiLog } from "../apiserver/log.js";
import type { Pod, Toleration } from "../model/objects.js";
import type { ServiceAllocator } from "./service-allocator.js";

const NOT_READY = "node.kubernetes.io/not-ready";
const UNREACHABLE = "node.kubernetes.io/unreachable";

/** `--default-not-ready-toleration-seconds` and `--default-unreachable-toleration-seconds`. */
export const DEFAULT_TOLERATION_SECONDS = 300;

/**
 * The admission plugin DefaultTolerationSeconds: a pod that says nothing of its own tolerates the NoExecute taints of
 * nodes that are not ready or unreachable for 300 s (plugin/pkg/admission/defaulttolerationseconds/admission.go).
 */
export function withDefaultTolerations(pod: Pod): Pod {
  const { tolerations } = pod.spec;
  const added = [NOT_READY, UNREACHABLE]
    .filter((key) => !tolerations.some((own) => concerns(own, key)))
    .map(tolerating);
  return added.length === 0 ? pod : { ...pod, spec: { ...pod.spec, tolerations: [...tolerations, ...added] } };
}

function concerns(toleration: Toleration, key: string): boolean {
  const { effect } = toleration;
  return (toleration.key === key || toleration.key === "") && (effect === "NoExecute" || effect === "");
}

function tolerating(key: string): Toleration {
  const tolerationSeconds = DEFAULT_TOLERATION_SECONDS;
  return { key, operator: "Exists", value: "", effect: "NoExecute", tolerationSeconds };
}

/** The admission function of a log whose Services get their addresses from `allocator`. */
export function createAdmission(allocator: ServiceAllocator): Admission {
  return (object) => {
    if (object.kind === "Service") return allocator.admit(object);
    return object.kind === "Pod" ? withDefaultTolerations(object) : object;
  };
}

/** Installs admission in a log, and gives addresses back when their Services are deleted. */
export function installAdmission(log: ApiLog, allocator: ServiceAllocator): void {
  log.admission = createAdmission(allocator);
  log.onCommit("Service", (revision) => {
    if (revision.deleted) allocator.release(revision.object);
  });
}
