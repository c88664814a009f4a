/**
 * The fields that Kubernetes knows, by type: generated from its typed models for the objects that are read, written by
 * hand for kube-proxy's configuration, of which there are no models.
 *
 * Types are written "string", "int32", "int64", "boolean", "any", "IntOrString", "quantity", "duration", "[X]" for a
 * list, "{X}" for a map with text keys, or are the name of another type; "!" at the end means required.
 */
import generated from "./kubernetes-fields.generated.json" with { type: "json" };

export type FieldTypes = Readonly<Record<string, string>>;

/** Version of Kubernetes whose fields are known. */
export const FIELDS_VERSION: string = generated.kubernetesVersion;

/** kubeproxy.config.k8s.io/v1alpha1 (pkg: k8s.io/kube-proxy/config/v1alpha1). */
const KUBE_PROXY: Readonly<Record<string, FieldTypes>> = {
  KubeProxyConfiguration: {
    apiVersion: "string",
    kind: "string",
    bindAddress: "string",
    bindAddressHardFail: "boolean",
    clientConnection: "any",
    clusterCIDR: "string",
    configSyncPeriod: "duration",
    conntrack: "KubeProxyConntrackConfiguration",
    detectLocal: "any",
    detectLocalMode: "string",
    enableProfiling: "boolean",
    featureGates: "{boolean}",
    healthzBindAddress: "string",
    hostnameOverride: "string",
    iptables: "KubeProxyIPTablesConfiguration",
    ipvs: "KubeProxyIPVSConfiguration",
    logging: "any",
    metricsBindAddress: "string",
    mode: "string",
    nftables: "KubeProxyNFTablesConfiguration",
    nodePortAddresses: "[string]",
    oomScoreAdj: "int32",
    portRange: "string",
    showHiddenMetricsForVersion: "string",
    windowsRunAsService: "boolean",
    winkernel: "any",
  },
  KubeProxyIPTablesConfiguration: {
    localhostNodePorts: "boolean",
    masqueradeAll: "boolean",
    masqueradeBit: "int32",
    minSyncPeriod: "duration",
    syncPeriod: "duration",
  },
  KubeProxyNFTablesConfiguration: {
    masqueradeAll: "boolean",
    masqueradeBit: "int32",
    minSyncPeriod: "duration",
    syncPeriod: "duration",
  },
  KubeProxyIPVSConfiguration: {
    excludeCIDRs: "[string]",
    minSyncPeriod: "duration",
    scheduler: "string",
    strictARP: "boolean",
    syncPeriod: "duration",
    tcpFinTimeout: "duration",
    tcpTimeout: "duration",
    udpTimeout: "duration",
  },
  KubeProxyConntrackConfiguration: {
    maxPerCore: "int32",
    min: "int32",
    tcpBeLiberal: "boolean",
    tcpCloseWaitTimeout: "duration",
    tcpEstablishedTimeout: "duration",
    udpStreamTimeout: "duration",
    udpTimeout: "duration",
  },
};

const TYPES: ReadonlyMap<string, FieldTypes> = new Map<string, FieldTypes>([
  ...Object.entries(generated.types as Readonly<Record<string, FieldTypes>>),
  ...Object.entries(KUBE_PROXY),
]);

/** The fields of a type; null for what is no object type. */
export function fieldsOf(type: string): FieldTypes | null {
  return TYPES.get(type) ?? null;
}
