/**
 * The DNS add-on as kubeadm installs it: the Deployment coredns and the Service kube-dns in kube-system
 * (cmd/kubeadm/app/phases/addons/dns/manifests.go @ 008b3652). Requests are those of the manifest; its anti-affinity,
 * liveness probe and priority are left out: nothing that is modelled depends on them.
 */
import type { Address, AddressRange } from "../../model/address.js";
import { COREDNS_WORKLOAD } from "../../model/dns.js";
import {
  type Container,
  type Deployment,
  newMetadata,
  type PodSpec,
  type Service,
  type Toleration,
} from "../../model/objects.js";
import type { NodePool } from "../../model/settings.js";

export const DNS_NAMESPACE = COREDNS_WORKLOAD.namespace;
/** Name of the Deployment of CoreDNS. */
export const DNS_DEPLOYMENT = COREDNS_WORKLOAD.name;
export const COREDNS_IMAGE = "registry.k8s.io/coredns";

const LABELS = { "k8s-app": "kube-dns" } as const;
const DNS_SERVICE_INDEX = 10;
const MEBIBYTE = 1_048_576;

/** The address of kube-dns: the tenth of the service range, 10.96.0.10 in 10.96.0.0/12. */
export function clusterDnsAddress(serviceRange: AddressRange): Address {
  return serviceRange.first + DNS_SERVICE_INDEX;
}

/** Service kube-dns. Nobody is modelled behind its metrics port. */
export function dnsService(serviceRange: AddressRange): Service {
  return {
    kind: "Service",
    metadata: newMetadata(DNS_NAMESPACE, "kube-dns", LABELS),
    spec: {
      selector: LABELS,
      ports: [
        { name: "dns", port: 53, targetPort: 53, protocol: "UDP" },
        { name: "dns-tcp", port: 53, targetPort: 53, protocol: "TCP" },
        { name: "metrics", port: 9153, targetPort: 9153, protocol: "TCP" },
      ],
      clusterIP: clusterDnsAddress(serviceRange),
      publishNotReadyAddresses: false,
    },
  };
}

/** Name of the Service through which NodeLocal DNSCache asks CoreDNS. */
export const UPSTREAM_SERVICE = "kube-dns-upstream";

/**
 * Service kube-dns-upstream: the pods of kube-dns at an address that no node cache takes
 * (cluster/addons/dns/nodelocaldns/nodelocaldns.yaml @ 028f956d).
 */
export function upstreamDnsService(): Service {
  return {
    kind: "Service",
    metadata: newMetadata(DNS_NAMESPACE, UPSTREAM_SERVICE, LABELS),
    spec: {
      selector: LABELS,
      ports: [
        { name: "dns", port: 53, targetPort: 53, protocol: "UDP" },
        { name: "dns-tcp", port: 53, targetPort: 53, protocol: "TCP" },
      ],
      clusterIP: null,
      publishNotReadyAddresses: false,
    },
  };
}

const CONTROL_PLANE = "node-role.kubernetes.io/control-plane";
const CONTROL_PLANE_TOLERATION: Toleration = {
  key: CONTROL_PLANE,
  operator: "Exists",
  value: "",
  effect: "NoSchedule",
  tolerationSeconds: null,
};

/**
 * Deployment coredns. Its toleration of the control plane's taint stands in it where some pool has that taint; elsewhere
 * it decides nothing, and would only give the pods other names.
 */
export function dnsDeployment(replicas: number, pools: readonly Pick<NodePool, "taints">[] = []): Deployment {
  const tainted = pools.some(({ taints = [] }) => taints.some(({ key }) => key === CONTROL_PLANE));
  return {
    kind: "Deployment",
    metadata: newMetadata(DNS_NAMESPACE, DNS_DEPLOYMENT, LABELS),
    spec: {
      replicas,
      selector: { matchLabels: LABELS, matchExpressions: [] },
      template: { labels: LABELS, annotations: {}, spec: podSpec(tainted ? [CONTROL_PLANE_TOLERATION] : []) },
      minReadySeconds: 0,
      rollingUpdate: { maxSurge: "25%", maxUnavailable: 1 },
    },
    status: { replicas: 0, updated: 0, ready: 0, available: 0, terminating: 0 },
  };
}

function podSpec(tolerations: readonly Toleration[]): PodSpec {
  return {
    containers: [container()],
    nodeName: "",
    nodeSelector: {},
    tolerations,
    terminationGracePeriodSeconds: 30,
    hostname: "",
    subdomain: "",
    hostNetwork: false,
    dnsPolicy: "Default",
  };
}

function container(): Container {
  return {
    name: "coredns",
    image: COREDNS_IMAGE,
    ports: [
      { name: "dns", containerPort: 53, protocol: "UDP" },
      { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
      { name: "metrics", containerPort: 9153, protocol: "TCP" },
    ],
    cpu: 100,
    memory: 70 * MEBIBYTE,
    readinessProbe: {
      initialDelaySeconds: 0,
      periodSeconds: 10,
      timeoutSeconds: 1,
      successThreshold: 1,
      failureThreshold: 3,
    },
    preStopSleepSeconds: null,
  };
}
