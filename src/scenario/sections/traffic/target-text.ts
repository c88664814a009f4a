/** Takes the text of a traffic target apart: `web`, `web.ns:80`, `http://web:80/`, `tcp://database:5432`, `10.96.0.20:80`. */
import { type Address, parseAddress } from "../../../model/address.js";
import { notModelledMessage } from "../../not-modelled.js";

export type TargetText =
  | { readonly kind: "name"; readonly host: string; readonly port: number | null }
  | { readonly kind: "address"; readonly address: Address; readonly port: number }
  | { readonly kind: "problem"; readonly message: string };

const HTTP_PORT = 80;
const SCHEMES: readonly string[] = ["http", "tcp"];
const SHAPE = /^(?:([A-Za-z][A-Za-z0-9+.-]*):\/\/)?([^/:?#[\]@\s]+)(?::(\d{1,5}))?(\/[^\s]*)?$/;
/** Host names as resolvers accept them: underscores happen in practice. */
const HOST = /^[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*\.?$/;

export function parseTarget(text: string): TargetText {
  if (/^([a-z]+:\/\/)?(\[|[0-9a-f]*:[0-9a-f]*:)/i.test(text)) return problem(notModelledMessage("IPv6"));
  const match = SHAPE.exec(text);
  if (match === null) return problem("this is no target: write a name, name:port, address:port or http://name:port/");
  const [, scheme, host = "", digits, path] = match;
  if (scheme !== undefined && !SCHEMES.includes(scheme)) return problem(notModelledMessage(`the scheme ${scheme}`));
  if (path !== undefined && scheme !== "http") return problem("only a target that begins with http:// has a path");
  const port = digits === undefined ? (scheme === "http" ? HTTP_PORT : null) : Number(digits);
  if (port !== null && (port < 1 || port > 65_535)) return problem(`the port ${port} does not exist`);
  const address = parseAddress(host);
  if (address !== null) {
    return port === null
      ? problem("an address needs a port, for instance 10.96.0.20:80")
      : { kind: "address", address, port };
  }
  if (/^[\d.]+$/.test(host)) return problem(`${host} is no IPv4 address`);
  if (host.length > 253 || !HOST.test(host)) return problem(`${host.slice(0, 80)} is no name that DNS could hold`);
  return { kind: "name", host, port };
}

function problem(message: string): TargetText {
  return { kind: "problem", message };
}
