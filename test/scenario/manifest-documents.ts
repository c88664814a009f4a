/** Objects as manifests, written by hand and without the loader: reading them has to give equal objects. */
import { formatAddress } from "../../src/model/address.js";
import type { LabelSelector } from "../../src/model/labels.js";
import {
  type ApiObject,
  type Container,
  type Deployment,
  type Metadata,
  objectsOf,
  type PodDnsConfig,
  type PodSpec,
  type PodTemplate,
  type Probe,
  type ReplicaSet,
  type Service,
} from "../../src/model/objects.js";

/** In this order: namespaces, services, Deployments, ReplicaSets, pods. */
export function manifestDocuments(objects: readonly ApiObject[]): object[] {
  return [
    ...objectsOf(objects, "Namespace").map((each) => ({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: metadata(each.metadata),
    })),
    ...objectsOf(objects, "Service").map(service),
    ...objectsOf(objects, "Deployment").map(deployment),
    ...objectsOf(objects, "ReplicaSet").map(replicaSet),
    ...objectsOf(objects, "Pod").map((pod) => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: metadata(pod.metadata),
      spec: podSpec(pod.spec),
    })),
  ];
}

function metadata({ namespace, name, labels, annotations }: Metadata): object {
  return { name, ...(namespace === "" ? {} : { namespace }), labels, annotations };
}

function service({ metadata: own, spec }: Service): object {
  const externalName = spec.externalName ?? null;
  const address = typeof spec.clusterIP === "number" ? formatAddress(spec.clusterIP) : spec.clusterIP;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadata(own),
    spec: {
      type: externalName === null ? "ClusterIP" : "ExternalName",
      ...(externalName === null ? {} : { externalName }),
      ...(address === null ? {} : { clusterIP: address }),
      ...(spec.selector === null ? {} : { selector: spec.selector }),
      ports: spec.ports.map(({ name, ...port }) => (name === "" ? port : { name, ...port })),
      publishNotReadyAddresses: spec.publishNotReadyAddresses,
    },
  };
}

function deployment({ metadata: own, spec }: Deployment): object {
  const { replicas, minReadySeconds, rollingUpdate } = spec;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(own),
    spec: {
      replicas,
      minReadySeconds,
      strategy: rollingUpdate === null ? { type: "Recreate" } : { type: "RollingUpdate", rollingUpdate },
      selector: selector(spec.selector),
      template: template(spec.template),
    },
  };
}

function replicaSet({ metadata: own, spec }: ReplicaSet): object {
  return {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    metadata: metadata(own),
    spec: {
      replicas: spec.replicas,
      minReadySeconds: spec.minReadySeconds,
      selector: selector(spec.selector),
      template: template(spec.template),
    },
  };
}

function selector({ matchLabels, matchExpressions }: LabelSelector): object {
  return {
    matchLabels,
    ...(matchExpressions.length === 0
      ? {}
      : {
          matchExpressions: matchExpressions.map(({ key, operator, values }) =>
            values.length === 0 ? { key, operator } : { key, operator, values },
          ),
        }),
  };
}

function template({ labels, annotations, spec }: PodTemplate): object {
  return { metadata: { labels, annotations }, spec: podSpec(spec) };
}

function podSpec(spec: PodSpec): object {
  return {
    restartPolicy: "Always",
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds,
    dnsPolicy: spec.dnsPolicy,
    ...(spec.dnsConfig === undefined ? {} : { dnsConfig: dnsConfig(spec.dnsConfig) }),
    ...(spec.nodeName === "" ? {} : { nodeName: spec.nodeName }),
    ...(spec.hostname === "" ? {} : { hostname: spec.hostname }),
    ...(spec.subdomain === "" ? {} : { subdomain: spec.subdomain }),
    ...(spec.hostNetwork ? { hostNetwork: true } : {}),
    ...(spec.mountsVolumes !== false ? {} : { automountServiceAccountToken: false }),
    nodeSelector: spec.nodeSelector,
    tolerations: spec.tolerations.map((each) => ({
      ...(each.key === "" ? {} : { key: each.key }),
      operator: each.operator,
      ...(each.value === "" ? {} : { value: each.value }),
      ...(each.effect === "" ? {} : { effect: each.effect }),
      ...(each.tolerationSeconds === null ? {} : { tolerationSeconds: each.tolerationSeconds }),
    })),
    containers: spec.containers.map(container),
  };
}

function dnsConfig({ nameservers, searches, options }: PodDnsConfig): object {
  return {
    nameservers: nameservers.map(formatAddress),
    searches,
    options: options.map(({ name, value }) => (value === null ? { name } : { name, value })),
  };
}

function container(each: Container): object {
  return {
    name: each.name,
    image: each.image,
    ports: each.ports.map(({ name, ...port }) => (name === "" ? port : { name, ...port })),
    resources: { requests: { cpu: `${each.cpu}m`, memory: `${each.memory}` } },
    ...(each.readinessProbe === null ? {} : { readinessProbe: probe(each.readinessProbe) }),
    ...(each.preStopSleepSeconds === null
      ? {}
      : { lifecycle: { preStop: { sleep: { seconds: each.preStopSleepSeconds } } } }),
  };
}

/** How a probe asks is not part of the model; something has to stand there for Kubernetes. */
function probe(each: Probe): object {
  const { exec = false, ...times } = each;
  return { ...times, ...(exec ? { exec: { command: ["true"] } } : { tcpSocket: { port: 80 } }) };
}
