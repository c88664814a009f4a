/** The Corefile of NodeLocal DNSCache (cluster/addons/dns/nodelocaldns/nodelocaldns.yaml @ 028f956d). */
import { type Address, formatAddress } from "../../model/address.js";

/** 169.254.20.10, where every node cache listens. */
export const NODE_LOCAL_ADDRESS: Address = 0xa9_fe_14_0a;
/** Text of the Corefile; `upstream` is the address of kube-dns-upstream. */
export function nodeLocalCorefile(clusterDomain: string, upstream: Address): string {
  const toCluster = `forward . ${formatAddress(upstream)} {\n        force_tcp\n    }`;
  const clusterCache = "cache {\n        success 9984 30\n        denial 9984 5\n    }";
  return [
    block(clusterDomain, [clusterCache, toCluster, `health ${formatAddress(NODE_LOCAL_ADDRESS)}:8080`]),
    block("in-addr.arpa", ["cache 30", toCluster]),
    block("ip6.arpa", ["cache 30", toCluster]),
    block(".", ["cache 30", "forward . /etc/resolv.conf"]),
  ].join("");
}

function block(zone: string, directives: readonly string[]): string {
  const lines = ["errors", "reload", "loop", "prometheus :9253", ...directives].map((line) => `    ${line}\n`);
  return `${zone}:53 {\n${lines.join("")}}\n`;
}
