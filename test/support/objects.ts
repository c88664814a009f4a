/**
 * The one place where tests build API objects: a new required field of one is a line here.
 *
 * Each builder gives the plainest valid object, with what a test cares about laid over it. The harnesses of single folders put
 * their own short words in front.
 */
import {
  type Container,
  type Deployment,
  type Endpoint,
  type EndpointPort,
  type EndpointSlice,
  type Metadata,
  type Namespace,
  NEW_POD_STATUS,
  type Node,
  newMetadata,
  type OwnerReference,
  type Pod,
  type PodSpec,
  type PodStatus,
  type PodTemplate,
  type ReplicaSet,
  type Service,
  type Toleration,
} from "../../src/model/objects.js";

/** Where an object lives and what it is called by; `change` lays over the metadata made from the rest. */
export interface Identity {
  /** Left out: "default". */
  readonly namespace?: string;
  readonly labels?: Metadata["labels"];
  readonly owner?: OwnerReference | null;
  readonly change?: Partial<Metadata>;
}

function metadataOf(
  name: string,
  { namespace = "default", labels = {}, owner = null, change = {} }: Identity,
): Metadata {
  return { ...newMetadata(namespace, name, labels, owner), ...change };
}

/** A container "main" that asks for nothing, without port, probe or hook. */
export function buildContainer(change: Partial<Container> = {}): Container {
  return {
    name: "main",
    image: "web:v1",
    ports: [],
    cpu: 0,
    memory: 0,
    readinessProbe: null,
    preStopSleepSeconds: null,
    ...change,
  };
}

/** An unscheduled pod's specification: one plain container, 30 s of grace. */
export function buildPodSpec(change: Partial<PodSpec> = {}): PodSpec {
  return {
    containers: [buildContainer()],
    nodeName: "",
    nodeSelector: {},
    tolerations: [],
    terminationGracePeriodSeconds: 30,
    hostname: "",
    subdomain: "",
    hostNetwork: false,
    dnsPolicy: "ClusterFirst",
    ...change,
  };
}

export function buildPodTemplate(labels: PodTemplate["labels"], spec: PodSpec = buildPodSpec()): PodTemplate {
  return { labels, annotations: {}, spec };
}

/** A pod that was only just created, unless its status says more. */
export function buildPod(
  name: string,
  { spec = {}, status = {}, ...identity }: Identity & { spec?: Partial<PodSpec>; status?: Partial<PodStatus> } = {},
): Pod {
  return {
    kind: "Pod",
    metadata: metadataOf(name, identity),
    spec: buildPodSpec(spec),
    status: { ...NEW_POD_STATUS, ...status },
  };
}

/** A ready node with room for nothing. */
export function buildNode(
  name: string,
  {
    spec = {},
    capacity = {},
    status = {},
    ...identity
  }: Identity & {
    spec?: Partial<Node["spec"]>;
    capacity?: Partial<Node["capacity"]>;
    status?: Partial<Node["status"]>;
  } = {},
): Node {
  return {
    kind: "Node",
    metadata: metadataOf(name, { namespace: "", ...identity }),
    spec: { podCIDR: "", taints: [], unschedulable: false, ...spec },
    capacity: { cpu: 0, memory: 0, pods: 0, ...capacity },
    status: { ready: "True", lastTransitionTime: 0, ...status },
  };
}

/** A Service that selects pods by the label "app" with its own name: port 80 to 8080, without an address yet. */
export function buildService(name: string, spec: Partial<Service["spec"]> = {}, identity: Identity = {}): Service {
  return {
    kind: "Service",
    metadata: metadataOf(name, identity),
    spec: {
      selector: { app: name },
      ports: [{ name: "http", port: 80, targetPort: 8080, protocol: "TCP" }],
      clusterIP: null,
      publishNotReadyAddresses: false,
      ...spec,
    },
  };
}

/** A ready endpoint on "node-1" in zone "a". */
export function buildEndpoint(change: Partial<Endpoint> & Pick<Endpoint, "address" | "pod">): Endpoint {
  return {
    nodeName: "node-1",
    zone: "a",
    hostname: "",
    ready: true,
    serving: true,
    terminating: false,
    ...change,
  };
}

/** A slice of the Service `service`, with the port that `buildService` leads to. */
export function buildSlice(
  service: string,
  name: string,
  endpoints: readonly Endpoint[],
  {
    ports = [{ name: "http", port: 8080, protocol: "TCP" }],
    ...identity
  }: Identity & { ports?: readonly EndpointPort[] } = {},
): EndpointSlice {
  const owner = { kind: "Service", name: service } as const;
  return { kind: "EndpointSlice", metadata: metadataOf(name, { owner, ...identity }), ports, endpoints };
}

/** A Deployment of one pod labelled "app" with its name, with the API's defaults for rolling updates. */
export function buildDeployment(
  name: string,
  spec: Partial<Deployment["spec"]> = {},
  identity: Identity = {},
): Deployment {
  return {
    kind: "Deployment",
    metadata: metadataOf(name, identity),
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name }, matchExpressions: [] },
      template: buildPodTemplate({ app: name }),
      minReadySeconds: 0,
      rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" },
      ...spec,
    },
    status: { replicas: 0, updated: 0, ready: 0, available: 0, terminating: 0 },
  };
}

/** A ReplicaSet that wants no pods. */
export function buildReplicaSet(
  name: string,
  spec: Partial<ReplicaSet["spec"]> = {},
  identity: Identity = {},
): ReplicaSet {
  return {
    kind: "ReplicaSet",
    metadata: metadataOf(name, identity),
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: name }, matchExpressions: [] },
      template: buildPodTemplate({ app: name }),
      minReadySeconds: 0,
      ...spec,
    },
    status: { replicas: 0, ready: 0, available: 0, terminating: 0 },
  };
}

export function buildNamespace(name: string, labels: Metadata["labels"] = {}): Namespace {
  return { kind: "Namespace", metadata: newMetadata("", name, labels) };
}

/** What the admission plug-in DefaultTolerationSeconds gives a pod, or the same with other seconds. */
export function tolerateUnreachable(seconds: number | null): Toleration {
  return {
    key: "node.kubernetes.io/unreachable",
    operator: "Exists",
    value: "",
    effect: "NoExecute",
    tolerationSeconds: seconds,
  };
}
