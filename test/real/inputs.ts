/**
 * The lab of the recordings as scenarios: three nodes in zones of their own, a runtime that takes 500 ms for a sandbox and
 * 100 ms to remove one, images that are present, programs that answer at once, nothing else in the cluster.
 */

/** How fast the API server was: writes from request to reply, and what a watch needs beside the commit. */
const SERVER = {
  /** On a machine that other work kept busy, first series. */
  loaded: {
    apiWrite: "{lognormal: {median: 13ms, p99: 70ms}}",
    watchDelivery: "{lognormal: {median: 1ms, p99: 20ms}}",
  },
  /** On a quiet machine, second series. */
  quiet: { apiWrite: "{lognormal: {median: 8ms, p99: 20ms}}", watchDelivery: "{lognormal: {median: 1ms, p99: 5ms}}" },
} as const;

export interface Lab {
  readonly server: keyof typeof SERVER;
  /** Sandbox and start of the container together. */
  readonly start?: string;
  readonly nodes?: number;
  readonly duration: string;
  readonly churn: readonly string[];
  readonly workloads?: readonly string[];
  /** Allocatable of a node. */
  readonly cpu?: string;
  readonly traffic?: readonly string[];
  readonly manifests: readonly string[];
}

export function labScenario(lab: Lab): string {
  const { apiWrite, watchDelivery } = SERVER[lab.server];
  const zones = ["a", "b", "c", "d", "e"].slice(0, lab.nodes ?? 3).join(", ");
  return `apiVersion: kubechurn/v1alpha1
kind: Scenario
metadata: {name: lab}
spec:
  kubernetesVersion: "1.37"
  duration: ${lab.duration}
  cluster:
    nodePools: [{count: ${lab.nodes ?? 3}, zones: [${zones}], capacity: {cpu: ${JSON.stringify(lab.cpu ?? "4")}}}]
    backgroundChurn: {endpointChangesPerSecond: 0, services: 0, endpoints: 0}
    components: {coredns: {replicas: 1}}
    latency:
      apiWrite: ${apiWrite}
      watchDelivery: ${watchDelivery}
      sandboxCreation: ${lab.start ?? "500ms"}
      sandboxRemoval: 100ms
      imagePull: 0s
  workloads: [${["{listenAfter: 0s, readyAfter: 0s, serviceTime: 1ms}", ...(lab.workloads ?? [])].join(", ")}]
  churn: [${lab.churn.join(", ")}]
  traffic: [${(lab.traffic ?? []).join(", ")}]
${lab.manifests.join("")}`;
}

export interface App {
  readonly name: string;
  readonly replicas: number;
  /** `strategy` of the Deployment. */
  readonly strategy?: string;
  readonly minReadySeconds?: number;
  /** Further fields of the pod's specification, and of its container. */
  readonly pod?: string;
  readonly container?: string;
  /** Services that select it; by default one of its own name. `headless` makes one more. */
  readonly headless?: boolean;
}

/** No pod of the lab mounts the token of its service account, but for one series. */
const NO_VOLUMES = "automountServiceAccountToken: false";

export function app({ name, replicas, strategy, minReadySeconds, pod = NO_VOLUMES, container, headless }: App): string {
  const fields = [
    `replicas: ${replicas}`,
    `selector: {matchLabels: {app: ${name}}}`,
    ...(strategy === undefined ? [] : [`strategy: ${strategy}`]),
    ...(minReadySeconds === undefined ? [] : [`minReadySeconds: ${minReadySeconds}`]),
  ];
  const inContainer = [
    `name: c`,
    `image: "${name}:v1"`,
    "ports: [{containerPort: 8080}]",
    ...(container ?? "").split("\n"),
  ];
  const inPod = [...pod.split("\n"), `containers: [{${inContainer.filter((each) => each !== "").join(", ")}}]`];
  const template = `{metadata: {labels: {app: ${name}}}, spec: {${inPod.filter((each) => each !== "").join(", ")}}}`;
  return (
    document("apps/v1", "Deployment", name, [...fields, `template: ${template}`]) +
    service(name, name) +
    (headless === true ? service(`${name}-headless`, name, "clusterIP: None, ") : "")
  );
}

function service(name: string, selects: string, fields = ""): string {
  return document("v1", "Service", name, [
    `${fields}selector: {app: ${selects}}, ports: [{port: 80, targetPort: 8080}]`,
  ]);
}

/** A pod of its own. */
export function barePod(name: string, label: string, spec: string): string {
  const metadata = `{name: ${name}, labels: {app: ${label}}}`;
  return `---\n{apiVersion: v1, kind: Pod, metadata: ${metadata}, spec: {${NO_VOLUMES}, ${spec}}}\n`;
}

function document(version: string, kind: string, name: string, spec: readonly string[]): string {
  return `---\n{apiVersion: ${version}, kind: ${kind}, metadata: {name: ${name}}, spec: {${spec.join(", ")}}}\n`;
}
