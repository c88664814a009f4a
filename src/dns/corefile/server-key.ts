/** Keys of server blocks, `[SCHEME://]ZONE[:PORT]` (CoreDNS 1.14.7 core/dnsserver/register.go, plugin/normalize.go). */
import { nearestName } from "../../model/nearest-name.js";
import type { CorefileToken, ReportCorefileError, ServerKey } from "./corefile.js";
import { parseZoneNames, shown } from "./zone-name.js";

type Scheme = ServerKey["scheme"];

/** Port of each scheme when a key gives none. */
const DEFAULT_PORTS: Readonly<Record<Scheme, number>> = {
  dns: 53,
  tls: 853,
  quic: 853,
  grpc: 443,
  https: 443,
  https3: 443,
};
const SCHEMES = Object.keys(DEFAULT_PORTS) as readonly Scheme[];
const LARGEST_PORT = 65_535;

/** The keys that one token means: several for a range of addresses that is no single reverse zone; none when it is wrong. */
export function readServerKeys(token: CorefileToken, report: ReportCorefileError): readonly ServerKey[] {
  const { text } = token;
  const separator = text.indexOf("://");
  const schemeText = separator < 0 ? "dns" : text.slice(0, separator);
  const scheme = SCHEMES.find((each) => each === schemeText);
  if (scheme === undefined) {
    const near = nearestName(schemeText, SCHEMES);
    const hint = near === null ? `known: ${SCHEMES.join(", ")}` : `did you mean ${near}://?`;
    report(token.position, `there is no scheme ${shown(schemeText)}`, hint);
    return [];
  }
  const rest = separator < 0 ? text : text.slice(separator + 3);
  const colon = rest.lastIndexOf(":");
  // The last colon of an IPv6 range has its prefix length behind it, which is no port.
  const hasPort = colon >= 0 && !rest.slice(colon).includes("/");
  const portText = hasPort ? rest.slice(colon + 1) : "";
  if (hasPort && !isPort(portText)) {
    report(token.position, `${shown(portText)} is no port, in the key ${shown(text)}`, `from 1 to ${LARGEST_PORT}`);
    return [];
  }
  const names = parseZoneNames(hasPort ? rest.slice(0, colon) : rest);
  if (!names.ok) {
    report(token.position, names.message, names.hint);
    return [];
  }
  const port = hasPort ? Number(portText) : DEFAULT_PORTS[scheme];
  return names.zones.map((zone) => ({ token, scheme, zone, port }));
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= LARGEST_PORT;
}

/** What two keys must not share. */
export function identityOf({ scheme, zone, port }: ServerKey): string {
  return `${scheme}://${zone}.:${port}`;
}
