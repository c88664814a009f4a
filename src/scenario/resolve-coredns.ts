/** `spec.cluster.components.coredns` and the Corefile of the manifests to the settings of CoreDNS. */
import { configureServers } from "../dns/corefile/configure.js";
import type { CorefileError } from "../dns/corefile/corefile.js";
import { parseCorefile } from "../dns/corefile/parser.js";
import { kubeadmCorefile, kubeadmOptions } from "../dns/default-corefile.js";
import { PLUGINS } from "../dns/plugins/order.js";
import type { Minor } from "../model/kubernetes-version.js";
import type { ClusterSettings, CoreDnsSettings } from "../model/settings.js";
import { COREFILE_PATH } from "./manifest-corefile.js";
import type { Resolution } from "./resolve-input.js";

const PATH = ["cluster", "components", "coredns"];

/** Options that stand for lines of the Corefile. */
const OPTIONS = ["ttl", "cache", "lameduck", "cacheSkipsCluster"] as const;

export function resolveCoreDns(resolution: Resolution, minor: Minor): CoreDnsSettings {
  const { clusterDomain, components } = resolution.spec.cluster;
  const { replicas, env, ...given } = components.coredns;
  const { corefile } = resolution;
  if (corefile !== null) {
    for (const option of OPTIONS) {
      if (given[option] === undefined) continue;
      const { file, line } = corefile.locate({ line: 1, column: 1 });
      const hint = "change the Corefile, or leave it out of the manifests";
      resolution.error([...PATH, option], `the Corefile at ${file}:${line} decides this`, hint);
    }
    return { replicas, corefile: corefile.text, environment: { ...env }, options: null };
  }
  const standard = kubeadmOptions(minor);
  const options = {
    ttlSeconds: given.ttl ?? standard.ttlSeconds,
    cacheSeconds: given.cache === false ? null : (given.cache ?? standard.cacheSeconds),
    cacheSkipsCluster: given.cacheSkipsCluster ?? standard.cacheSkipsCluster,
    lameduck: given.lameduck ?? standard.lameduck,
  };
  return { replicas, corefile: kubeadmCorefile(clusterDomain, options), environment: { ...env }, options };
}

/** Reports what is wrong with the Corefile, at its place in the manifests. */
export function checkCorefile(resolution: Resolution, { coreDns, nodeResolvConf }: ClusterSettings): void {
  const { corefile: text, environment } = coreDns;
  const { corefile, errors } = parseCorefile(text, { environment });
  const context = { hostSearch: nodeResolvConf.search, hostNameservers: nodeResolvConf.nameservers };
  const all = corefile === null ? errors : configureServers(corefile, PLUGINS, context).errors;
  for (const error of all) reportCorefileError(resolution, error);
}

function reportCorefileError(resolution: Resolution, { position, message, hint }: CorefileError): void {
  const { corefile } = resolution;
  if (corefile === null) resolution.error(PATH, `the Corefile of these options: ${message}`, hint);
  else resolution.errorAt(corefile.locate(position), COREFILE_PATH, message, hint);
}
