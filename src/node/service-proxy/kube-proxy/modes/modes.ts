/** All modes that kube-proxy can run in, in the order in which they are shown. A new one is a file and a line here. */
import { iptables } from "./iptables.js";
import type { ProxyMode } from "./mode.js";
import { nftables } from "./nftables.js";

export const PROXY_MODES: readonly ProxyMode[] = [iptables, nftables];

/** What kube-proxy calls its modes; those that PROXY_MODES lacks are not modelled yet. */
export const UPSTREAM_MODES = ["iptables", "nftables", "ipvs", "kernelspace"] as const;

/** Modes that kube-proxy has, or had until v1.25, and that are not modelled yet. */
export const PLANNED_MODES: readonly string[] = [...UPSTREAM_MODES, "userspace"].filter(
  (name) => !PROXY_MODES.some((mode) => mode.name === name),
);

/** The mode of this name. Throws when there is none. */
export function proxyModeNamed(name: string): ProxyMode {
  const found = PROXY_MODES.find((mode) => mode.name === name);
  if (found === undefined) throw new RangeError(`kube-proxy has no mode ${name}`);
  return found;
}
