/** Pods as the API has them, and the templates that workloads make them from. */
import type { Micros } from "../engine/duration.js";
import type { Address } from "./address.js";
import type { Labels } from "./labels.js";
import type { Metadata } from "./metadata.js";

export interface ContainerPort {
  readonly name: string;
  readonly containerPort: number;
  readonly protocol: Protocol;
}

export type Protocol = "TCP" | "UDP";

/** core/v1 Probe: periods are seconds. What it asks is not modelled; whom it asks is (the container's process). */
export interface Probe {
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
  /** It runs a command in the container. Left out: it asks over the network. */
  readonly exec?: true;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly ports: readonly ContainerPort[];
  /** Requests in millicores and bytes. */
  readonly cpu: number;
  readonly memory: number;
  readonly readinessProbe: Probe | null;
  /** `lifecycle.preStop.sleep.seconds`; null without a hook. */
  readonly preStopSleepSeconds: number | null;
}

export interface Toleration {
  readonly key: string;
  readonly operator: "Exists" | "Equal";
  readonly value: string;
  /** Empty: every effect. */
  readonly effect: "" | TaintEffect;
  /** Seconds that a NoExecute taint is tolerated; null: for ever. */
  readonly tolerationSeconds: number | null;
}

export type TaintEffect = "NoSchedule" | "PreferNoSchedule" | "NoExecute";

export interface Taint {
  readonly key: string;
  readonly value: string;
  readonly effect: TaintEffect;
}

export interface PodSpec {
  readonly containers: readonly Container[];
  /** Empty until the scheduler has bound the pod. */
  readonly nodeName: string;
  readonly nodeSelector: Labels;
  readonly tolerations: readonly Toleration[];
  readonly terminationGracePeriodSeconds: number;
  readonly hostname: string;
  readonly subdomain: string;
  readonly hostNetwork: boolean;
  /** Left out: it has volumes, as nearly every pod has, for the token of its service account is one. */
  readonly mountsVolumes?: false;
  readonly dnsPolicy: DnsPolicy;
  /** Added to what the policy gives. Left out: nothing is added. */
  readonly dnsConfig?: PodDnsConfig;
}

export type DnsPolicy = "ClusterFirst" | "ClusterFirstWithHostNet" | "Default" | "None";

/** core/v1 PodDNSConfig. */
export interface PodDnsConfig {
  readonly nameservers: readonly Address[];
  readonly searches: readonly string[];
  /** `value` is null for an option without one, such as `rotate`. */
  readonly options: readonly { readonly name: string; readonly value: string | null }[];
}

export type PodPhase = "Pending" | "Running" | "Succeeded" | "Failed";

export interface PodCondition {
  readonly status: boolean;
  /** Whole seconds, as the API keeps them, in microseconds. */
  readonly lastTransitionTime: Micros;
}

export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly started: boolean;
  readonly restartCount: number;
  readonly state: "waiting" | "running" | "terminated";
}

export interface PodStatus {
  readonly phase: PodPhase;
  /** Null until the sandbox was reported, and again never: it stays for the pod's life. */
  readonly podIP: Address | null;
  readonly ready: PodCondition;
  readonly scheduled: PodCondition;
  readonly containers: readonly ContainerStatus[];
  /** Why the pod is Pending ("no node has room …") or was ended; empty otherwise. */
  readonly reason: string;
  /** The condition PodReadyToStartContainers. */
  readonly sandboxReady: boolean;
  /** Generation of the pod that the kubelet has seen; 0 until it tells. */
  readonly observedGeneration: number;
}

export interface Pod {
  readonly kind: "Pod";
  readonly metadata: Metadata;
  readonly spec: PodSpec;
  readonly status: PodStatus;
}

export interface PodTemplate {
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly spec: PodSpec;
}

/** Status of a pod that was only just created. */
export const NEW_POD_STATUS: PodStatus = {
  phase: "Pending",
  podIP: null,
  ready: { status: false, lastTransitionTime: 0 },
  scheduled: { status: false, lastTransitionTime: 0 },
  containers: [],
  reason: "",
  sandboxReady: false,
  observedGeneration: 0,
};

/** Succeeded or Failed: the pod's containers will not run again. */
export function isTerminal(pod: Pod): boolean {
  return pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
}
