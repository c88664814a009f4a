/**
 * Which of the fields that Kubernetes knows are modelled, and what it means that the others are not.
 *
 * Everything is keyed by type and field ("V1PodSpec.affinity"), with the names of the generated models.
 */

const MODELLED_TABLE: Readonly<Record<string, string>> = {
  V1Namespace: "apiVersion kind metadata",
  V1Deployment: "apiVersion kind metadata spec",
  V1ReplicaSet: "apiVersion kind metadata spec",
  V1Pod: "apiVersion kind metadata spec",
  V1Service: "apiVersion kind metadata spec",
  V1ObjectMeta: "name namespace labels annotations ownerReferences generateName",
  V1OwnerReference: "apiVersion kind name uid controller blockOwnerDeletion",
  V1DeploymentSpec: "replicas selector template minReadySeconds strategy",
  V1DeploymentStrategy: "type rollingUpdate",
  V1RollingUpdateDeployment: "maxSurge maxUnavailable",
  V1ReplicaSetSpec: "replicas selector template minReadySeconds",
  V1LabelSelector: "matchLabels matchExpressions",
  V1LabelSelectorRequirement: "key operator values",
  V1PodTemplateSpec: "metadata spec",
  V1PodSpec:
    "containers nodeName nodeSelector tolerations terminationGracePeriodSeconds hostname subdomain dnsPolicy dnsConfig restartPolicy",
  V1PodDNSConfig: "nameservers searches options",
  V1PodDNSConfigOption: "name value",
  V1Container: "name image ports resources readinessProbe lifecycle",
  V1ContainerPort: "name containerPort protocol",
  V1ResourceRequirements: "requests",
  V1Probe:
    "httpGet tcpSocket grpc exec initialDelaySeconds periodSeconds timeoutSeconds successThreshold failureThreshold",
  V1HTTPGetAction: "path port scheme host httpHeaders",
  V1HTTPHeader: "name value",
  V1TCPSocketAction: "port host",
  V1GRPCAction: "port service",
  V1ExecAction: "command",
  V1Lifecycle: "preStop",
  V1LifecycleHandler: "sleep exec",
  V1SleepAction: "seconds",
  V1Toleration: "key operator value effect tolerationSeconds",
  V1ServiceSpec: "selector ports clusterIP clusterIPs publishNotReadyAddresses externalName",
  V1ServicePort: "name port targetPort protocol",
  KubeProxyConfiguration: "apiVersion kind mode iptables nftables",
  KubeProxyIPTablesConfiguration: "minSyncPeriod syncPeriod",
  KubeProxyNFTablesConfiguration: "minSyncPeriod syncPeriod",
};

const MODELLED: ReadonlySet<string> = new Set(
  Object.entries(MODELLED_TABLE).flatMap(([type, fields]) => fields.split(" ").map((field) => `${type}.${field}`)),
);

/** Set by the API server itself: what a manifest says there has no effect in Kubernetes either. */
const SERVER_SIDE: ReadonlySet<string> = new Set([
  ...["V1Deployment", "V1ReplicaSet", "V1Pod", "V1Service", "V1Namespace"].map((type) => `${type}.status`),
  ..."creationTimestamp deletionTimestamp deletionGracePeriodSeconds generation managedFields resourceVersion selfLink uid"
    .split(" ")
    .map((field) => `V1ObjectMeta.${field}`),
]);

/** Values at which an unmodelled field asks for nothing but what is simulated anyway. */
const NEUTRAL: ReadonlyMap<string, readonly unknown[]> = new Map<string, readonly unknown[]>([
  ["V1ServiceSpec.type", ["ClusterIP", "ExternalName"]],
  ["V1ServiceSpec.sessionAffinity", ["None"]],
  ["V1ServiceSpec.internalTrafficPolicy", ["Cluster"]],
  ["V1ServiceSpec.externalTrafficPolicy", ["Cluster"]],
  ["V1ServiceSpec.ipFamilyPolicy", ["SingleStack"]],
  ["V1PodSpec.schedulerName", ["default-scheduler"]],
  ["V1PodSpec.hostNetwork", [false]],
  ["V1PodSpec.hostPID", [false]],
  ["V1PodSpec.hostIPC", [false]],
  ["V1PodSpec.shareProcessNamespace", [false]],
  ["V1PodSpec.enableServiceLinks", [true]],
  ["V1PodSpec.setHostnameAsFQDN", [false]],
  ["V1PodSpec.preemptionPolicy", ["PreemptLowerPriority"]],
  ["V1Container.stdin", [false]],
  ["V1Container.stdinOnce", [false]],
  ["V1Container.tty", [false]],
  ["V1Container.imagePullPolicy", ["IfNotPresent"]],
  ["V1Container.terminationMessagePath", ["/dev/termination-log"]],
  ["V1Container.terminationMessagePolicy", ["File"]],
  ["V1DeploymentSpec.paused", [false]],
  ["V1DeploymentSpec.progressDeadlineSeconds", [600]],
  ["V1DeploymentSpec.revisionHistoryLimit", [10]],
]);

