/** Pods within a workload or by themselves: what `metadata` and `spec` say, with the defaults of the API server. */
import type { PodSpec, PodTemplate, Toleration } from "../../model/objects.js";
import { type Field, quoted } from "../documents/field.js";
import { readContainer } from "./container.js";
import type { FieldTable } from "./field-table.js";
import { warnOfMesh } from "./mesh.js";
import { isDnsLabel, readAnnotations, readLabels } from "./names.js";
import { readPodDns } from "./pod-dns.js";

const DEFAULT_GRACE_SECONDS = 30;

/** Fields of the types below a pod's `metadata` and `spec`. */
export const POD_FIELDS: FieldTable = {
  modelled: {
    V1PodTemplateSpec: "metadata spec",
    V1PodSpec:
      "containers nodeName nodeSelector tolerations terminationGracePeriodSeconds hostname subdomain dnsPolicy dnsConfig restartPolicy automountServiceAccountToken",
    V1Volume: "name",
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
    V1LifecycleHandler: "sleep exec httpGet",
    V1SleepAction: "seconds",
    V1Toleration: "key operator value effect tolerationSeconds",
  },
  partly: {
    V1PodSpec: "hostNetwork volumes",
    V1ResourceRequirements: "limits",
    V1LifecycleHandler: "tcpSocket",
  },
  defaults: {
    V1PodSpec: { restartPolicy: "Always", terminationGracePeriodSeconds: 30, dnsPolicy: "ClusterFirst" },
    V1ContainerPort: { protocol: "TCP" },
    V1Probe: { initialDelaySeconds: 0, periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 },
    V1Toleration: { operator: "Equal" },
  },
  neutral: {
    "V1PodSpec.schedulerName": ["default-scheduler"],
    "V1PodSpec.hostNetwork": [false],
    "V1PodSpec.hostPID": [false],
    "V1PodSpec.hostIPC": [false],
    "V1PodSpec.shareProcessNamespace": [false],
    "V1PodSpec.enableServiceLinks": [true],
    "V1PodSpec.setHostnameAsFQDN": [false],
    "V1PodSpec.preemptionPolicy": ["PreemptLowerPriority"],
    "V1Container.stdin": [false],
    "V1Container.stdinOnce": [false],
    "V1Container.tty": [false],
    "V1Container.imagePullPolicy": ["IfNotPresent"],
    "V1Container.terminationMessagePath": ["/dev/termination-log"],
    "V1Container.terminationMessagePolicy": ["File"],
  },
  loud: {
    "V1PodSpec.initContainers": "the pod starts without them: no init phase, no sidecars",
    "V1PodSpec.readinessGates": "the pod is Ready without them",
    "V1PodSpec.schedulingGates": "the pod is scheduled at once",
    "V1PodSpec.hostNetwork": "the pod gets an address of its own",
    "V1PodSpec.affinity": "the scheduler places pods without it",
    "V1PodSpec.topologySpreadConstraints": "the scheduler spreads pods by its defaults",
    "V1PodSpec.schedulingGroup": "the scheduler places pods one by one",
    "V1PodSpec.workloadRef": "the scheduler places pods one by one",
    "V1PodSpec.evictionResponders": "nothing is asked before an eviction",
    "V1PodSpec.hostAliases": "every name is asked of DNS",
    "V1PodSpec.schedulerName": "the default scheduler places the pod",
    "V1PodSpec.activeDeadlineSeconds": "the pod is not ended by it",
    "V1Container.livenessProbe": "nothing restarts a container that hangs",
    "V1Container.startupProbe": "the readiness probe begins at once",
    "V1Container.restartPolicy": "every container is restarted",
    "V1Lifecycle.postStart": "the container is ready for its probes without waiting for it",
    "V1Lifecycle.stopSignal": "the process gets SIGTERM",
    "V1LifecycleHandler.tcpSocket": "Kubernetes refuses it in a hook as well",
    "V1ContainerPort.hostPort": "pods with the same port share a node",
  },
};

/** Reads `metadata` and `spec` of a pod or a template. */
export function readPodTemplate(field: Field): PodTemplate {
  const labels = readLabels(field.at("metadata", "labels"));
  const annotations = readAnnotations(field.at("metadata", "annotations"));
  warnOfMesh(field, { ...labels, ...annotations });
  return { labels, annotations, spec: readPodSpec(field.at("spec")) };
}

/** A template of a workload: its pods are always restarted. */
export function readWorkloadTemplate(field: Field): PodTemplate {
  const policy = field.at("spec", "restartPolicy");
  if (policy.present && policy.text("Always") !== "Always")
    policy.error("must be Always in a template of replicated pods");
  return readPodTemplate(field);
}

function readPodSpec(spec: Field): PodSpec {
  const grace = spec.at("terminationGracePeriodSeconds").integer(DEFAULT_GRACE_SECONDS, 0);
  const containers = spec.at("containers");
  if (Array.isArray(containers.value) && containers.value.length === 0) containers.error("a pod needs a container");
  const names = new Set<string>();
  for (const container of containers.items()) {
    const name = container.at("name").text();
    if (names.has(name) && name !== "") container.at("name").error(`a second container is named ${quoted(name)}`);
    names.add(name);
  }
  return {
    containers: containers.items().map((each) => readContainer(each, grace)),
    nodeName: spec.at("nodeName").text(),
    nodeSelector: readLabels(spec.at("nodeSelector")),
    tolerations: spec.at("tolerations").items().map(readToleration),
    terminationGracePeriodSeconds: grace,
    hostname: readLabel(spec.at("hostname")),
    subdomain: readLabel(spec.at("subdomain")),
    hostNetwork: spec.at("hostNetwork").boolean(),
    ...(mountsVolumes(spec) ? {} : { mountsVolumes: false }),
    ...readPodDns(spec),
  };
}

/** The API server adds a volume with the token of the service account, unless the pod says no. */
function mountsVolumes(spec: Field): boolean {
  const token = spec.at("automountServiceAccountToken");
  return !token.present || token.boolean() || spec.at("volumes").items().length > 0;
}

function readLabel(field: Field): string {
  const text = field.text();
  if (text !== "" && !isDnsLabel(text)) field.error(`${quoted(text)} is no DNS label`);
  return text;
}

function readToleration(field: Field): Toleration {
  const key = field.at("key").text();
  const operator = field.at("operator").oneOf(["Exists", "Equal"], "Equal");
  const effect = field.at("effect").oneOf(["NoSchedule", "PreferNoSchedule", "NoExecute"] as const, "NoExecute");
  const everyEffect = field.at("effect").text() === "";
  const seconds = field.at("tolerationSeconds");
  if (key === "" && operator !== "Exists") field.error("a toleration without a key needs the operator Exists");
  if (operator === "Exists" && field.at("value").text() !== "") field.at("value").error("Exists takes no value");
  if (seconds.present && (everyEffect || effect !== "NoExecute")) seconds.error("needs the effect NoExecute");
  return {
    key,
    operator,
    value: field.at("value").text(),
    effect: everyEffect ? "" : effect,
    tolerationSeconds: seconds.present ? seconds.integer(0, Number.MIN_SAFE_INTEGER) : null,
  };
}
