/** What the API server makes of new objects before they are stored: addresses for Services, tolerations for pods. */
import type { Admission, ApiLog } from "../apiserver/log.js";
import type { Pod, Service, Toleration } from "../model/objects.js";

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

/** Gives new Services what no two of them may have: an address, a port of every node. */
export interface ServiceAllocation {
  /** The Service with what it was given, which may be nothing; or why it cannot be had. */
  admit(service: Service): Service | { readonly refused: string };
  /** Takes back what the Service has; nothing happens when another one has it. */
  release(service: Service): void;
}

/** The admission function of a log whose Services get what they need from each of `allocations` in turn. */
export function createAdmission(allocations: readonly ServiceAllocation[]): Admission {
  return (object) => {
    if (object.kind === "Service") return admitService(object, allocations);
    return object.kind === "Pod" ? withDefaultTolerations(object) : object;
  };
}

/** All or nothing. */
function admitService(
  service: Service,
  allocations: readonly ServiceAllocation[],
): Service | { readonly refused: string } {
  let admitted = service;
  for (const [index, allocation] of allocations.entries()) {
    const given = allocation.admit(admitted);
    if ("refused" in given) {
      for (const earlier of allocations.slice(0, index)) earlier.release(admitted);
      return given;
    }
    admitted = given;
  }
  return admitted;
}

/** Installs admission in a log, and takes back what Services had when they are deleted. */
export function installAdmission(log: ApiLog, allocations: readonly ServiceAllocation[]): void {
  log.admission = createAdmission(allocations);
  log.onCommit("Service", ({ object, deleted }) => {
    if (deleted) for (const allocation of allocations) allocation.release(object);
  });
}