/** Fields whose being ignored would change the verdict, with what is simulated instead. */
const LOUD: ReadonlyMap<string, string> = new Map([
  ["V1ServiceSpec.type", "only the ClusterIP is simulated, not the way in from outside"],
  ["V1ServiceSpec.externalIPs", "only the ClusterIP is simulated"],
  ["V1ServiceSpec.sessionAffinity", "each connection picks an endpoint anew"],
  ["V1ServiceSpec.sessionAffinityConfig", "each connection picks an endpoint anew"],
  ["V1ServiceSpec.internalTrafficPolicy", "endpoints of every node are used"],
  ["V1ServiceSpec.externalTrafficPolicy", "traffic from outside is not simulated"],
  ["V1ServiceSpec.trafficDistribution", "endpoints of every zone are used alike"],
  ["V1ServiceSpec.ipFamilyPolicy", "only IPv4 is simulated"],
  ["V1PodSpec.initContainers", "the pod starts without them: no init phase, no sidecars"],
  ["V1PodSpec.readinessGates", "the pod is Ready without them"],
  ["V1PodSpec.schedulingGates", "the pod is scheduled at once"],
  ["V1PodSpec.hostNetwork", "the pod gets an address of its own"],
  ["V1PodSpec.affinity", "the scheduler places pods without it"],
  ["V1PodSpec.topologySpreadConstraints", "the scheduler spreads pods by its defaults"],
  ["V1PodSpec.hostAliases", "every name is asked of DNS"],
  ["V1PodSpec.schedulerName", "the default scheduler places the pod"],
  ["V1PodSpec.activeDeadlineSeconds", "the pod is not ended by it"],
  ["V1Container.livenessProbe", "nothing restarts a container that hangs"],
  ["V1Container.startupProbe", "the readiness probe begins at once"],
  ["V1Container.restartPolicy", "every container is restarted"],
  ["V1Lifecycle.postStart", "the container is ready for its probes without waiting for it"],
  ["V1Lifecycle.stopSignal", "the process gets SIGTERM"],
  ["V1LifecycleHandler.httpGet", "how long it takes is unknown: the pod stops as if it had no hook"],
  ["V1LifecycleHandler.tcpSocket", "Kubernetes refuses it in a hook as well"],
  ["V1ContainerPort.hostPort", "pods with the same port share a node"],
  ["V1DeploymentSpec.paused", "the Deployment rolls out as usual"],
]);

export type Effect =
  | { readonly kind: "modelled" }
  /** Accepted, and not worth a word. */
  | { readonly kind: "none" }
  /** Accepted and named; `instead` is not empty when ignoring the field would change the verdict. */
  | { readonly kind: "ignored"; readonly instead: string };

/** What a field with this value means for the simulation. */
export function effectOf(type: string, field: string, value: unknown): Effect {
  const key = `${type}.${field}`;
  if (MODELLED.has(key)) return { kind: "modelled" };
  if (SERVER_SIDE.has(key) || isEmpty(value) || NEUTRAL.get(key)?.includes(value)) return { kind: "none" };
  if (key === "V1ServiceSpec.ipFamilies" && Array.isArray(value) && value.every((each) => each === "IPv4")) {
    return { kind: "none" };
  }
  const special = typeof value === "string" ? LOUD.get(`${key}=${value}`) : undefined;
  return { kind: "ignored", instead: special ?? LOUD.get(key) ?? "" };
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}
