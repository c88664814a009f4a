/** `cluster.podCIDR`, `serviceCIDR` and `nodeCIDR`: ranges of addresses that must not overlap and must be large enough. */
import * as z from "zod";
import { ADDRESSES_PER_NODE } from "../../../control-plane/node-cidr-allocator.js";
import { type AddressRange, contains, formatAddress, overlaps, parseRange } from "../../../model/address.js";
import type { Resolution } from "../resolution.js";

const CIDR = "an IPv4 range in CIDR notation";

const DEFAULT_SERVICES = "10.96.0.0/12";

const NO_RANGE: AddressRange = { first: 0, size: 0, text: "" };

const range = z.codec(
  z.string().refine((text) => parseRange(text) !== null, {
    error: ({ input }) => `${JSON.stringify(input)} is no IPv4 range (for instance "10.244.0.0/16")`,
  }),
  z.custom<AddressRange>(),
  { decode: (text) => parseRange(text) ?? NO_RANGE, encode: ({ text }) => text },
);

export const ranges = {
  podCIDR: range.prefault("10.244.0.0/16").describe(`Addresses of pods: ${CIDR}; each node gets a /24 of it.`),
  serviceCIDR: range
    .optional()
    .meta({ whenLeftOut: DEFAULT_SERVICES })
    .describe(
      `Addresses of Services: ${CIDR}. Default ${DEFAULT_SERVICES}, or the /16 in which the Services' own clusterIPs lie.`,
    ),
  nodeCIDR: range.prefault("192.168.0.0/16").describe(`Addresses of nodes: ${CIDR}.`),
};

/** Prefixes of inferred ranges: clusters have a /16 as a rule, and a /8 holds all that one of them may have. */
const LONGEST_PREFIX = 16;
const SHORTEST_PREFIX = 8;

/**
 * The range of the Services where the scenario gives none: the default one, unless Services bring addresses from elsewhere, as
 * an export of a running cluster does. Then it is the smallest one, from /16 on, that holds all of these.
 */
export function serviceRange(resolution: Resolution, given: AddressRange | undefined): AddressRange {
  if (given !== undefined) return given;
  const usual = parseRange(DEFAULT_SERVICES) ?? NO_RANGE;
  const fixed = resolution
    .objects("Service")
    .flatMap(({ spec }) => (typeof spec.clusterIP === "number" ? spec.clusterIP : []));
  const [first] = fixed;
  if (first === undefined || fixed.every((address) => contains(usual, address))) return usual;
  for (let prefix = LONGEST_PREFIX; prefix >= SHORTEST_PREFIX; prefix--) {
    const size = 2 ** (32 - prefix);
    const start = Math.floor(first / size) * size;
    const range = parseRange(`${formatAddress(start)}/${prefix}`);
    if (range === null || !fixed.every((address) => contains(range, address))) continue;
    const message = `Services are taken to have their addresses from ${range.text}, where those of the manifests lie`;
    resolution.warn(["cluster", "serviceCIDR"], message, "cluster.serviceCIDR says it otherwise");
    return range;
  }
  return usual;
}

type Ranges = Readonly<Record<keyof typeof ranges, AddressRange>>;

/** `nodes` is the number of nodes. */
export function checkRanges(resolution: Resolution, given: Ranges, nodes: number): void {
  const { podCIDR, serviceCIDR, nodeCIDR } = given;
  const shared = (x: keyof Ranges, y: keyof Ranges): void => {
    const { [x]: first, [y]: second } = given;
    if (!overlaps(first, second)) return;
    const message = `${second.text} overlaps the ${x} ${first.text}`;
    resolution.error(["cluster", y], message, "pods, Services and nodes need ranges of their own");
  };
  shared("podCIDR", "serviceCIDR");
  shared("podCIDR", "nodeCIDR");
  shared("serviceCIDR", "nodeCIDR");
  const shares = Math.floor(podCIDR.size / ADDRESSES_PER_NODE);
  if (shares < nodes) {
    const message = `${podCIDR.text} is too small: ${nodes} nodes need a /24 each, and it holds ${shares}`;
    resolution.error(["cluster", "podCIDR"], message);
  }
  if (nodeCIDR.size - 2 < nodes) {
    resolution.error(["cluster", "nodeCIDR"], `${nodeCIDR.text} is too small for ${nodes} nodes`);
  }
  checkServices(resolution, serviceCIDR);
}

/** The tenth address belongs to kube-dns, the first to the API server, as kubeadm sets it up. */
function checkServices(resolution: Resolution, range: AddressRange): void {
  if (range.size < 16) {
    resolution.error(["cluster", "serviceCIDR"], `${range.text} is too small: kube-dns has its tenth address`);
    return;
  }
  for (const service of resolution.objects("Service")) {
    const { clusterIP } = service.spec;
    if (typeof clusterIP !== "number") continue;
    const address = formatAddress(clusterIP);
    const place = clusterIP - range.first;
    const owner = place === 10 ? "kube-dns" : place === 1 ? "the API server" : null;
    if (!contains(range, clusterIP) || place === 0 || place === range.size - 1) {
      const message = `the clusterIP ${address} is no address for Services in ${range.text}`;
      resolution.objectError(service, "spec.clusterIP", message, "change it, or cluster.serviceCIDR of the scenario");
    } else if (owner !== null && service.metadata.namespace !== "kube-system") {
      resolution.objectError(service, "spec.clusterIP", `the clusterIP ${address} belongs to ${owner}`);
    }
  }
}
